//! One conversation as a plain struct over a small store. It owns the log, the owner, the escalation and
//! the outbox. It must not know Workers, sockets, HTTP, clocks or randomness: each call is handed the time,
//! fresh ids and the shop's settings, commits in one transaction, and says what is to be done next.

pub mod answer;
pub mod attach;
pub mod clock;
pub mod erase;
pub mod escalate;
mod fallback;
mod head;
pub mod judge;
pub mod limits;
pub mod log;
pub mod mask;
pub mod outbox;
pub mod person;
pub mod plan;
pub mod read;
pub mod repeat;
pub mod report;
mod say;
mod schema;
pub mod shopper;
mod told;

use crate::error::Result;
use crate::shop::View;
use crate::store::{Store, commit, json, migrate};
use counterbell_owner::State;
use counterbell_protocol::agent::{Customer, WrittenNote};
use counterbell_protocol::event::{OwnerCause, OwnerChange};
use counterbell_protocol::socket::Page;
use counterbell_protocol::{ConversationId, Event, EventBody, MessageId, ShopId};
use std::cell::RefCell;

pub struct Conversation<S> {
    pub store: S,
    /// The turn that was found to be the one to be written, and nothing was committed since.
    current: RefCell<Option<Turn>>,
    kept: RefCell<head::Kept>,
}

/// What a call is handed from outside.
pub struct Context<'a> {
    pub now_ms: u64,
    /// Unguessable, 22 characters or more of `A–Z a–z 0–9 _ -`.
    pub fresh_id: &'a dyn Fn() -> String,
    pub shop: &'a View,
}

/// What is to be done after the commit. Nothing in it is needed for correctness: a crash before it is
/// done is healed by the log (events), the alarm (delivery, answers) and the clients (resume).
#[derive(Debug, Default, PartialEq)]
pub struct Effects {
    /// Committed, for all sockets, in order.
    pub events: Vec<Event>,
    /// For the feed alone.
    pub notes: Vec<WrittenNote>,
    /// A draft that is taken back.
    pub dropped: Option<MessageId>,
    /// An answer to be written now.
    pub answer: Option<Turn>,
    /// Nothing of it is left: whoever still looks at it is to look away.
    pub erased: bool,
    /// The outbox has something due.
    pub deliver: bool,
}

impl Effects {
    pub fn and(mut self, other: Self) -> Self {
        self.events.extend(other.events);
        self.notes.extend(other.notes);
        self.dropped = other.dropped.or(self.dropped);
        self.answer = other.answer.or(self.answer);
        self.erased |= other.erased;
        self.deliver |= other.deliver;
        self
    }
}

/// An answer that the assistant has begun, and the epoch that it may be committed under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub message: MessageId,
    pub epoch: u64,
    /// When the question came, also where the answer is begun again.
    pub begun_ms: u64,
}

/// Where a conversation belongs: what is left of it when all else is erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub shop: ShopId,
    pub id: ConversationId,
}

/// Who and where, as it was when the conversation was opened or last said.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    pub shop: ShopId,
    pub id: ConversationId,
    pub language: Option<String>,
    pub page: Option<Page>,
    pub customer: Option<Customer>,
}

impl<S: Store> Conversation<S> {
    /// Prepares the tables.
    pub fn new(store: S, now_ms: u64) -> Result<Self> {
        migrate(&store, schema::STEPS, now_ms)?;
        Ok(Self { store, current: RefCell::default(), kept: RefCell::default() })
    }

    /// Begins the conversation. Doing it again changes nothing.
    pub fn open(&self, cx: &Context, about: &About) -> Result<()> {
        self.commit(|| {
            if self.is_known()? {
                return Ok(());
            }
            let state = State::opened();
            let sql = "INSERT INTO conversation (one, shop, id, opened_ms, language, page, customer, state) \
                       VALUES (1, ?, ?, ?, ?, ?, ?, ?)";
            self.store.run(
                sql,
                &[
                    about.shop.as_str().into(),
                    about.id.as_str().into(),
                    cx.now_ms.into(),
                    about.language.clone().into(),
                    json(&about.page)?,
                    json(&about.customer)?,
                    json(&state)?,
                ],
            )?;
            let opened = change(&state, OwnerCause::Opened);
            log::append(&self.store, cx.now_ms, EventBody::Owner(opened)).map(|_| ())
        })
    }

    /// Stores the new state and logs the change.
    fn become_state(&self, cx: &Context, state: &State, change: OwnerChange) -> Result<Event> {
        self.change_head("UPDATE conversation SET state = ?", json(state)?)?;
        log::append(&self.store, cx.now_ms, EventBody::Owner(change))
    }

    /// One transaction whose last step sets the alarm to whatever is due next.
    fn step<T>(&self, mut work: impl FnMut() -> Result<T>) -> Result<T> {
        self.commit(|| {
            let done = work()?;
            self.store.set_alarm(self.next_alarm_ms()?)?;
            Ok(done)
        })
    }

    /// Every change of owner or turn comes through here.
    fn commit<T>(&self, work: impl FnMut() -> Result<T>) -> Result<T> {
        let done = commit(&self.store, work);
        self.current.replace(None);
        self.change_has_ended();
        done
    }
}

/// The event of a change to `state`.
fn change(state: &State, cause: OwnerCause) -> OwnerChange {
    OwnerChange {
        owner: state.owner(),
        epoch: state.epoch(),
        cause,
        escalation: state.escalation().cloned(),
        name: state.held().map(|held| held.person.name.clone()),
        deadline_ms: None,
        note: None,
    }
}

#[cfg(test)]
mod tests;
