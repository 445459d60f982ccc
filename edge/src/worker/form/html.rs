//! The form's pages as HTML, and the headers they answer with.

use super::super::words::escape;
use super::super::{attachments, js};
use super::fields::Problem;
use super::{Form, Link};
use crate::attachment::Kind;
use crate::error::{EdgeError, Result};
use counterbell_protocol::{MAX_ATTACHMENT_BYTES, Owner};
use worker::{Headers, Response, ResponseBuilder, Url};

impl Form<'_> {
    /// The form alone, before there is a conversation.
    pub fn show(&self, link: &Link, problem: Option<Problem>, text: &str) -> Result<Response> {
        let form = self.message_form(&self.path(link), text, Owner::Assistant);
        let own = self.view.settings.words(&self.words.language).greeting;
        let greeting = self.words.greeting(own.as_deref());
        let main = format!("<p dir=\"auto\">{greeting}</p>{}{form}", self.problem(problem));
        self.respond(&document(self, &self.titled(&main), "page", None))
    }

    /// The form under what was said so far.
    pub async fn page(&self, link: &Link, problem: Option<Problem>, text: &str) -> Result<Response> {
        let owner = self.ready(link).await?.owner;
        let path = self.path(link);
        let main = format!(
            "<iframe src=\"{}/log\" title=\"{}\"></iframe>{}{}{}",
            escape(&path),
            escape(self.words.get("log_label")),
            self.problem(problem),
            self.message_form(&path, text, owner),
            self.contact_form(&path, owner == Owner::Waiting)
        );
        self.respond(&document(self, &self.titled(&main), "page", None))
    }

    fn titled(&self, main: &str) -> String {
        format!("<h1>{}</h1>{main}", escape(&self.title()))
    }

    fn title(&self) -> String {
        self.words.with("title", &[("shop", &self.view.settings.name)])
    }

    fn problem(&self, problem: Option<Problem>) -> String {
        problem.map_or_else(String::new, |problem| {
            let limit = js::megabytes(&self.words.language, MAX_ATTACHMENT_BYTES as f64 / 1e6);
            let words = self.words.with(problem.word(), &[("limit", &limit)]);
            format!("<p role=\"alert\">{}</p>", escape(&words))
        })
    }

    fn message_form(&self, action: &str, text: &str, owner: Owner) -> String {
        let word = |key: &str| escape(self.words.get(key));
        let (way, file) = self.file_field();
        let send = format!("<button name=\"action\" value=\"send\">{}</button>", word("send"));
        // A file is for a person: as long as there is none, it goes with the button that asks for one.
        let between = match owner {
            Owner::Waiting | Owner::Person => format!("{file}<p>{send} "),
            _ if file.is_empty() => format!("<p>{send} "),
            _ => format!("<p>{send}</p>{file}<p>"),
        };
        // A line end right after the tag is not part of the text.
        format!(
            "<form method=\"post\" action=\"{action}\"{way}><input type=\"hidden\" name=\"id\" value=\"{id}\"><label>{label}\
             <textarea name=\"text\" rows=\"4\" maxlength=\"8000\" dir=\"auto\">\n{text}</textarea></label>\
             {between}<button name=\"action\" value=\"person\" formaction=\"{action}?person\">{person}</button></p></form>",
            action = escape(action),
            id = js::fresh_id(),
            label = word("message_label"),
            text = escape(text),
            person = word("talk_to_person"),
        )
    }

    /// How the form is then sent, and the field, which stands after the text: see `multipart.rs`. Nothing where
    /// no files are kept.
    fn file_field(&self) -> (&str, String) {
        if !attachments::are_kept(self.env) {
            return ("", String::new());
        }
        let field = format!(
            "<p><label>{} <input type=\"file\" name=\"file\" accept=\"{}\"></label></p>",
            escape(self.words.get("attach")),
            Kind::ALL.map(Kind::media_type).join(",")
        );
        (" enctype=\"multipart/form-data\"", field)
    }

    /// For who waits. Who begins to wait while the page is open gets here by the log's link.
    fn contact_form(&self, action: &str, waiting: bool) -> String {
        let word = |key: &str| escape(self.words.get(key));
        format!(
            "<section id=\"contact\"{shown}><h2>{title}</h2><form method=\"post\" action=\"{action}\">\
             <label>{reach} <input name=\"reach\" maxlength=\"200\" autocomplete=\"email\"></label> \
             <p><button>{send}</button></p></form></section>",
            shown = if waiting { " class=\"waiting\"" } else { "" },
            title = word("contact_title"),
            action = escape(action),
            reach = word("contact_reach"),
            send = word("contact_send"),
        )
    }

    /// The page itself may show its log; both may stand within the shop, as the frame does.
    pub fn respond(&self, html: &str) -> Result<Response> {
        let nonce = js::fresh_id();
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; frame-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'self' {}",
            self.view.settings.origins.join(" ")
        );
        let headers = headers()?;
        let set = headers
            .set("content-type", "text/html; charset=utf-8")
            .and_then(|()| headers.set("content-security-policy", &policy));
        set.map_err(EdgeError::internal)?;
        let html = html.replacen(NONCE_SLOT, &nonce, 1);
        Ok(ResponseBuilder::new().with_headers(headers).fixed(html.into_bytes()))
    }

    pub fn redirect(&self, url: &Url) -> Result<Response> {
        let headers = headers()?;
        headers.set("location", url.as_str()).map_err(EdgeError::internal)?;
        Ok(ResponseBuilder::new().with_status(303).with_headers(headers).empty())
    }
}

/// A whole page. `kind` is the class of its body.
pub fn document(form: &Form<'_>, main: &str, kind: &str, refresh_s: Option<u32>) -> String {
    let refresh = refresh_s
        .map_or_else(String::new, |seconds| format!("<meta http-equiv=\"refresh\" content=\"{seconds}\">"));
    format!(
        "<!doctype html><html lang=\"{language}\" dir=\"{dir}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\">{refresh}<style nonce=\"{NONCE_SLOT}\">{STYLE}</style>\
         <title>{title}</title></head><body class=\"{kind}\"><main{focus}><div>{main}</div></main></body></html>",
        language = escape(&form.words.language),
        dir = form.words.direction(),
        title = escape(&form.title()),
        // The log scrolls within itself: the arrow keys must reach it.
        focus = if kind == "log" { " tabindex=\"0\"" } else { "" },
    )
}

const NONCE_SLOT: &str = "{{nonce}}";

/// The log's columns run upwards, so that it begins at its end, where the newest message is.
const STYLE: &str = ":root{color-scheme:light dark;background:Canvas;color:CanvasText}body{font:1rem/1.5 system-ui,sans-serif;margin:0}\
    main{max-width:34rem;margin:auto;padding:1rem}.log main{box-sizing:border-box;height:100vh;overflow:auto;\
    display:flex;flex-direction:column-reverse}.log main>div{margin-bottom:auto}ol{list-style:none;margin:0;padding:0}\
    li p{margin:0 0 1rem;white-space:pre-wrap;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:0}\
    iframe{width:100%;height:50vh;border:1px solid;box-sizing:border-box}textarea,input{width:100%;\
    box-sizing:border-box;font:inherit;padding:.5rem}button,::file-selector-button{font:inherit;padding:.6rem 1rem;min-height:2.75rem}\
    [type=file]{padding:0}\
    #contact:not(.waiting,:target){display:none}";

/// As the frame's document: a shop that is cross-origin isolated may embed only what is isolated too.
fn headers() -> Result<Headers> {
    let headers = Headers::new();
    let set = headers
        .set("cache-control", "no-store")
        // With `no-referrer` a browser would post the form with `Origin: null`, which is refused.
        .and_then(|()| headers.set("referrer-policy", "same-origin"))
        .and_then(|()| headers.set("x-content-type-options", "nosniff"))
        .and_then(|()| headers.set("cross-origin-embedder-policy", "credentialless"))
        .and_then(|()| headers.set("cross-origin-resource-policy", "cross-origin"));
    set.map(|()| headers).map_err(EdgeError::internal)
}
