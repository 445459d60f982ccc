//! How a case moves: by what is requested, claimed, lapsed, and by what the edge says of its owner.

use super::{Case, End, Hold, Stage, stage_of};
use counterbell_protocol::agent::{Lease, OpenEscalation, Transcript};
use counterbell_protocol::event::{EventBody, OwnerCause, OwnerChange};
use counterbell_protocol::webhook::Requested;
use counterbell_protocol::{Event, Owner};

impl Case {
    /// The same escalation told again fills gaps; a new one puts the conversation back in the queue.
    pub fn requested_again(&mut self, it: Requested, since_ms: u64) {
        let fresh = Self::requested(it, since_ms);
        if fresh.escalation == self.escalation {
            self.reason = self.reason.take().or(fresh.reason);
            self.customer = self.customer.take().or(fresh.customer);
            self.page = self.page.take().or(fresh.page);
            self.language = self.language.take().or(fresh.language);
            if self.summary.is_empty() {
                self.summary = fresh.summary;
            }
            return;
        }
        let (log, notes, epoch) =
            (std::mem::take(&mut self.log), std::mem::take(&mut self.notes), self.epoch);
        *self = Self { log, notes, epoch, ..fresh };
    }

    /// The queue, priority and deadline as the edge lists them now: a transfer may have changed them.
    /// What ended after the edge was asked at `asked_ms` stays ended.
    pub fn relisted(&mut self, it: OpenEscalation, asked_ms: u64) {
        let new_escalation = self.escalation != it.escalation;
        self.escalation = it.escalation;
        self.queue = it.queue;
        self.priority = it.priority;
        self.deadline_ms = it.deadline_ms;
        let believed_done = matches!(self.stage, Stage::Done { at_ms, .. } if at_ms < asked_ms);
        if new_escalation || believed_done {
            self.since_ms = it.since_ms;
            self.stage = stage_of(it.owner, it.held_by);
        }
    }

    /// Our claim was granted; `transcript` was read after it, so it knows the claim's epoch.
    pub fn claimed(&mut self, hold: Hold, transcript: Option<Transcript>, now_ms: u64) {
        self.stage = Stage::Held(hold);
        if let Some(transcript) = transcript {
            self.filled(transcript, now_ms);
        }
    }

    /// The lease ran out, or the edge refused the claim: back in the queue until the edge says otherwise.
    pub fn lapsed(&mut self, claim: &str) -> bool {
        let ours = self.hold().is_some_and(|hold| hold.claim == claim);
        if ours {
            self.stage = Stage::Waiting;
        }
        ours
    }

    pub fn renewed(&mut self, claim: &str, lease: Lease) {
        if let Stage::Held(hold) = &mut self.stage
            && hold.claim == claim
        {
            hold.lease = lease;
        }
    }

    pub fn end(&mut self, how: End, at_ms: u64) {
        if self.is_open() {
            self.stage = Stage::Done { how, at_ms };
        }
    }

    /// Takes over all that the edge's transcript says.
    pub fn filled(&mut self, it: Transcript, now_ms: u64) {
        self.owned(it.owner, it.epoch, it.held_by.map(|by| by.name), End::Closed, now_ms);
        self.language = it.language.or(self.language.take());
        self.customer = it.customer.or(self.customer.take());
        self.page = it.page.or(self.page.take());
        self.notes = it.notes;
        for event in it.events {
            self.record(event);
        }
    }

    /// Adds to the log only. Returns whether it was new.
    pub fn record(&mut self, event: Event) -> bool {
        match &event.event {
            EventBody::Contact(contact) => self.contact = Some(contact.clone()),
            EventBody::Rated(rating) => self.rating = Some(rating.clone()),
            EventBody::Owner(change) if change.owner == Owner::Waiting => {
                self.deadline_ms = change.deadline_ms.unwrap_or(self.deadline_ms);
            }
            _ => {}
        }
        self.log.insert(event.seq, event).is_none()
    }

    /// A live change of owner.
    pub fn owner_changed(&mut self, change: &OwnerChange, at_ms: u64) {
        self.owned(change.owner, change.epoch, change.name.clone(), end_of(change.cause), at_ms);
    }

    /// Who owns the conversation by the edge's word. What is not newer than what we know is history.
    pub fn owned(&mut self, owner: Owner, epoch: u64, name: Option<String>, end: End, at_ms: u64) {
        if epoch <= self.epoch {
            return;
        }
        self.epoch = epoch;
        match owner {
            Owner::Waiting => self.stage = Stage::Waiting,
            // Our own claim may reach us as news before its answer does.
            Owner::Person if self.hold().is_some_and(|h| name.as_ref().is_none_or(|n| *n == h.by.name)) => {}
            Owner::Person => self.stage = Stage::Elsewhere { name },
            Owner::Assistant | Owner::Closed => self.end(end, at_ms),
        }
    }
}

fn end_of(cause: OwnerCause) -> End {
    match cause {
        OwnerCause::Resolved => End::Resolved,
        OwnerCause::Withdrawn => End::Withdrawn,
        OwnerCause::Released => End::Released,
        _ => End::Closed,
    }
}
