//! What survives a reload, in the frame's own origin and under the shop's name. Storage may be blocked or
//! full: then this page's memory has to do.

use super::{keep, kept};
use crate::state::json::{Json, parse};
use crate::state::read;
use counterbell_protocol::{ConversationId, socket::Opened};
use std::cell::RefCell;

pub struct Store {
    prefix: String,
    memory: RefCell<Vec<(String, String)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Session,
    Outbox,
    /// What stands in the text field.
    Text,
    Sound,
    /// The last message somebody was called for, so that only one tab calls.
    Called,
}

/// The conversation of this browser with this shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub conversation: ConversationId,
    pub token: String,
}

impl From<Opened> for Session {
    fn from(opened: Opened) -> Self {
        Self { conversation: opened.conversation, token: opened.token }
    }
}

impl Session {
    pub fn from_json(text: &str) -> Option<Self> {
        read::opened(&parse(text)?).map(Self::from)
    }

    pub fn to_json(&self) -> String {
        let field = |name: &str, value: &str| (name.to_owned(), Json::Text(value.to_owned()));
        let fields = vec![field("conversation", self.conversation.as_str()), field("token", &self.token)];
        Json::Map(fields).write()
    }
}

impl Store {
    pub fn new(shop: &str) -> Self {
        Self { prefix: ["counterbell:", shop, ":"].concat(), memory: RefCell::default() }
    }

    pub fn get(&self, slot: Slot) -> Option<String> {
        let key = self.key(slot);
        let found = |memory: &[(String, String)]| {
            memory.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone())
        };
        kept(&key).or_else(|| found(&self.memory.borrow()))
    }

    /// `None` forgets.
    pub fn set(&self, slot: Slot, value: Option<&str>) {
        let key = self.key(slot);
        let stored = keep(&key, value.map(str::to_owned));
        let mut memory = self.memory.borrow_mut();
        memory.retain(|(known, _)| *known != key);
        if let (Some(value), false) = (value, stored) {
            memory.push((key, value.to_owned()));
        }
    }

    /// Which slot another tab has written to.
    pub fn slot_of(&self, key: &str) -> Option<Slot> {
        [Slot::Session, Slot::Text].into_iter().find(|slot| self.key(*slot) == key)
    }

    fn key(&self, slot: Slot) -> String {
        let name = match slot {
            Slot::Session => "session",
            Slot::Outbox => "outbox",
            Slot::Text => "text",
            Slot::Sound => "sound",
            Slot::Called => "called",
        };
        [&self.prefix, name].concat()
    }
}
