//! The conversation's log: every committed event has a `seq`, and the log only grows.

use crate::id::{EscalationId, FileId, MessageId};
use serde::{Deserialize, Serialize};

/// One committed entry of the log. `seq` starts at 1 and has no gaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub seq: u64,
    /// When it was committed, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    pub event: EventBody,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    Message(Message),
    /// Who owns the conversation from here on.
    Owner(OwnerChange),
    /// A person is offered; the shopper decides.
    Offer(Offer),
    /// The shopper left a way to be reached.
    Contact(Contact),
    /// The deadline passed, or nobody is on duty: the shopper is asked how to be reached.
    ContactAsked(ContactAsked),
    Rated(Rating),
    /// From a newer edge: skip it.
    #[serde(other)]
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub from: Author,
    /// Plain text from shoppers; Markdown from the assistant; plain text from people. Never HTML.
    pub text: String,
    /// Who wrote it, as the shopper may see it; only with `Author::Person`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The help pages that an answer rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// The answer ended before it was whole.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cut: bool,
    /// A file that the shopper has added; `text` is then its name, for readers that know no files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
}

/// A photo or a PDF from the shopper, for people: the assistant cannot see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub file: FileId,
    /// Made safe by the edge: no path, no control characters, the ending of its type.
    pub name: String,
    /// By the file's first bytes, whatever its sender called it: `image/jpeg`, `image/png`, `image/webp`,
    /// `image/gif` or `application/pdf`.
    pub media_type: String,
    pub size_bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Shopper,
    Assistant,
    Person,
    #[serde(other)]
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub title: String,
    pub url: String,
}

/// Who may speak to the shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    Assistant,
    Waiting,
    Person,
    Closed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnerChange {
    pub owner: Owner,
    /// Raised by one with each change; a reply written under an older epoch is refused.
    pub epoch: u64,
    pub cause: OwnerCause,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<EscalationId>,
    /// The person's name as the shopper may see it, with `owner: person`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// With `owner: waiting`: by then somebody is here, or the shopper is asked for a way to be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<u64>,
    /// The shop's own words for this change, if it set any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerCause {
    /// The conversation began.
    Opened,
    /// The shopper asked for a person.
    Asked,
    /// A rule, built in or the shop's, handed over.
    Rule,
    /// The shopper took the request back.
    Withdrawn,
    Claimed,
    /// The person's lease lapsed.
    Lapsed,
    /// The person gave the conversation back to the assistant.
    Released,
    /// The person handed the conversation back to the queue, or to another one.
    Transferred,
    Resolved,
    /// The shopper ended it.
    Ended,
    /// The shopper wrote again after the end.
    Reopened,
    #[serde(other)]
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The built-in reason or the shop's rule, e.g. `model_down`, `no_answer`, `anger`, `loop`.
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// An e-mail address or a telephone number, as the shopper typed it.
    pub reach: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactAsked {
    /// When people are back, in milliseconds since the Unix epoch, if the shop's hours tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_at_ms: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// Was the problem solved, by the shopper's own word.
    pub solved: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

fn is_false(value: &bool) -> bool {
    !*value
}
