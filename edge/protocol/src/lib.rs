//! The wire types of Counterbell: what the shopper's frame, the agent API and the webhook say.
//!
//! This crate must not know Workers, the DOM, HTTP, clocks or randomness.
//! Compatibility: a reader ignores unknown fields, and unknown `type`s become `Unknown`, so that old
//! frames meet new edges. Every message has golden JSON under `golden/`.

pub mod agent;
pub mod error;
pub mod event;
pub mod frame;
pub mod id;
pub mod socket;
pub mod webhook;

pub use error::ErrorBody;
pub use event::{Attachment, Author, Event, EventBody, Message, Owner};
pub use id::{ConversationId, EscalationId, FileId, MessageId, ShopId};
pub use socket::{ClientFrame, ServerFrame};

/// The longest text of one message, in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = 8_000;
/// The largest frame a client may send, in bytes.
pub const MAX_FRAME_BYTES: usize = 32_000;
/// The largest file that a shopper may add, in bytes.
pub const MAX_ATTACHMENT_BYTES: u64 = 10_000_000;
/// The most files in one conversation.
pub const MAX_ATTACHMENTS: u64 = 20;
/// The WebSocket subprotocol; the second offered protocol is the conversation's token.
pub const SUBPROTOCOL: &str = "counterbell.1";
