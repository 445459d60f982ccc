//! What the shopper does. Whatever must reach the edge goes into the outbox first and is then sent.

use super::App;
use crate::browser;
use crate::browser::store::{Session, Slot};
use crate::leptos::*;
use crate::state::Chat;
use crate::wire;
use counterbell_protocol::MessageId;
use counterbell_protocol::event::{Contact, Rating};

impl App {
    pub fn say(self, text: &str) {
        let text = text.trim().to_owned();
        if text.is_empty() {
            return;
        }
        let page = Some(self.inner().page.borrow().clone());
        self.act(|chat, id, now_ms| chat.say(id, text, page, now_ms));
        browser::event("message", &[("from", "shopper".into())]);
    }

    pub fn ask_person(self) {
        self.act(Chat::ask_person);
    }

    pub fn withdraw(self) {
        self.act(Chat::withdraw);
    }

    pub fn end(self) {
        self.act(Chat::end);
    }

    pub fn leave_contact(self, contact: Contact) {
        self.act(|chat, id, now_ms| chat.leave_contact(id, contact, now_ms));
    }

    pub fn rate(self, rating: Rating) {
        self.act(|chat, id, now_ms| chat.rate(id, rating, now_ms));
    }

    /// A conversation that is still to be opened takes the token along.
    pub fn identify(self, token: String) {
        self.inner().identity.replace(Some(token.clone()));
        if wire::session(self).is_some() {
            self.act(|chat, id, now_ms| chat.identify(id, token, now_ms));
        }
    }

    pub fn retry(self, id: String) {
        self.act(|chat, _, _| chat.outbox.retry(&MessageId(id)));
    }

    pub fn discard(self, id: String) {
        self.chat.update(|chat| chat.outbox.remove(&MessageId(id)));
        self.keep_outbox();
    }

    pub fn decline_offer(self) {
        self.chat.update(|chat| chat.offer = None);
    }

    /// Forgets this conversation here; the shop's people still have it.
    pub fn start_again(self) {
        self.inner().store.set(Slot::Session, None);
        self.adopt(None);
        self.keep_outbox();
    }

    /// Another tab has begun, changed or ended the conversation.
    pub fn adopt(self, session: Option<Session>) {
        self.chat.set(Chat::default());
        self.inner().unread.set(0);
        wire::set_session(self, session);
    }

    fn act(self, change: impl FnOnce(&mut Chat, MessageId, u64)) {
        self.set_error(None);
        self.chat.update(|chat| change(chat, MessageId(browser::fresh_id()), browser::now_ms()));
        self.keep_outbox();
        wire::flush(self);
    }
}
