//! The agent API: what a human queue may do. All under `/v1/shops/{shop}/agent`, with the shop's agent key
//! as `Authorization: Bearer`. Each `POST` and `PUT` carries an `Idempotency-Key`; the first answer is kept
//! for at least 72 h and given again.
//!
//! | call | body | answer |
//! |---|---|---|
//! | `GET escalations?after=ESCALATION&limit=N` | | [`Escalations`] |
//! | `GET conversations/{id}?after=SEQ` | | [`Transcript`] |
//! | `GET conversations/{id}/feed?after=SEQ` (WebSocket) | | [`FeedFrame`]s |
//! | `GET conversations/{id}/attachments/{file}` | | the file |
//! | `POST conversations/{id}/claim` | [`Claim`] | [`Claimed`], or 409 [`ClaimRefused`] |
//! | `POST conversations/{id}/renew` | [`Held`] | [`Lease`] |
//! | `POST conversations/{id}/reply` | [`Reply`] | [`Replied`] |
//! | `POST conversations/{id}/typing` | [`Held`] | [`Done`] |
//! | `POST conversations/{id}/note` | [`Note`] | [`Done`] |
//! | `POST conversations/{id}/transfer` | [`Transfer`] | [`Done`] |
//! | `POST conversations/{id}/release` | [`Held`] | [`Done`] |
//! | `POST conversations/{id}/resolve` | [`Held`] | [`Done`] |
//! | `PUT people` | [`People`] | [`Done`] |
//! | `GET undelivered?after=N&limit=N` | | [`UndeliveredPage`] |
//! | `POST undelivered/replay` | [`Replay`] | [`Replayed`] |

use crate::event::{Event, Owner};
use crate::id::{ConversationId, EscalationId, MessageId};
use crate::socket::Page;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The queue's own id of this person.
    pub id: String,
    /// The name that the shopper sees.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub person: Person,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// Proves that its holder owns the conversation; it names the epoch and dies with it.
    pub claim: String,
    pub escalation: EscalationId,
    pub lease: Lease,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// When the claim lapses unless it is renewed, in milliseconds since the Unix epoch.
    pub expires_at_ms: u64,
    /// How long a renewal lasts, in milliseconds.
    pub lease_ms: u64,
}

/// 409: somebody else has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRefused {
    pub code: String,
    pub detail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<Person>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub claim: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub claim: String,
    /// The queue's id for this message; the same id is stored once.
    pub id: MessageId,
    /// Plain text. HTML is shown as the characters that it is.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replied {
    pub seq: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub claim: String,
    /// For people only: it never reaches the shopper or the model.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    pub claim: String,
    pub queue: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}

/// What the queue knows of itself. It is forgotten `ttl_s` after it was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_low_s: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_high_s: Option<u32>,
    /// Default 120, at most 3600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_s: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalations {
    pub escalations: Vec<OpenEscalation>,
    /// There are more: ask again with this as `after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<EscalationId>,
}

/// One escalation that is not closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenEscalation {
    pub escalation: EscalationId,
    pub conversation: ConversationId,
    pub queue: String,
    pub priority: i32,
    pub since_ms: u64,
    pub deadline_ms: u64,
    pub owner: Owner,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndeliveredPage {
    pub undelivered: Vec<Undelivered>,
    /// There are more: ask again with this as `after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A webhook delivery that its receiver has not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undelivered {
    pub conversation: ConversationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<EscalationId>,
    /// Its `webhook-id`.
    pub delivery: String,
    /// Its `type`, such as `escalation.requested`.
    pub event: String,
    /// The target by its name in the shop's settings.
    pub target: String,
    /// It goes to that target's fallback.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fallback: bool,
    pub state: Standing,
    /// All attempts so far, also those before a replay.
    pub tries: u32,
    /// Of the last attempt: the status of the answer, or why there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was tried first.
    pub since_ms: u64,
    /// When it was tried last.
    pub last_ms: u64,
    /// When it will be tried again by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_ms: Option<u64>,
}

/// How a delivery stands that was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not taken within its first minute; it is tried again by itself.
    Failing,
    /// The target answered 410.
    Gone,
    /// Not taken for 72 h.
    Undeliverable,
    #[serde(other)]
    Unknown,
}

/// Which deliveries of the list are sent again: one, all of a conversation, or all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// With a conversation: only the delivery of this `webhook-id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
    /// Without a conversation, and said outright.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
}

/// How many deliveries of the list are being sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    pub replayed: u64,
}

/// For how many answers the shop's model was asked, over all conversations, and for how many it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    pub minute: Allowance,
    pub day: Allowance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// As the shop's settings say.
    pub allowed: u32,
    pub asked: u32,
    /// For so many it was not asked: the shopper got a person instead.
    pub refused: u32,
    /// From then on it begins anew.
    pub until_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    pub conversation: ConversationId,
    pub owner: Owner,
    pub epoch: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<Person>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// As the page claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    /// As a signed token says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    pub events: Vec<Event>,
    pub notes: Vec<WrittenNote>,
}

/// Who the shopper is, by a signed token from the shop's own server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenNote {
    pub at_ms: u64,
    pub by: String,
    pub text: String,
}

/// On the feed of one conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FeedFrame {
    Event(Event),
    Ready(crate::socket::Ready),
    /// The shopper is writing.
    Typing,
    Note(WrittenNote),
    #[serde(other)]
    Unknown,
}
