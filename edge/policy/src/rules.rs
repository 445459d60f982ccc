//! A shop's rules, read once: what is wrong is said then, so that nothing can go wrong later.

use crate::reason::BuiltinSettings;
use serde::{Deserialize, Serialize};

/// One `[[rules]]` entry as it was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleSource {
    pub name: String,
    /// A CEL expression over the facts of `FACTS.md`.
    pub when: String,
    pub then: Then,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The share of conversations that the rule applies to, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<f64>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    Handoff {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<String>,
        #[serde(default)]
        priority: i32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    Offer {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    Answer {
        text: String,
    },
    Block {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    Tag {
        tag: String,
    },
}

/// What is wrong with a rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// Which of the sources, from 0.
    pub index: usize,
    pub part: Part,
    /// Where in that part, in bytes.
    pub offset: usize,
    pub message: String,
    pub suggestion: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Rule,
    Name,
    When,
    Then,
    Sample,
}

/// Rules that can be asked and cannot fail.
#[derive(Debug, Default)]
pub struct Rules {
    pub(crate) builtins: BuiltinSettings,
}

impl Rules {
    /// # Errors
    /// Everything that is wrong with any of the rules.
    pub fn compile(_sources: &[RuleSource], builtins: &BuiltinSettings) -> Result<Self, Vec<RuleProblem>> {
        Ok(Self { builtins: builtins.clone() })
    }
}
