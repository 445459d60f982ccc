//! What a human queue is sent: a Standard Webhooks message (`webhook-id`, `webhook-timestamp`,
//! `webhook-signature`) whose body is a [`Delivery`]. <https://www.standardwebhooks.com>

use crate::agent::Customer;
use crate::event::{Attachment, Author, Contact, Rating};
use crate::id::{ConversationId, EscalationId, MessageId, ShopId};
use crate::socket::Page;
use serde::{Deserialize, Serialize};

/// The body of every delivery, after the specification's `type`, `timestamp`, `data`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// RFC 3339, when it happened (not when it was sent).
    pub timestamp: String,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum What {
    #[serde(rename = "escalation.requested")]
    Requested(Box<Requested>),
    #[serde(rename = "escalation.message")]
    Message(NewMessage),
    #[serde(rename = "escalation.overdue")]
    Overdue(About),
    #[serde(rename = "escalation.withdrawn")]
    Withdrawn(About),
    #[serde(rename = "escalation.contact_left")]
    ContactLeft(ContactLeft),
    #[serde(rename = "conversation.closed")]
    Closed(About),
    #[serde(rename = "conversation.rated")]
    Rated(Rated),
    /// Nothing of it is left at the edge: whoever has a copy deletes it.
    #[serde(rename = "conversation.erased")]
    Erased(About),
}

/// Which case a delivery is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub shop: ShopId,
    pub conversation: ConversationId,
    pub escalation: EscalationId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requested {
    #[serde(flatten)]
    pub about: About,
    pub queue: String,
    /// Higher is more urgent; 0 is usual.
    pub priority: i32,
    pub reason: Reason,
    /// One or two lines for a list or a pager.
    pub summary: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// By then somebody should have claimed it, in milliseconds since the Unix epoch.
    pub deadline_ms: u64,
    /// As a signed token says; absent for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// As the page claims: not to be believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    /// Oldest first, the last ones if it was long.
    pub transcript: Vec<Line>,
    /// Where the agent API of this conversation begins.
    pub agent_api: String,
}

/// Why it was handed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The built-in reason's or the rule's name.
    pub rule: String,
    /// In words for a person.
    pub words: String,
    /// The whole decision as `policy` explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<serde_json::Value>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub at_ms: u64,
    pub from: Author,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub text: String,
    /// A file that the shopper has added; `text` is then its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<LinkedAttachment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedAttachment {
    #[serde(flatten)]
    pub attachment: Attachment,
    /// In the agent API: it opens with the shop's agent key alone.
    pub url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMessage {
    #[serde(flatten)]
    pub about: About,
    pub id: MessageId,
    pub line: Line,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactLeft {
    #[serde(flatten)]
    pub about: About,
    pub contact: Contact,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rated {
    #[serde(flatten)]
    pub about: About,
    pub rating: Rating,
}
