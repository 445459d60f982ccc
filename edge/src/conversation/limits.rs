//! What a shopper's frame may be, and how many of them may come.

use super::shopper::frame_id;
use super::{Context, Conversation};
use crate::error::{EdgeError, Result};
use crate::store::Store;
use counterbell_protocol::{ClientFrame, MAX_TEXT_BYTES, MessageId};

/// A conversation this long is a flood; it is refused with words that say what to do.
const MAX_MESSAGES: u64 = 5_000;
/// A shopper's frames within the last minute, at most.
const MAX_FRAMES_A_MINUTE: u64 = 60;
/// Requests for a person within the last minute, at most.
const MAX_REQUESTS_A_MINUTE: u64 = 5;
const MAX_REACH_BYTES: usize = 200;

impl<S: Store> Conversation<S> {
    /// A person can be asked for however much was written before; only asking itself has a limit, so that
    /// a script cannot flood the queue by asking and ending in turns.
    pub(super) fn check_requests(&self, cx: &Context) -> Result<()> {
        let sql = "SELECT count(*) FROM escalation WHERE since_ms > ?";
        let row = self.store.row(sql, &[cx.now_ms.saturating_sub(60_000).into()])?;
        if row.map_or(Ok(0), |row| row.count(0))? >= MAX_REQUESTS_A_MINUTE {
            return Err(EdgeError::new(429, "too_fast", "Too many requests in one minute. Wait a little."));
        }
        Ok(())
    }

    pub(super) fn check_rate(&self, cx: &Context) -> Result<()> {
        let sql = "SELECT (SELECT count(*) FROM taken WHERE at_ms > ?), (SELECT count(*) FROM taken)";
        let Some(row) = self.store.row(sql, &[cx.now_ms.saturating_sub(60_000).into()])? else {
            return Ok(());
        };
        if row.count(0)? >= MAX_FRAMES_A_MINUTE {
            return Err(EdgeError::new(429, "too_fast", "Too many messages in one minute. Wait a little."));
        }
        if row.count(1)? >= MAX_MESSAGES {
            return Err(EdgeError::new(429, "too_long", "This conversation is full. Start a new one."));
        }
        Ok(())
    }
}

pub fn bad_id() -> EdgeError {
    EdgeError::bad_request("bad_id", "An id is 1 to 64 of A–Z a–z 0–9 _ -.")
}

/// What is wrong with a frame, whatever the conversation's state.
pub(super) fn check(frame: &ClientFrame) -> Result<()> {
    if !frame_id(frame).is_none_or(MessageId::is_well_formed) {
        return Err(bad_id());
    }
    match frame {
        ClientFrame::Say { text, .. } if text.trim().is_empty() => {
            Err(EdgeError::bad_request("empty", "A message needs at least one character."))
        }
        ClientFrame::Say { text, .. } if text.len() > MAX_TEXT_BYTES => Err(EdgeError::new(
            413,
            "too_long",
            format!("A message is at most {MAX_TEXT_BYTES} bytes; this one has {}.", text.len()),
        )),
        ClientFrame::LeaveContact { contact, .. }
            if contact.reach.trim().is_empty() || contact.reach.len() > MAX_REACH_BYTES =>
        {
            Err(EdgeError::bad_request("bad_contact", "Leave an e-mail address or a telephone number."))
        }
        ClientFrame::Rate { rating, .. }
            if rating.comment.as_ref().is_some_and(|comment| comment.len() > MAX_TEXT_BYTES) =>
        {
            Err(EdgeError::new(413, "too_long", "The comment is too long."))
        }
        _ => Ok(()),
    }
}
