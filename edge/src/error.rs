//! The one error of the edge: a `code` for programs, a `status` for HTTP and a safe sentence for strangers.
//!
//! What went wrong inside (SQL, the platform) goes to the log through [`EdgeError::internal`] and never
//! to the one who asked. No message text and no personal data may be put into either.

use counterbell_protocol::ErrorBody;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct EdgeError {
    pub code: &'static str,
    pub status: u16,
    pub detail: String,
    /// For the log alone.
    pub inside: Option<String>,
    /// With a 429: when to try again.
    pub retry_after_s: Option<u64>,
}

pub type Result<T> = std::result::Result<T, EdgeError>;

impl EdgeError {
    pub fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, status, detail: detail.into(), inside: None, retry_after_s: None }
    }

    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(400, code, detail)
    }

    /// Who asks has not shown that they may. The same answer for a missing, a wrong and a foreign token.
    pub fn unauthorized() -> Self {
        Self::new(401, "unauthorized", "The token is missing or is not for this shop and conversation.")
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(404, "not_found", format!("There is no such {what}."))
    }

    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(409, code, detail)
    }

    pub fn internal(inside: impl std::fmt::Display) -> Self {
        let detail = "Something went wrong on our side. Try again; a person can still be asked for.";
        Self { inside: Some(inside.to_string()), ..Self::new(500, "internal", detail) }
    }

    /// The same request will be taken then.
    pub fn too_many(wait_ms: u64, detail: impl Into<String>) -> Self {
        let retry_after_s = Some(wait_ms.div_ceil(1_000).max(1));
        Self { retry_after_s, ..Self::new(429, "too_many", detail) }
    }

    pub fn body(&self) -> ErrorBody {
        ErrorBody::new(self.code, self.detail.clone())
    }
}
