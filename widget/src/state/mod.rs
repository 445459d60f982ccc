//! What the frame knows, as plain data: no DOM, no clock, no randomness, so that it is tested natively.

pub mod chat;
pub mod doing;
pub mod entry;
pub mod glance;
pub mod json;
pub mod link;
pub mod markdown;
pub mod number;
pub mod outbox;
pub mod page;
pub mod read;
pub mod words;
pub mod written;

pub use chat::{Chat, Effect, Reach};
pub use entry::{Delivery, Entry, Note, Said, What};

#[cfg(test)]
mod tests;
