//! Who may speak, as types: each state has methods only for the changes that are legal from it, so an
//! illegal change does not compile; where the state is read from storage, it is a typed refusal.
//!
//! ```text
//! assistant ──request──▶ waiting ──claim──▶ person ──resolve──▶ closed
//!     ▲                     │  ▲               │                  │
//!     │◀──withdraw──────────┘  └──lapse────────┤                  │
//!     │◀──────────────────release──────────────┘                  │
//!     └◀──────────────────reopen──────────────────────────────────┘
//! ```
//! Each change raises `epoch` by one. A reply carries the epoch it was written under. Nobody but this crate
//! makes an epoch, so nobody makes a state but by a change, or by reading what was stored of one.
//!
//! It is a crate of its own for `illegal`, which only the documentation of a library can hold.

#[cfg(doctest)]
mod illegal;

use counterbell_protocol::agent::Person;
use counterbell_protocol::{EscalationId, Owner};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "owner", rename_all = "snake_case")]
pub enum State {
    Assistant(Assistant),
    Waiting(Waiting),
    Person(Held),
    Closed(Closed),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assistant {
    epoch: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    epoch: u64,
    pub escalation: EscalationId,
}

/// A person has it, as long as the lease lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    epoch: u64,
    pub escalation: EscalationId,
    pub person: Person,
    /// The owner's token; it dies with this state.
    pub claim: String,
    pub expires_at_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    epoch: u64,
}

impl State {
    pub fn opened() -> Self {
        Self::Assistant(Assistant { epoch: 1 })
    }

    pub fn epoch(&self) -> u64 {
        match self {
            Self::Assistant(state) => state.epoch,
            Self::Waiting(state) => state.epoch,
            Self::Person(state) => state.epoch,
            Self::Closed(state) => state.epoch,
        }
    }

    pub fn owner(&self) -> Owner {
        match self {
            Self::Assistant(_) => Owner::Assistant,
            Self::Waiting(_) => Owner::Waiting,
            Self::Person(_) => Owner::Person,
            Self::Closed(_) => Owner::Closed,
        }
    }

    /// The escalation that is open, if one is.
    pub fn escalation(&self) -> Option<&EscalationId> {
        match self {
            Self::Waiting(state) => Some(&state.escalation),
            Self::Person(state) => Some(&state.escalation),
            Self::Assistant(_) | Self::Closed(_) => None,
        }
    }

    pub fn held(&self) -> Option<&Held> {
        match self {
            Self::Person(held) => Some(held),
            _ => None,
        }
    }

    /// The shopper ends it, whoever has it.
    pub fn end(&self) -> Option<Closed> {
        match self {
            Self::Closed(_) => None,
            open => Some(Closed { epoch: open.epoch() + 1 }),
        }
    }
}

impl Assistant {
    pub fn request(self, escalation: EscalationId) -> Waiting {
        Waiting { epoch: self.epoch + 1, escalation }
    }
}

impl Waiting {
    pub fn claim(self, person: Person, claim: String, expires_at_ms: u64) -> Held {
        Held { epoch: self.epoch + 1, escalation: self.escalation, person, claim, expires_at_ms }
    }

    pub fn withdraw(self) -> Assistant {
        Assistant { epoch: self.epoch + 1 }
    }
}

impl Held {
    /// A heartbeat keeps the epoch: nothing changes hands.
    pub fn renew(self, expires_at_ms: u64) -> Self {
        Self { expires_at_ms, ..self }
    }

    /// Back to the queue: the lease lapsed, or the person passed it on.
    pub fn give_back(self) -> Waiting {
        Waiting { epoch: self.epoch + 1, escalation: self.escalation }
    }

    pub fn release(self) -> Assistant {
        Assistant { epoch: self.epoch + 1 }
    }

    pub fn resolve(self) -> Closed {
        Closed { epoch: self.epoch + 1 }
    }
}

impl Closed {
    pub fn reopen(self) -> Assistant {
        Assistant { epoch: self.epoch + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_owner_raises_the_epoch() {
        let State::Assistant(assistant) = State::opened() else { panic!() };
        let waiting = assistant.request(EscalationId::new("e"));
        let person = Person { id: "p".into(), name: "Ada".into() };
        let held = waiting.claim(person, "c".into(), 10);
        assert_eq!(State::Person(held.clone()).epoch(), 3);
        let renewed = held.clone().renew(20);
        assert_eq!((State::Person(renewed.clone()).epoch(), renewed.expires_at_ms), (3, 20));
        assert_eq!(State::Waiting(held.clone().give_back()).epoch(), 4);
        assert_eq!(State::Assistant(held.clone().release()).epoch(), 4);
        let closed = held.resolve();
        assert_eq!(State::Closed(closed.clone()).epoch(), 4);
        assert_eq!(State::Assistant(closed.reopen()).epoch(), 5);
    }

    #[test]
    fn a_closed_conversation_cannot_be_ended_again() {
        assert!(State::Closed(Closed { epoch: 4 }).end().is_none());
    }
}
