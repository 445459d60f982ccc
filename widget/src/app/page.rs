//! What the shop's page, the other tabs and the window itself say.

use super::App;
use crate::browser::store::{Session, Slot};
use crate::browser::{dom, shell};
use crate::leptos::*;
use crate::state::page::{FromPage, merge, read};
use crate::{ui, wire};
use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, StorageEvent};

impl App {
    pub fn listen(self) {
        for json in shell::early() {
            self.hear(&json);
        }
        dom::on(&window(), "message", move |event| {
            if let Some(json) = event.dyn_ref::<MessageEvent>().and_then(|event| self.admitted(event)) {
                self.hear(&json);
            }
        });
        dom::on(&window(), "storage", move |event| {
            if let Some(event) = event.dyn_ref::<StorageEvent>() {
                self.other_tab(event);
            }
        });
        dom::on(&document(), "visibilitychange", move |_| self.look());
        for name in ["online", "offline", "pageshow"] {
            dom::on(&window(), name, move |_| wire::wake(self));
        }
    }

    /// Only from the page that embeds us, and only if the shop lists it.
    fn admitted(self, event: &MessageEvent) -> Option<String> {
        let parent = window().parent().ok()??;
        let from_parent = event.source().is_some_and(|source| js_sys::Object::is(&source, &parent));
        let listed = self.inner().config.origins.contains(&event.origin());
        if from_parent && listed { shell::json_of(&event.data()) } else { None }
    }

    fn hear(self, json: &str) {
        match read(json) {
            Some(FromPage::Hello(hello)) => {
                if let Some(page) = hello.page {
                    self.inner().page.replace(page);
                }
                self.inner().identity.replace(hello.identity);
                if let Some(language) = hello.language {
                    self.change_language(language);
                }
            }
            Some(FromPage::Opened) => self.set_open(true),
            Some(FromPage::Closed) => self.set_open(false),
            Some(FromPage::Update(page)) => merge(&mut self.inner().page.borrow_mut(), page),
            Some(FromPage::Identify(token)) => {
                self.inner().identity.replace(Some(token));
            }
            Some(FromPage::Logout) => {
                self.inner().identity.replace(None);
                self.inner().store.set(Slot::Text, None);
                self.start_again();
            }
            Some(FromPage::Ask { text, send: true }) => self.say(&text),
            Some(FromPage::Ask { text, send: false }) => ui::composer::fill(self, &text),
            Some(FromPage::Handoff) => self.ask_person(),
            Some(FromPage::Language(code)) => self.change_language(code),
            Some(FromPage::Destroy) => wire::set_session(self, None),
            None => {}
        }
    }

    fn change_language(self, language: String) {
        let current = document().document_element().and_then(|root| root.get_attribute("lang"));
        if current.as_deref() != Some(&language) {
            self.set_language(language);
        }
    }

    fn set_open(self, open: bool) {
        self.inner().open.set(open);
        self.look();
    }

    /// Whether anybody is looking; if so, nothing is unread.
    fn look(self) {
        let inner = self.inner();
        let seen = inner.open.get() && dom::is_visible();
        inner.seen.set(seen);
        if seen && inner.unread.replace(0) > 0 {
            shell::event("unread", &[("count", 0.into())]);
            shell::post("title", &[("text", wasm_bindgen::JsValue::NULL)]);
        }
        if dom::is_visible() {
            wire::wake(self);
        }
    }

    fn other_tab(self, event: &StorageEvent) {
        let slot = event.key().and_then(|key| self.inner().store.slot_of(&key));
        match slot {
            Some(Slot::Session) => {
                let session = event.new_value().and_then(|text| Session::from_json(&text));
                if session != wire::session(self) {
                    self.adopt(session);
                }
            }
            Some(Slot::Text) => ui::composer::mirror(&event.new_value().unwrap_or_default()),
            _ => {}
        }
    }
}
