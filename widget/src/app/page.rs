//! What happens to the frame: the shop's page, the other tabs and the window speak, the shopper types.

use super::App;
use super::language::words;
use crate::browser::store::{Session, Slot};
use crate::browser::{self, Ear};
use crate::state::json::parse;
use crate::state::page::{FromPage, merge, read};
use crate::ui::{composer, log};
use crate::wire;

impl App {
    pub fn listen(self) {
        let ear = Ear::new(move |kind: String, data: String| match kind.as_str() {
            "page" => self.hear(&data),
            "stored" => self.other_tab(&data),
            "look" => self.look(),
            "line" => wire::wake(self),
            "input" => composer::typed(self),
            "submit" => composer::submit(self, &data),
            "outside" => self.menu.set(false),
            "words" => self.set_words(&data),
            "end" => self.at_end.set(!data.is_empty()),
            _ => {}
        });
        browser::listen(&ear);
        // For as long as the document lives.
        ear.forget();
    }

    fn hear(self, json: &str) {
        let inner = self.inner();
        match read(json) {
            Some(FromPage::Hello(hello)) => {
                if let Some(page) = hello.page {
                    inner.page.replace(page);
                }
                if let Some(token) = hello.identity {
                    self.identify(token);
                }
                if let Some(language) = hello.language {
                    browser::language(&language);
                }
            }
            Some(FromPage::Opened) => self.set_open(true),
            Some(FromPage::Closed) => self.set_open(false),
            Some(FromPage::Update(page)) => merge(&mut inner.page.borrow_mut(), page),
            Some(FromPage::Identify(token)) => self.identify(token),
            Some(FromPage::Logout) => {
                inner.identity.replace(None);
                inner.store.set(Slot::Text, None);
                browser::set_value("text", "");
                self.start_again();
            }
            Some(FromPage::Ask { text, send: true }) => self.say(&text),
            Some(FromPage::Ask { text, send: false }) => composer::fill(self, &text),
            Some(FromPage::Handoff) => self.ask_person(),
            Some(FromPage::Language(code)) => browser::language(&code),
            Some(FromPage::Destroy) => wire::set_session(self, None),
            None => {}
        }
    }

    fn set_words(self, json: &str) {
        if let Some(words) = words(json) {
            self.words.set(words);
        }
    }

    fn set_open(self, open: bool) {
        self.inner().open.set(open);
        self.look();
        log::follow(self);
    }

    /// Whether anybody is looking; if so, nothing is unread.
    fn look(self) {
        let inner = self.inner();
        let seen = inner.open.get() && browser::is_visible();
        inner.seen.set(seen);
        if seen && inner.unread.replace(0) > 0 {
            browser::event("unread", &[("count", 0.into())]);
            browser::post("title", &[("text", wasm_bindgen::JsValue::NULL)]);
        }
        if browser::is_visible() {
            wire::wake(self);
        }
    }

    /// `[key, value]` of the storage that all tabs share.
    fn other_tab(self, json: &str) {
        let Some(json) = parse(json) else { return };
        let [key, value] = json.list() else { return };
        match self.inner().store.slot_of(key.str()) {
            Some(Slot::Session) => {
                let session = Session::from_json(value.str());
                if session != wire::session(self) {
                    self.adopt(session);
                }
            }
            Some(Slot::Text) => composer::mirror(value.str()),
            _ => {}
        }
    }
}
