//! From text to settings. In work: the reader follows.

use crate::{Parsed, Problem, Settings};

impl Settings {
    /// Reads a `shop.toml`.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the file.
    pub fn parse(_text: &str) -> Result<Parsed, Vec<Problem>> {
        Err(Vec::new())
    }
}
