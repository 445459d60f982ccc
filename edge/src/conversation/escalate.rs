//! Handing over: the escalation, the owner, the outbox rows and the alarm in one transaction. Only when
//! that is committed does anybody read "you are in the queue".

use super::outbox::Lane;
use super::{Context, Conversation, Effects, change, log};
use crate::error::Result;
use crate::shop::Registration;
use crate::store::{Store, json};
use crate::webhook::payload;
use counterbell_owner::{Assistant, State};
use counterbell_protocol::event::{ContactAsked, OwnerCause};
use counterbell_protocol::webhook::{Delivery, Reason, Requested, What};
use counterbell_protocol::{EscalationId, Event, EventBody, Owner};
use counterbell_shop::hours::{self, Hours};

/// As much of the conversation as a delivery carries: so many messages, and so many bytes of JSON. Many
/// receivers take no body above 100 kB, and no row may be above 2 MB.
const TRANSCRIPT_MESSAGES: u64 = 50;
const TRANSCRIPT_BYTES: usize = 64_000;

/// Why, where to, and the shop's words for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Handoff {
    pub cause: OwnerCause,
    pub queue: Option<String>,
    pub priority: i32,
    pub note: Option<String>,
    pub reason: Reason,
}

/// An escalation as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Escalation {
    pub id: EscalationId,
    pub queue: String,
    pub priority: i32,
    pub since_ms: u64,
    pub deadline_ms: u64,
    pub contact_asked: bool,
    pub overdue: bool,
}

impl<S: Store> Conversation<S> {
    /// From the assistant to the queue. Runs inside the caller's transaction.
    pub(super) fn hand_over(&self, cx: &Context, from: Assistant, handoff: &Handoff) -> Result<Effects> {
        let escalation = self.create(cx, handoff)?;
        let state = State::Waiting(from.request(escalation.id.clone()));
        let mut change = change(&state, handoff.cause);
        change.deadline_ms = Some(escalation.deadline_ms);
        change.note = handoff.note.clone();
        let mut events = vec![self.become_state(cx, &state, change)?];
        events.extend(self.ask_contact_if_closed(cx, &escalation)?);
        let id = format!("msg_{}", escalation.id);
        self.announce(cx, &escalation, &handoff.reason, &id)?;
        self.register(cx, &escalation, Owner::Waiting, None)?;
        self.store.run("DELETE FROM turn", &[])?;
        Ok(Effects { events, deliver: true, ..Effects::default() })
    }

    pub fn escalation(&self, id: &EscalationId) -> Result<Option<Escalation>> {
        let sql = "SELECT id, queue, priority, since_ms, deadline_ms, contact_asked, overdue \
                   FROM escalation WHERE id = ?";
        let Some(row) = self.store.row(sql, &[id.as_str().into()])? else { return Ok(None) };
        Ok(Some(Escalation {
            id: EscalationId(row.text(0)?),
            queue: row.text(1)?,
            priority: i32::try_from(row.int(2)?).unwrap_or(0),
            since_ms: row.count(3)?,
            deadline_ms: row.count(4)?,
            contact_asked: row.int(5)? != 0,
            overdue: row.int(6)? != 0,
        }))
    }

    /// The escalation that the state names.
    pub fn open_escalation(&self) -> Result<Option<Escalation>> {
        match self.state()?.escalation() {
            Some(id) => self.escalation(id),
            None => Ok(None),
        }
    }

    fn create(&self, cx: &Context, handoff: &Handoff) -> Result<Escalation> {
        let settings = &cx.shop.settings;
        let queue = handoff.queue.clone().unwrap_or_else(|| settings.handoff.queue.clone());
        let escalation = Escalation {
            id: EscalationId(format!("esc_{}", (cx.fresh_id)())),
            queue,
            priority: handoff.priority,
            since_ms: cx.now_ms,
            deadline_ms: cx.now_ms + u64::from(settings.handoff.deadline_s) * 1_000,
            contact_asked: false,
            overdue: false,
        };
        let sql = "INSERT INTO escalation (id, queue, priority, since_ms, deadline_ms, reason) \
                   VALUES (?, ?, ?, ?, ?, ?)";
        let values = [
            escalation.id.as_str().into(),
            escalation.queue.as_str().into(),
            i64::from(escalation.priority).into(),
            escalation.since_ms.into(),
            escalation.deadline_ms.into(),
            json(&handoff.reason)?,
        ];
        self.store.run(sql, &values)?;
        Ok(escalation)
    }

    /// Nobody is on duty: the shopper is asked at once how to be reached, and told when people are back.
    pub(super) fn ask_contact_if_closed(
        &self,
        cx: &Context,
        escalation: &Escalation,
    ) -> Result<Option<Event>> {
        match hours::at(&cx.shop.settings, i64::try_from(cx.now_ms).unwrap_or(i64::MAX)) {
            Hours::Closed { back_at_ms } => {
                let back_at_ms = back_at_ms.and_then(|at| u64::try_from(at).ok());
                self.ask_contact(cx, escalation, back_at_ms).map(Some)
            }
            _ => Ok(None),
        }
    }

    pub(super) fn ask_contact(
        &self,
        cx: &Context,
        escalation: &Escalation,
        back_at_ms: Option<u64>,
    ) -> Result<Event> {
        self.store
            .run("UPDATE escalation SET contact_asked = 1 WHERE id = ?", &[escalation.id.as_str().into()])?;
        log::append(&self.store, cx.now_ms, EventBody::ContactAsked(ContactAsked { back_at_ms }))
    }

    /// It waits again, after a claim: the queue is told under a new id.
    pub(super) fn announce_again(&self, cx: &Context, escalation: &Escalation) -> Result<()> {
        let sql = "SELECT reason FROM escalation WHERE id = ?";
        let Some(row) = self.store.row(sql, &[escalation.id.as_str().into()])? else { return Ok(()) };
        self.announce(cx, escalation, &row.json(0)?, &format!("msg_{}", (cx.fresh_id)()))
    }

    fn announce(&self, cx: &Context, escalation: &Escalation, reason: &Reason, id: &str) -> Result<()> {
        let about = self.about()?;
        let lines = log::last_messages(&self.store, TRANSCRIPT_MESSAGES)?
            .into_iter()
            .map(|(at_ms, message)| payload::line(&cx.shop.edge, &about, at_ms, message));
        let transcript = payload::last_lines(lines.collect(), TRANSCRIPT_BYTES);
        let summary = payload::summary(reason, &transcript);
        let agent_api = payload::agent_api(&cx.shop.edge, &about);
        let requested = Requested {
            about: payload::about(&about, &escalation.id),
            queue: escalation.queue.clone(),
            priority: escalation.priority,
            reason: reason.clone(),
            summary,
            language: about.language,
            deadline_ms: escalation.deadline_ms,
            customer: about.customer,
            page: about.page,
            transcript,
            agent_api,
        };
        let delivery =
            Delivery { timestamp: payload::rfc3339(cx.now_ms), what: What::Requested(Box::new(requested)) };
        self.request(cx, &escalation.queue, id, &escalation.id, &delivery)
    }

    /// Tells the shop's object how this escalation stands.
    pub(super) fn register(
        &self,
        cx: &Context,
        escalation: &Escalation,
        owner: Owner,
        held_by: Option<String>,
    ) -> Result<()> {
        let about = self.about()?;
        let registration = Registration {
            conversation: about.id,
            escalation: escalation.id.clone(),
            queue: escalation.queue.clone(),
            priority: escalation.priority,
            since_ms: escalation.since_ms,
            deadline_ms: escalation.deadline_ms,
            owner,
            held_by,
            epoch: self.state()?.epoch(),
        };
        let id = (cx.fresh_id)();
        self.enqueue(cx, &Lane::Shop, &id, Some(&escalation.id), "register", &registration)
    }

    /// Closes the escalation for good, and tells the shop's object.
    pub(super) fn close_escalation(&self, cx: &Context, id: &EscalationId, owner: Owner) -> Result<()> {
        let sql = "UPDATE escalation SET closed_ms = ? WHERE id = ?";
        self.store.run(sql, &[cx.now_ms.into(), id.as_str().into()])?;
        match self.escalation(id)? {
            Some(escalation) => self.register(cx, &escalation, owner, None),
            None => Ok(()),
        }
    }
}
