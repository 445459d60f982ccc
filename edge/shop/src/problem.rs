//! What is wrong with a `shop.toml`, and where.

use crate::Settings;
use counterbell_policy::Rules;
use serde::Serialize;
use std::fmt;

/// Settings that hold, and what was noticed on the way.
#[derive(Debug)]
pub struct Parsed {
    pub settings: Settings,
    /// The shop's rules, compiled.
    pub rules: Rules,
    pub warnings: Vec<Warning>,
}

/// Why the settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Which setting, e.g. `theme.accent` or `rules[2].when`.
    pub path: String,
    /// What is wrong and what was expected, as a sentence.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

/// The settings can be used, but something was changed or looks like a slip.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Warning {
    pub line: usize,
    pub column: usize,
    pub path: String,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.line, self.column, self.path, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " — did you mean `{suggestion}`?"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.line, self.column, self.path, self.message)
    }
}
