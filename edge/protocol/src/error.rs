//! What a stranger learns of an error: a code to act on and one safe sentence.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// Stable, `snake_case`, made for programs.
    pub code: String,
    /// One sentence in English for a developer. The frame shows its own words instead.
    pub detail: String,
}

impl ErrorBody {
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self { code: code.to_owned(), detail: detail.into() }
    }
}
