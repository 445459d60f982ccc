//! What the frame and the edge say to each other, over the WebSocket or over HTTP.
//!
//! Socket: `GET /v1/shops/{shop}/conversations/{id}/socket?after=SEQ&draft=MESSAGE&offset=BYTES` with the
//! subprotocols `counterbell.1` and the token. The edge first sends what was missed, then `ready`; with
//! `&together=1` what was missed comes as `events`, many to a frame.
//! HTTP: `POST …/frames` with one [`ClientFrame`] answers with one [`ServerFrame`];
//! `GET …/events?after=SEQ` answers with [`Missed`]. The token travels as `Authorization: Bearer`.
//! A file: `POST …/attachments` with the file itself as the body, a `content-length`, `x-message-id` and
//! `x-file-name` (percent-encoded UTF-8) answers like `frames`; a refusal is an `ErrorBody`. The message that
//! carries it comes as an event. `GET …/attachments/{file}` gives it back.
//! The text frame `ping` is answered with `pong` without waking the object.

use crate::event::{Contact, Event, Owner, Rating};
use crate::id::{ConversationId, MessageId};
use serde::{Deserialize, Serialize};

/// `POST /v1/shops/{shop}/conversations`: made when the shopper first says something, never before.
/// 429 `too_many` with `Retry-After`: too many were opened from there; the same again later.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// A BCP 47 tag, the language of the frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// A signed identity token from the shop's server, if the page has one. With one that is not good the
    /// conversation is opened all the same, for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub conversation: ConversationId,
    /// Proves that its holder is this conversation's shopper.
    pub token: String,
    /// The identity token was not good: the shopper is a guest until there is a better one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identity_refused: bool,
}

/// Where the shopper is, as the page claims it. Nothing here is believed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The value of the cart as the page says, in the shop's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart_total: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart_items: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

/// From the shopper. Whatever has an `id` may be sent again: it takes effect once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    Say {
        id: MessageId,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<Page>,
    },
    /// A person, please. Never argued with.
    AskPerson {
        id: MessageId,
    },
    /// No need any more: back to the assistant.
    Withdraw {
        id: MessageId,
    },
    LeaveContact {
        id: MessageId,
        #[serde(flatten)]
        contact: Contact,
    },
    Rate {
        id: MessageId,
        #[serde(flatten)]
        rating: Rating,
    },
    /// The shopper has logged in at the shop: a signed token from the shop's server says who it is.
    Identify {
        id: MessageId,
        token: String,
    },
    /// The shopper ends the conversation.
    End {
        id: MessageId,
    },
    Typing,
    #[serde(other)]
    Unknown,
}

/// To the shopper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// Committed.
    Event(Event),
    /// Committed earlier: only for a client that said `together`, for older ones do not know it.
    Events {
        events: Vec<Event>,
    },
    /// Everything up to `seq` has been sent; live from here.
    Ready(Ready),
    /// What the client sent under `id` is committed.
    Accepted {
        id: MessageId,
    },
    /// What the client sent is not stored.
    Refused {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<MessageId>,
        code: String,
        detail: String,
    },
    /// A piece of an answer that is being written. Not committed: a `message` event with the same id follows.
    Delta(Delta),
    /// The draft was taken back: nothing of it counts.
    Dropped {
        message: MessageId,
    },
    /// Somebody is writing.
    Typing {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    Queue(QueueStatus),
    #[serde(other)]
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    pub seq: u64,
    pub owner: Owner,
    pub epoch: u64,
    /// The edge's clock, in milliseconds since the Unix epoch, for deadlines on devices with a wrong one.
    pub now_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    pub message: MessageId,
    /// Where `text` begins in the answer, in bytes of UTF-8. What the client has beyond it is replaced.
    pub offset: u64,
    pub text: String,
}

/// How the wait stands. A number is there only if somebody gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueStatus {
    /// 1 is next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_low_s: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_high_s: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_online: Option<u32>,
}

/// The answer to `GET …/events`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Missed {
    pub events: Vec<Event>,
    pub ready: Ready,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Delta>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueStatus>,
}
