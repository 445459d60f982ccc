//! The plain form: a person for everyone whose browser runs no script, or whose frame failed. The page of a
//! conversation is a link that only its shopper has; it works later too, also from another device.
//!
//! The page itself never looks again, so that nothing typed is lost: what was said is a frame within it.

mod fields;
mod html;
mod log;
mod multipart;

use super::attachments::{self, Offered};
use super::body::OBJECT_MS;
use super::words::Words;
use super::{body, keys, opening, router, view};
use crate::error::{EdgeError, Result};
use crate::shop::View;
use counterbell_protocol::socket::{Open, Opened};
use counterbell_protocol::{ClientFrame, ConversationId, ErrorBody, ServerFrame, ShopId};
use fields::{Fields, Problem};
use multipart::Upload;
use std::rc::Rc;
use worker::{Env, Method, Request, Response, Stub, Url};

pub async fn handle(
    request: &mut Request,
    env: &Env,
    url: &Url,
    shop: &ShopId,
    rest: &[&str],
) -> Result<Response> {
    let view = view::get(env, shop).await?;
    let wished = request.headers().get("accept-language").ok().flatten();
    let wished = wished.as_deref().and_then(|header| header.split([',', ';']).next());
    let words = Words::load(env, &[wished, Some(&view.settings.language)]).await?;
    let words = words.with_files(env).await?;
    let form = Form { env, view, words, url };
    match (request.method(), rest) {
        (Method::Get, []) => form.show(&form.fresh()?, None, ""),
        (Method::Post, []) => {
            keys::check_origin(request, url)?;
            let visitor = opening::visitor(request);
            form.begin(form.fresh()?, form.read(request).await, visitor.as_deref()).await
        }
        (Method::Get, [id, token]) => {
            let link = form.check(id, token)?;
            if !form.is_open(&link).await? {
                return form.show(&link, None, "");
            }
            form.page(&link, form.told_problem(), "").await
        }
        (Method::Post, [id, token]) => {
            keys::check_origin(request, url)?;
            let fields = form.read(request).await;
            match form.still(id, token).await {
                Some((link, true)) => form.go_on(&link, fields).await,
                Some((link, false)) => form.begin(link, fields, opening::visitor(request).as_deref()).await,
                None => form.begin(form.fresh()?, fields, opening::visitor(request).as_deref()).await,
            }
        }
        (Method::Get, [id, token, "log"]) => form.log(&form.check(id, token)?).await,
        (Method::Get, [id, token, "file", file]) => {
            attachments::download(env, shop, &form.check(id, token)?.id, file).await
        }
        _ => Err(EdgeError::not_found("page")),
    }
}

struct Form<'a> {
    env: &'a Env,
    view: Rc<View>,
    words: Words,
    url: &'a Url,
}

/// A conversation, or one that is yet to be opened, and the proof that whoever asks is its shopper.
struct Link {
    id: ConversationId,
    token: String,
}

impl From<Opened> for Link {
    fn from(opened: Opened) -> Self {
        Self { id: opened.conversation, token: opened.token }
    }
}

impl Form<'_> {
    fn check(&self, id: &str, token: &str) -> Result<Link> {
        let id = router::conversation_id(id)?;
        keys::check_shopper(self.env, &self.view.shop, &id, Some(token))?;
        Ok(Link { id, token: token.to_owned() })
    }

    /// Each page has one from the beginning, so that a form that is sent twice opens one conversation.
    fn fresh(&self) -> Result<Link> {
        opening::fresh_conversation(self.env, &self.view.shop).map(Link::from)
    }

    /// Of a form that is not read to its end, which is where its button stands, the address tells it.
    async fn read(&self, request: &mut Request) -> Result<Fields> {
        let mut fields = Fields::read(request).await?;
        fields.person |= self.asks("person");
        Ok(fields)
    }

    fn asks(&self, what: &str) -> bool {
        self.url.query_pairs().any(|(name, _)| name == what)
    }

    async fn is_open(&self, link: &Link) -> Result<bool> {
        body::ask(OBJECT_MS, &router::stub(self.env, &link.id)?, "/belongs", &self.view.shop).await
    }

    /// The conversation of this link, and whether it is open. A frame that has failed sends its shopper here with
    /// the one it had. If its token is no longer good, or it does not answer, another one begins: nobody is turned
    /// away with what they have written.
    async fn still(&self, id: &str, token: &str) -> Option<(Link, bool)> {
        let link = self.check(id, token).ok()?;
        let is_open = self.is_open(&link).await.ok()?;
        Some((link, is_open))
    }

    fn path(&self, link: &Link) -> String {
        format!("/s/{}/form/{}/{}", self.view.shop, link.id, link.token)
    }

    /// As soon as there is a conversation its own page goes on: this address could not show it again.
    async fn begin(&self, link: Link, read: Result<Fields>, visitor: Option<&str>) -> Result<Response> {
        let mut fields = match Self::filled_in(read)? {
            Ok(fields) => fields,
            Err(problem) => return self.show(&link, Some(problem), ""),
        };
        let problem = fields.problem_at_first();
        if problem.is_some() && !fields.person {
            return self.show(&link, problem, &fields.text);
        }
        let open = Open { language: Some(self.words.language.clone()), ..Open::default() };
        let opened =
            Opened { conversation: link.id.clone(), token: link.token.clone(), identity_refused: false };
        let link = match opening::open_as(self.env, &self.view.shop, opened, open, visitor).await {
            Err(error) if error.status == 429 => {
                return self.show(&link, Some(Problem::TooFast), &fields.text);
            }
            opened => Link::from(opened?),
        };
        let refused = self.send(&link, &mut fields).await?;
        self.go_to(&link, problem.or(refused))
    }

    async fn go_on(&self, link: &Link, read: Result<Fields>) -> Result<Response> {
        let mut fields = match Self::filled_in(read)? {
            Ok(fields) => fields,
            Err(problem) => return self.page(link, Some(problem), "").await,
        };
        let problem = fields.problem();
        match problem.or(self.send(link, &mut fields).await?) {
            None => self.go_to(link, None),
            problem => self.page(link, problem, &fields.text).await,
        }
    }

    /// A body that is much too long, or no form at all, is told on the page, not as JSON.
    fn filled_in(read: Result<Fields>) -> Result<std::result::Result<Fields, Problem>> {
        match read {
            Ok(fields) => Ok(Ok(fields)),
            Err(error) if error.status == 413 => Ok(Err(Problem::TooLong)),
            Err(error) if error.code == "bad_form" => Ok(Err(Problem::NotSent)),
            Err(error) => Err(error),
        }
    }

    /// Sends all, whatever becomes of each: who asks for a person gets one. The first problem is told, and
    /// a text that was not taken stays in the fields.
    async fn send(&self, link: &Link, fields: &mut Fields) -> Result<Option<Problem>> {
        let stub = router::stub(self.env, &link.id)?;
        let mut first = None;
        for frame in fields.frames() {
            let problem = send_one(&stub, &frame).await;
            if problem.is_none() && matches!(frame, ClientFrame::Say { .. }) {
                fields.text.clear();
            }
            first = first.or(problem);
        }
        // Last, for by now a person may have been asked for.
        for (place, upload) in fields.files.iter().enumerate() {
            first = first.or(self.add(link, fields, upload, place).await);
        }
        Ok(first)
    }

    /// As the frame does it: who may, what it is and how long it may be is decided there.
    async fn add(&self, link: &Link, fields: &Fields, upload: &Upload, place: usize) -> Option<Problem> {
        if upload.refused.is_some() {
            return upload.refused;
        }
        let offered = Offered { name: upload.file.name(), size_bytes: upload.file.size() as u64 };
        let (place, size) = (place.to_string(), offered.size_bytes.to_string());
        let message = fields.id_of(&["file", &place, &size, &offered.name]);
        let bytes = || Ok(upload.file.stream().into());
        match attachments::add(self.env, &self.view.shop, &link.id, &message, &offered, bytes).await {
            Ok(answer) if answer.status_code() == 200 => None,
            Ok(mut refusal) => {
                let body = refusal.json::<ErrorBody>().await;
                Some(body.map_or(Problem::FileNotStored, |body| Problem::file_refused(&body.code)))
            }
            Err(error) => Some(Problem::file_refused(error.code)),
        }
    }

    fn go_to(&self, link: &Link, problem: Option<Problem>) -> Result<Response> {
        let mut url = self.url.join(&self.path(link)).map_err(EdgeError::internal)?;
        url.set_query(problem.map(|problem| format!("problem={}", problem.code())).as_deref());
        self.redirect(&url)
    }

    /// Only a code that is known here is told, in words of ours.
    fn told_problem(&self) -> Option<Problem> {
        let (_, code) = self.url.query_pairs().find(|(name, _)| name == "problem")?;
        Problem::from_code(&code)
    }
}

async fn send_one(stub: &Stub, frame: &ClientFrame) -> Option<Problem> {
    match reply(stub, frame).await {
        Ok(ServerFrame::Refused { code, .. }) => Problem::refused(&code),
        Ok(_) => None,
        Err(error) => {
            worker::console_error!("the plain form could not send: {:?}", error.inside);
            Some(Problem::NotSent)
        }
    }
}

async fn reply(stub: &Stub, frame: &ClientFrame) -> Result<ServerFrame> {
    // A refusal has a status of its own, and is a frame all the same.
    let mut response = body::call(stub, "/frame", frame).await?;
    response.json().await.map_err(EdgeError::internal)
}
