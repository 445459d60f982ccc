//! The plain form: a person for everyone whose browser runs no script, or whose frame failed. The page of a
//! conversation is a link that only its shopper has; it works later too, also from another device.

use super::words::{Words, escape};
use super::{body, js, router, view};
use crate::error::{EdgeError, Result};
use crate::shop::View;
use counterbell_protocol::event::{Author, Contact};
use counterbell_protocol::socket::{Missed, Open};
use counterbell_protocol::{
    ClientFrame, ConversationId, Event, EventBody, MAX_FRAME_BYTES, MessageId, Owner, ServerFrame, ShopId,
};
use std::rc::Rc;
use worker::{Env, Headers, Method, Request, Response, ResponseBuilder, Url};

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
    let page = Page { env, view, words, url };
    match (request.method(), rest) {
        (Method::Get, []) => page.show(None, ""),
        (Method::Post, []) => {
            router::check_origin(request, url)?;
            page.begin(Fields::read(request).await?).await
        }
        (Method::Get, [id, token]) => {
            let id = page.check(id, token)?;
            page.conversation(&id, token).await
        }
        (Method::Post, [id, token]) => {
            router::check_origin(request, url)?;
            let id = page.check(id, token)?;
            page.go_on(&id, token, Fields::read(request).await?).await
        }
        _ => Err(EdgeError::not_found("page")),
    }
}

/// What was filled in.
struct Fields {
    text: String,
    person: bool,
    reach: String,
}

impl Fields {
    async fn read(request: &mut Request) -> Result<Self> {
        let bytes = body::read(request, MAX_FRAME_BYTES).await?;
        let mut fields = Self { text: String::new(), person: false, reach: String::new() };
        for (name, value) in worker::url::form_urlencoded::parse(&bytes) {
            match &*name {
                "text" => fields.text = value.trim().replace("\r\n", "\n"),
                "action" => fields.person = value == "person",
                "reach" => fields.reach = value.trim().to_owned(),
                _ => {}
            }
        }
        Ok(fields)
    }

    fn frames(self) -> Vec<ClientFrame> {
        let id = || MessageId(js::fresh_id());
        let mut frames = Vec::new();
        if !self.text.is_empty() {
            frames.push(ClientFrame::Say { id: id(), text: self.text, page: None });
        }
        if self.person {
            frames.push(ClientFrame::AskPerson { id: id() });
        }
        if !self.reach.is_empty() {
            let contact = Contact { reach: self.reach, name: None };
            frames.push(ClientFrame::LeaveContact { id: id(), contact });
        }
        frames
    }
}

struct Page<'a> {
    env: &'a Env,
    view: Rc<View>,
    words: Words,
    url: &'a Url,
}

impl Page<'_> {
    fn check(&self, id: &str, token: &str) -> Result<ConversationId> {
        let id = router::conversation_id(id)?;
        router::check_shopper(self.env, &self.view.shop, &id, Some(token))?;
        Ok(id)
    }

    async fn begin(&self, fields: Fields) -> Result<Response> {
        if fields.text.is_empty() && !fields.person {
            return self.show(None, self.words.get("form_empty"));
        }
        let open = Open { language: Some(self.words.language.clone()), ..Open::default() };
        let opened = router::open_conversation(self.env, &self.view.shop, open).await?;
        self.go_on(&opened.conversation, &opened.token, fields).await
    }

    async fn go_on(&self, id: &ConversationId, token: &str, fields: Fields) -> Result<Response> {
        let stub = router::stub(self.env, id)?;
        for sent in fields.frames() {
            let mut response = body::call(&stub, "/frame", &sent).await?;
            let reply: ServerFrame = response.json().await.map_err(EdgeError::internal)?;
            if let ServerFrame::Refused { code, detail, .. } = reply {
                let known = code == "not_waiting";
                if !known {
                    return self
                        .show(Some((id, token)), &format!("{} {detail}", self.words.get("form_failed")));
                }
            }
        }
        let url = self.url.join(&self.path(id, token)).map_err(EdgeError::internal)?;
        Response::redirect_with_status(url, 303).map_err(EdgeError::internal)
    }

    fn path(&self, id: &ConversationId, token: &str) -> String {
        format!("/s/{}/form/{id}/{token}", self.view.shop)
    }

    async fn conversation(&self, id: &ConversationId, token: &str) -> Result<Response> {
        let missed: Missed = body::ask(&router::stub(self.env, id)?, "/events", &()).await?;
        let mut html = self.log(&missed.events);
        if missed.ready.owner == Owner::Waiting {
            let asked = format!(
                "<h2>{}</h2><p>{}</p>",
                escape(self.words.get("waiting_title")),
                escape(self.words.get("form_done_person"))
            );
            html.push_str(&asked);
            html.push_str(&self.contact_form(id, token));
        }
        self.page(Some((id, token)), "", &html)
    }

    fn log(&self, events: &[Event]) -> String {
        let mut html = String::from("<ol>");
        for event in events {
            let EventBody::Message(message) = &event.event else { continue };
            let who = match (message.from, &message.name) {
                (Author::Shopper, _) => self.words.get("you"),
                (Author::Person, Some(name)) => name.as_str(),
                (Author::Person, None) => self.words.get("person"),
                _ => self.words.get("assistant"),
            };
            let item =
                format!("<li><b>{}</b><p dir=\"auto\">{}</p></li>", escape(who), escape(&message.text));
            html.push_str(&item);
        }
        html.push_str("</ol>");
        html
    }

    fn contact_form(&self, id: &ConversationId, token: &str) -> String {
        format!(
            "<form method=\"post\" action=\"{}\"><label>{} <input name=\"reach\" maxlength=\"200\" \
             autocomplete=\"email\"></label> <button>{}</button></form>",
            escape(&self.path(id, token)),
            escape(self.words.get("contact_reach")),
            escape(self.words.get("contact_send"))
        )
    }

    fn show(&self, conversation: Option<(&ConversationId, &str)>, problem: &str) -> Result<Response> {
        self.page(conversation, problem, "")
    }

    fn page(
        &self,
        conversation: Option<(&ConversationId, &str)>,
        problem: &str,
        log: &str,
    ) -> Result<Response> {
        let action = match conversation {
            Some((id, token)) => self.path(id, token),
            None => format!("/s/{}/form", self.view.shop),
        };
        // Without script a page can only look again by itself.
        let again = conversation.map_or("", |_| "<meta http-equiv=\"refresh\" content=\"15\">");
        let title = escape(&self.words.with("title", &[("shop", &self.view.settings.name)]));
        let problem = if problem.is_empty() {
            String::new()
        } else {
            format!("<p role=\"alert\">{}</p>", escape(problem))
        };
        let word = |key: &str| escape(self.words.get(key));
        let html = format!(
            "<!doctype html><html lang=\"{language}\" dir=\"{dir}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"robots\" content=\"noindex\"><title>{title}</title>{again}<style nonce=\"{nonce}\">\
             {STYLE}</style></head><body><main><h1>{title}</h1>{problem}{log}\
             <form method=\"post\" action=\"{action}\"><label>{label}\
             <textarea name=\"text\" rows=\"4\" maxlength=\"8000\"></textarea></label>\
             <p><button name=\"action\" value=\"send\">{send}</button> \
             <button name=\"action\" value=\"person\">{person}</button></p></form></main></body></html>",
            language = escape(&self.words.language),
            dir = self.words.direction(),
            nonce = NONCE_SLOT,
            action = escape(&action),
            label = word("message_label"),
            send = word("send"),
            person = word("talk_to_person"),
        );
        respond(html)
    }
}

const NONCE_SLOT: &str = "{{nonce}}";

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;margin:0;color-scheme:light dark}\
    main{max-width:34rem;margin:auto;padding:1rem}ol{list-style:none;padding:0}li p{margin:0 0 1rem;\
    white-space:pre-wrap;overflow-wrap:anywhere}textarea,input{width:100%;box-sizing:border-box;\
    font:inherit;padding:.5rem}button{font:inherit;padding:.6rem 1rem;min-height:2.75rem}";

fn respond(html: String) -> Result<Response> {
    let nonce = js::fresh_id();
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    );
    let headers = Headers::new();
    let set = headers
        .set("content-type", "text/html; charset=utf-8")
        .and_then(|()| headers.set("cache-control", "no-store"))
        .and_then(|()| headers.set("referrer-policy", "no-referrer"))
        .and_then(|()| headers.set("content-security-policy", &policy));
    set.map_err(EdgeError::internal)?;
    let html = html.replacen(NONCE_SLOT, &nonce, 1);
    Ok(ResponseBuilder::new().with_headers(headers).fixed(html.into_bytes()))
}
