//! What others must be told when something has happened: the screen reader, the shop's page, a shopper who
//! looks elsewhere.

use super::App;
use crate::browser;
use crate::browser::store::Slot;
use crate::leptos::*;
use crate::state::{Effect, Note, markdown, number};
use crate::wire;
use counterbell_protocol::Owner;
use counterbell_protocol::event::Author;
use wasm_bindgen::JsValue;

impl App {
    pub fn tell(self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Heard { seq, from, name, text } => self.heard(seq, from, name, &text),
                Effect::Owner { owner, note, name } => self.owner_changed(owner, note.as_ref(), name),
                Effect::Queue => self.queue_moved(),
                Effect::Gap => wire::ask_again(self),
                Effect::Outbox => self.keep_outbox(),
                Effect::NotIdentified { code } => browser::event("error", &[("code", code.into())]),
                Effect::Refused { code } => {
                    self.set_error(Some("error_general"));
                    browser::event("error", &[("code", code.into())]);
                }
            }
        }
    }

    fn heard(self, seq: u64, from: Author, name: Option<String>, text: &str) {
        let person = from == Author::Person;
        let words =
            if person { text.to_owned() } else { markdown::words(&markdown::parse(text, &self.allowed())) };
        let who = name.unwrap_or_else(|| self.t("person"));
        let key = if person { "announce_person" } else { "announce_assistant" };
        browser::say("polite", &self.fill(key, &[("name", &who), ("text", &words)]));
        let from = if person { "person" } else { "assistant" };
        browser::event("message", &[("from", from.into()), ("name", who.as_str().into())]);
        if !self.inner().seen.get() {
            self.missed(seq, person, &who);
        }
    }

    fn missed(self, seq: u64, person: bool, who: &str) {
        let inner = self.inner();
        let count = inner.unread.get() + 1;
        inner.unread.set(count);
        browser::event("unread", &[("count", count.into())]);
        let title = if person {
            self.fill("title_person", &[("name", who)])
        } else {
            self.plural("title_unread", count, ("", ""))
        };
        browser::post("title", &[("text", title.into())]);
        if person && inner.sound.get() && self.is_first_to_call(seq) {
            browser::ring();
        }
    }

    /// Of several tabs, only one rings.
    fn is_first_to_call(self, seq: u64) -> bool {
        let store = &self.inner().store;
        let called = store.get(Slot::Called).and_then(|text| number::read(&text, 10)).unwrap_or(0);
        let first = called < seq;
        if first {
            store.set(Slot::Called, Some(&number::written(seq)));
        }
        first
    }

    fn owner_changed(self, owner: Owner, note: Option<&Note>, name: Option<String>) {
        let name: JsValue = name.map_or(JsValue::NULL, Into::into);
        if matches!(note, Some(Note::Lapsed(_) | Note::Transferred | Note::Released)) {
            browser::event("person-left", &[("name", name.clone())]);
        }
        match owner {
            Owner::Waiting => browser::event("handoff", &[]),
            Owner::Person => browser::event("person-joined", &[("name", name)]),
            Owner::Closed => browser::event("resolved", &[]),
            Owner::Assistant => {}
        }
        let text = match note {
            Some(note) => self.note_text(note),
            None if owner == Owner::Waiting => self.t("announce_waiting"),
            None => return,
        };
        browser::say("urgent", &text);
    }

    /// A line of the log that nobody has said.
    pub fn note_text(self, note: &Note) -> String {
        let named = |key: &str, name: &Option<String>| {
            let name = name.clone().unwrap_or_else(|| self.t("person"));
            self.fill(key, &[("name", &name)])
        };
        match note {
            Note::Joined(name) => named("joined", name),
            Note::Lapsed(name) => named("lapsed", name),
            Note::Resolved(Some(name)) => named("resolved", &Some(name.clone())),
            Note::Resolved(None) => self.t("closed_text"),
            Note::Transferred => self.t("transferred"),
            Note::Withdrawn => self.t("withdrawn"),
            Note::Released => self.t("released"),
            Note::Ended => self.t("ended"),
            Note::Reopened => self.t("reopened"),
            Note::Words(words) => words.clone(),
        }
    }

    fn queue_moved(self) {
        let number = |value: Option<u32>| value.map_or(JsValue::NULL, JsValue::from);
        let queue = self.chat.with_untracked(|chat| chat.waiting.queue.clone());
        browser::event(
            "queue",
            &[
                ("position", number(queue.position)),
                ("waitLowS", number(queue.wait_low_s)),
                ("waitHighS", number(queue.wait_high_s)),
                ("peopleOnline", number(queue.people_online)),
            ],
        );
    }
}
