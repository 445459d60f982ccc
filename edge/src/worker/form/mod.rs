//! The plain form: a person for everyone whose browser runs no script, or whose frame failed. The page of a
//! conversation is a link that only its shopper has; it works later too, also from another device.
//!
//! The page itself never looks again, so that nothing typed is lost: what was said is a frame within it.

mod fields;
mod html;
mod log;

use super::words::Words;
use super::{body, router, view};
use crate::error::{EdgeError, Result};
use crate::shop::View;
use counterbell_protocol::socket::Open;
use counterbell_protocol::{ClientFrame, ConversationId, ServerFrame, ShopId};
use fields::{Fields, Problem};
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
    let form = Form { env, view, words, url };
    match (request.method(), rest) {
        (Method::Get, []) => form.show(None, ""),
        (Method::Post, []) => {
            router::check_origin(request, url)?;
            let visitor = router::visitor(request);
            form.begin(Fields::read(request).await, visitor.as_deref()).await
        }
        (Method::Get, [id, token]) => form.page(&form.check(id, token)?, form.told_problem(), "").await,
        (Method::Post, [id, token]) => {
            router::check_origin(request, url)?;
            let fields = Fields::read(request).await;
            match form.still(id, token).await {
                Some(link) => form.go_on(&link, fields).await,
                None => form.begin(fields, router::visitor(request).as_deref()).await,
            }
        }
        (Method::Get, [id, token, "log"]) => form.log(&form.check(id, token)?).await,
        _ => Err(EdgeError::not_found("page")),
    }
}

struct Form<'a> {
    env: &'a Env,
    view: Rc<View>,
    words: Words,
    url: &'a Url,
}

/// A conversation and the proof that whoever asks is its shopper.
struct Link {
    id: ConversationId,
    token: String,
}

impl Form<'_> {
    fn check(&self, id: &str, token: &str) -> Result<Link> {
        let id = router::conversation_id(id)?;
        router::check_shopper(self.env, &self.view.shop, &id, Some(token))?;
        Ok(Link { id, token: token.to_owned() })
    }

    /// A frame that has failed sends its shopper here with the conversation it had. If that is gone, or its
    /// token is no longer good, another one begins: nobody is turned away with what they have written.
    async fn still(&self, id: &str, token: &str) -> Option<Link> {
        let link = self.check(id, token).ok()?;
        self.ready(&link).await.is_ok().then_some(link)
    }

    fn path(&self, link: &Link) -> String {
        format!("/s/{}/form/{}/{}", self.view.shop, link.id, link.token)
    }

    /// As soon as there is a conversation its own page goes on: this address could not show it again.
    async fn begin(&self, read: Result<Fields>, visitor: Option<&str>) -> Result<Response> {
        let mut fields = match Self::filled_in(read)? {
            Ok(fields) => fields,
            Err(problem) => return self.show(Some(problem), ""),
        };
        let problem = fields.problem();
        if problem.is_some() && !fields.person {
            return self.show(problem, &fields.text);
        }
        let open = Open { language: Some(self.words.language.clone()), ..Open::default() };
        let opened = match router::open_conversation(self.env, &self.view.shop, open, visitor).await {
            Err(error) if error.status == 429 => return self.show(Some(Problem::TooFast), &fields.text),
            opened => opened?,
        };
        let link = Link { id: opened.conversation, token: opened.token };
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

    /// A body that is much too long is told on the page, not as JSON.
    fn filled_in(read: Result<Fields>) -> Result<std::result::Result<Fields, Problem>> {
        match read {
            Ok(fields) => Ok(Ok(fields)),
            Err(error) if error.status == 413 => Ok(Err(Problem::TooLong)),
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
        Ok(first)
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
