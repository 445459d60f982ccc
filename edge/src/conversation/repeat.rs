//! Calls of the agent API take effect once: the first answer is kept under the caller's key, for at least
//! 72 h, and given again. The same key for another call is refused.

use super::Conversation;
use crate::error::{EdgeError, Result};
use crate::store::Store;

/// An answer as it went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub status: u16,
    pub body: String,
}

impl<S: Store> Conversation<S> {
    /// `call` is the method, the path and the body, or a digest of them.
    pub fn answered_before(&self, key: &str, call: &str) -> Result<Option<Kept>> {
        let sql = "SELECT call, status, body FROM idempotency WHERE key = ?";
        let Some(row) = self.store.row(sql, &[key.into()])? else { return Ok(None) };
        if row.text(0)? != call {
            return Err(EdgeError::new(
                422,
                "key_reused",
                "This Idempotency-Key was used for a different call. Use a fresh one for each call.",
            ));
        }
        let status = u16::try_from(row.count(1)?).unwrap_or(500);
        Ok(Some(Kept { status, body: row.text(2)? }))
    }

    pub fn keep_answer(&self, now_ms: u64, key: &str, call: &str, kept: &Kept) -> Result<()> {
        let sql = "INSERT OR IGNORE INTO idempotency (key, at_ms, call, status, body) VALUES (?, ?, ?, ?, ?)";
        let status = u64::from(kept.status);
        let values = [key.into(), now_ms.into(), call.into(), status.into(), kept.body.as_str().into()];
        self.store.run(sql, &values)
    }
}
