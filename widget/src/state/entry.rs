//! One line of what the shopper reads: something said, or a fact about who speaks.

use super::number;
use super::outbox::SendState;
use counterbell_protocol::event::{Author, Message, OwnerCause, OwnerChange, Source};
use counterbell_protocol::{Owner, event};

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The message's id, so that a line stays the same line from draft or outbox to the log.
    pub key: String,
    pub at_ms: u64,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Said(Said),
    Note(Note),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub from: Author,
    pub name: Option<String>,
    pub text: String,
    pub sources: Vec<Source>,
    pub cut: bool,
    pub delivery: Delivery,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// In the log.
    Committed,
    /// An answer that is being written; its text lives in the draft.
    Streaming,
    /// The shopper's own, on its way.
    Outgoing(SendState),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    Joined(Option<String>),
    Lapsed(Option<String>),
    Resolved(Option<String>),
    Transferred,
    Withdrawn,
    Released,
    Ended,
    Reopened,
    /// The shop's own words.
    Words(String),
}

impl Entry {
    pub fn committed(message: Message, at_ms: u64) -> Self {
        let said = Said {
            from: message.from,
            name: message.name,
            text: message.text,
            sources: message.sources,
            cut: message.cut,
            delivery: Delivery::Committed,
        };
        Self { key: message.id.0, at_ms, what: What::Said(said) }
    }

    pub fn note(seq: u64, part: &str, at_ms: u64, note: Note) -> Self {
        Self { key: ["note-", &number::written(seq), part].concat(), at_ms, what: What::Note(note) }
    }

    /// Who is heard in this line; notes are nobody's.
    pub fn author(&self) -> Option<(Author, Option<&str>)> {
        match &self.what {
            What::Said(said) => Some((said.from, said.name.as_deref())),
            What::Note(_) => None,
        }
    }
}

/// What a change of owner is called in the log; `previous` is the person who had it until now.
pub fn note_of(change: &OwnerChange, previous: Option<&str>) -> Option<Note> {
    let name = || change.name.clone();
    let before = || previous.map(str::to_owned);
    match (change.owner, change.cause) {
        (Owner::Person, OwnerCause::Claimed) => Some(Note::Joined(name())),
        (Owner::Person, _) => None,
        (_, OwnerCause::Lapsed) => Some(Note::Lapsed(before())),
        (_, OwnerCause::Transferred) => Some(Note::Transferred),
        (_, OwnerCause::Reopened) => Some(Note::Reopened),
        (Owner::Assistant, OwnerCause::Withdrawn) => Some(Note::Withdrawn),
        (Owner::Assistant, OwnerCause::Released) => Some(Note::Released),
        (Owner::Closed, OwnerCause::Ended) => Some(Note::Ended),
        (Owner::Closed, _) => Some(Note::Resolved(name().or_else(before))),
        (event::Owner::Assistant | event::Owner::Waiting, _) => None,
    }
}
