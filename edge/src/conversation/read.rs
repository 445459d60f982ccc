//! Reading a conversation: what a client missed, the transcript for people, the attempts for the admin.

use super::{Conversation, log};
use crate::error::Result;
use crate::store::Store;
use counterbell_protocol::Message;
use counterbell_protocol::agent::Transcript;
use counterbell_protocol::socket::{Missed, Ready};
use serde::Serialize;

impl<S: Store> Conversation<S> {
    pub fn ready(&self, now_ms: u64) -> Result<Ready> {
        let state = self.state()?;
        Ok(Ready { seq: log::last_seq(&self.store)?, owner: state.owner(), epoch: state.epoch(), now_ms })
    }

    /// Everything that a client who has seen `after` needs, in order. Of a very long log it is the next
    /// page: `ready.seq` then names its last event, and the client asks again from there.
    pub fn missed(&self, now_ms: u64, after: u64) -> Result<Missed> {
        let events = self.events_after(after)?;
        let mut ready = self.ready(now_ms)?;
        if let Some(last) = events.last() {
            ready.seq = last.seq;
        }
        Ok(Missed { events, ready, draft: self.draft()?, queue: None })
    }

    /// The last messages, oldest first, for the model.
    pub fn history(&self, messages: u64) -> Result<Vec<Message>> {
        let messages = log::last_messages(&self.store, messages)?;
        Ok(messages.into_iter().map(|(_, message)| message).collect())
    }

    /// For people; of a very long log the page after `after`.
    pub fn transcript(&self, after: u64) -> Result<Transcript> {
        let about = self.about()?;
        let state = self.state()?;
        Ok(Transcript {
            conversation: about.id,
            owner: state.owner(),
            epoch: state.epoch(),
            held_by: state.held().map(|held| held.person.clone()),
            language: about.language,
            page: about.page,
            customer: about.customer,
            events: self.events_after(after)?,
            notes: self.notes()?,
        })
    }

    /// Every delivery with its attempts, for the admin API.
    pub fn deliveries(&self) -> Result<Vec<DeliveryRecord>> {
        let sql = "SELECT n, id, kind, lane, state, made_ms, due_ms FROM outbox ORDER BY n";
        let mut records = Vec::new();
        for row in self.store.rows(sql, &[])? {
            records.push(DeliveryRecord {
                id: row.text(1)?,
                kind: row.text(2)?,
                lane: row.json(3)?,
                state: row.text(4)?,
                made_ms: row.count(5)?,
                due_ms: row.count(6)?,
                attempts: self.attempts(row.count(0)?)?,
            });
        }
        Ok(records)
    }

    fn attempts(&self, n: u64) -> Result<Vec<AttemptRecord>> {
        let sql = "SELECT at_ms, duration_ms, status, error, answer FROM attempt \
                   WHERE outbox = ? ORDER BY rowid";
        let rows = self.store.rows(sql, &[n.into()])?;
        rows.iter()
            .map(|row| {
                Ok(AttemptRecord {
                    at_ms: row.count(0)?,
                    duration_ms: row.count(1)?,
                    status: row.int_or_null(2)?,
                    error: row.text_or_null(3)?,
                    answer: row.text_or_null(4)?,
                })
            })
            .collect()
    }
}

/// One row of the outbox as an operator sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeliveryRecord {
    pub id: String,
    pub kind: String,
    pub lane: super::outbox::Lane,
    pub state: String,
    pub made_ms: u64,
    pub due_ms: u64,
    pub attempts: Vec<AttemptRecord>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttemptRecord {
    pub at_ms: u64,
    pub duration_ms: u64,
    pub status: Option<i64>,
    pub error: Option<String>,
    /// The first 1 kB of the answer.
    pub answer: Option<String>,
}
