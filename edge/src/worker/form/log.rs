//! What was said, as a page of its own within the form's: it looks again by itself, for it has no script to
//! be told by, and nothing is typed in it.

use super::super::body::OBJECT_MS;
use super::super::words::escape;
use super::super::{body, router};
use super::{Form, Link, html};
use crate::error::Result;
use counterbell_protocol::socket::{Missed, Ready};
use counterbell_protocol::{Attachment, Author, Event, EventBody, Message, Owner};
use worker::{Response, Stub};

const REFRESH_S: u32 = 10;
/// So many of the newest messages; all of them are behind a link.
const MESSAGES: usize = 50;
/// So many of the newest events are looked through for them.
const EVENTS: u64 = 1_000;
/// Of a conversation that is longer than a page can be, in bytes of text, the end.
const MAX_BYTES: usize = 2_000_000;
/// After any event, and exact in a JavaScript number.
const AFTER_ALL: u64 = (1 << 53) - 1;

impl Form<'_> {
    /// How the conversation stands.
    pub async fn ready(&self, link: &Link) -> Result<Ready> {
        Ok(events_after(&router::stub(self.env, &link.id)?, AFTER_ALL).await?.ready)
    }

    pub async fn log(&self, link: &Link) -> Result<Response> {
        let all = self.asks("all");
        let (ready, messages) = self.newest(link, all).await?;
        let hidden = if all { 0 } else { messages.len().saturating_sub(MESSAGES) };
        let earlier = hidden > 0 || (!all && ready.seq > EVENTS);
        let mut html = if earlier { self.earlier(link) } else { String::new() };
        html.push_str("<ol>");
        for message in messages.iter().skip(hidden) {
            html.push_str(&self.item(link, message));
        }
        html.push_str("</ol>");
        if ready.owner == Owner::Waiting {
            html.push_str(&self.waiting(link));
        }
        // Who reads the whole of it in a tab of its own is left in peace.
        let refresh_s = if all { None } else { Some(REFRESH_S) };
        self.respond(&html::document(self, &html, "log", refresh_s))
    }

    /// Opens a tab, for this page would be back at the end of the conversation in seconds.
    fn earlier(&self, link: &Link) -> String {
        format!(
            "<p><a href=\"{}/log?all\" target=\"_blank\">{} ({})</a></p>",
            escape(&self.path(link)),
            escape(self.words.get("show_earlier")),
            escape(self.words.get("opens_new_tab"))
        )
    }

    fn item(&self, link: &Link, message: &Message) -> String {
        let who = match (message.from, &message.name) {
            (Author::Shopper, _) => self.words.get("you"),
            (Author::Person, Some(name)) => name.as_str(),
            (Author::Person, None) => self.words.get("person"),
            _ => self.words.get("assistant"),
        };
        let said = self.file_link(link, message).unwrap_or_else(|| escape(&message.text));
        format!("<li><b>{}</b><p dir=\"auto\">{said}</p></li>", escape(who))
    }

    /// It is saved, not opened: this page would be gone from where it is shown.
    fn file_link(&self, link: &Link, message: &Message) -> Option<String> {
        let Attachment { file, name, .. } = message.attachment.as_ref()?;
        let (path, name) = (escape(&self.path(link)), escape(name));
        Some(format!("<a href=\"{path}/file/{file}\" download=\"{name}\">{name}</a>"))
    }

    /// The link shows the field for an address on the page around this one, without loading it anew.
    fn waiting(&self, link: &Link) -> String {
        format!(
            "<h2>{}</h2><p>{} <a href=\"{}#contact\" target=\"_parent\">{}</a></p>",
            escape(self.words.get("waiting_title")),
            escape(self.words.get("form_done_person")),
            escape(&self.path(link)),
            escape(self.words.get("contact_title"))
        )
    }

    /// How the conversation stands, and its newest messages, or all, page by page.
    async fn newest(&self, link: &Link, all: bool) -> Result<(Ready, Vec<Message>)> {
        let stub = router::stub(self.env, &link.id)?;
        let ready = self.ready(link).await?;
        let mut after = if all { 0 } else { ready.seq.saturating_sub(EVENTS) };
        let mut messages = Vec::new();
        while after < ready.seq {
            let page = events_after(&stub, after).await?;
            if page.events.is_empty() {
                break;
            }
            after = page.ready.seq;
            messages.extend(page.events.into_iter().filter_map(message));
            keep_end(&mut messages);
        }
        Ok((ready, messages))
    }
}

fn message(event: Event) -> Option<Message> {
    match event.event {
        EventBody::Message(message) => Some(message),
        _ => None,
    }
}

fn keep_end(messages: &mut Vec<Message>) {
    let mut bytes: usize = messages.iter().map(|message| message.text.len()).sum();
    let over = messages.iter().take_while(|message| {
        let over = bytes > MAX_BYTES;
        bytes -= message.text.len();
        over
    });
    let over = over.count();
    messages.drain(..over);
}

async fn events_after(stub: &Stub, seq: u64) -> Result<Missed> {
    body::ask(OBJECT_MS, stub, &format!("/events?after={seq}"), &()).await
}
