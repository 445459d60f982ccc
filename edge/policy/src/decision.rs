//! What was decided and why, in a form that is stored in the log and travels in the webhook.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub action: Action,
    /// The built-in reason or the shop's rule; `none` when the assistant simply goes on.
    pub rule: String,
    /// In words for a manager.
    pub words: String,
    /// From all `tag` rules that hold, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The facts that the rule read, as they were.
    pub facts: BTreeMap<String, Value>,
    /// Every detector that looked, by name.
    pub scores: BTreeMap<String, Score>,
    /// What would have been done otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<RunnerUp>,
    /// Rules that could not be judged (an overflow, a division by zero) and so did not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// A person, at once.
    Handoff {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<String>,
        priority: i32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// A person is offered in this turn, and the assistant goes on.
    Offer {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// These words are the answer; no model is asked.
    Answer { text: String },
    /// Nothing is answered; the message, if any, says so.
    Block {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// The assistant goes on.
    #[default]
    Stay,
}

impl Action {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Handoff { .. } => "handoff",
            Self::Offer { .. } => "offer",
            Self::Answer { .. } => "answer",
            Self::Block { .. } => "block",
            Self::Stay => "stay",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// 0 to 1, in steps of a thousandth.
    pub score: f64,
    pub hit: bool,
    /// What in the text decided.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunnerUp {
    pub rule: String,
    pub action: Action,
    pub facts: BTreeMap<String, Value>,
}
