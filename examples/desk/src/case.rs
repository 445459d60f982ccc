//! One escalated conversation as this desk knows it, and how it moves from waiting to done.
//!
//! Plain data: no HTTP, no clock. The edge decides who owns a conversation; a case follows, and `epoch`
//! keeps late news from undoing newer news.

mod moves;

use counterbell_protocol::agent::{Customer, Lease, OpenEscalation, Person, WrittenNote};
use counterbell_protocol::event::{Contact, EventBody, Rating};
use counterbell_protocol::socket::Page;
use counterbell_protocol::webhook::{Line, Reason, Requested};
use counterbell_protocol::{Author, ConversationId, EscalationId, Event, Owner};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub conversation: ConversationId,
    pub escalation: EscalationId,
    pub queue: String,
    pub priority: i32,
    pub reason: Option<Reason>,
    pub summary: String,
    pub language: Option<String>,
    pub since_ms: u64,
    pub deadline_ms: u64,
    pub overdue: bool,
    pub contact: Option<Contact>,
    pub rating: Option<Rating>,
    pub customer: Option<Customer>,
    pub page: Option<Page>,
    pub stage: Stage,
    /// The conversation's log by `seq`, as far as the feed has brought it.
    pub log: BTreeMap<u64, Event>,
    /// What the webhook carried: shown until the feed has brought the log itself.
    pub lines: Vec<Line>,
    pub notes: Vec<WrittenNote>,
    /// Of the newest ownership this desk knows.
    pub epoch: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    Waiting,
    /// Claimed through this desk.
    Held(Hold),
    /// Claimed, but not here: another desk has it, or this one before it was restarted.
    Elsewhere {
        name: Option<String>,
    },
    Done {
        how: End,
        at_ms: u64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    pub by: Person,
    pub claim: String,
    pub lease: Lease,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Resolved,
    Withdrawn,
    Released,
    Closed,
}

impl Case {
    pub fn requested(it: Requested, since_ms: u64) -> Self {
        Self {
            conversation: it.about.conversation,
            escalation: it.about.escalation,
            queue: it.queue,
            priority: it.priority,
            reason: Some(it.reason),
            summary: it.summary,
            language: it.language,
            since_ms,
            deadline_ms: it.deadline_ms,
            overdue: false,
            contact: None,
            rating: None,
            customer: it.customer,
            page: it.page,
            stage: Stage::Waiting,
            log: BTreeMap::new(),
            lines: it.transcript,
            notes: Vec::new(),
            epoch: 0,
        }
    }

    /// From the list of open escalations: less than a webhook tells, the feed brings the rest.
    pub fn listed(it: OpenEscalation) -> Self {
        let stage = stage_of(it.owner, it.held_by);
        Self {
            conversation: it.conversation,
            escalation: it.escalation,
            queue: it.queue,
            priority: it.priority,
            reason: None,
            summary: String::new(),
            language: None,
            since_ms: it.since_ms,
            deadline_ms: it.deadline_ms,
            overdue: false,
            contact: None,
            rating: None,
            customer: None,
            page: None,
            stage,
            log: BTreeMap::new(),
            lines: Vec::new(),
            notes: Vec::new(),
            epoch: 0,
        }
    }

    pub fn is_open(&self) -> bool {
        !matches!(self.stage, Stage::Done { .. })
    }

    /// Done cases stay in sight for `shown_ms`.
    pub fn is_shown(&self, now_ms: u64, shown_ms: u64) -> bool {
        match self.stage {
            Stage::Done { at_ms, .. } => now_ms.saturating_sub(at_ms) < shown_ms,
            _ => true,
        }
    }

    /// What the shopper said last; the edge's summary until their words have arrived.
    pub fn last_words(&self) -> &str {
        let logged = self.log.values().rev().find_map(|event| match &event.event {
            EventBody::Message(message) if message.from == Author::Shopper => Some(message.text.as_str()),
            _ => None,
        });
        let told = || self.lines.iter().rev().find(|line| line.from == Author::Shopper);
        logged.or_else(|| told().map(|line| line.text.as_str())).unwrap_or(&self.summary)
    }

    pub fn hold(&self) -> Option<&Hold> {
        match &self.stage {
            Stage::Held(hold) => Some(hold),
            _ => None,
        }
    }

    pub fn held_by(&self, person: &str) -> Option<&Hold> {
        self.hold().filter(|hold| hold.by.id == person)
    }
}

fn stage_of(owner: Owner, name: Option<String>) -> Stage {
    match owner {
        Owner::Person => Stage::Elsewhere { name },
        _ => Stage::Waiting,
    }
}
