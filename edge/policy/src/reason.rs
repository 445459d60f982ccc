//! The built-in reasons: always first, in this order, and not removable.

use crate::per_language::PerLanguage;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a person is fetched or offered, whatever the shop's rules say. The order is the order of judgement:
/// where two hold at once, the first gives queue and priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Safety,
    Fraud,
    LegalThreat,
    Bereavement,
    AsksForHuman,
    ModelAsks,
    ModelDown,
    ModelEmpty,
    FalsePromise,
    Anger,
    Loop,
    NoAnswer,
}

impl Reason {
    pub const ALL: [Self; 12] = [
        Self::Safety,
        Self::Fraud,
        Self::LegalThreat,
        Self::Bereavement,
        Self::AsksForHuman,
        Self::ModelAsks,
        Self::ModelDown,
        Self::ModelEmpty,
        Self::FalsePromise,
        Self::Anger,
        Self::Loop,
        Self::NoAnswer,
    ];

    /// As in `[builtin.NAME]`, in decisions and in the webhook.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safety => "safety",
            Self::Fraud => "fraud",
            Self::LegalThreat => "legal_threat",
            Self::Bereavement => "bereavement",
            Self::AsksForHuman => "asks_for_human",
            Self::ModelAsks => "model_asks",
            Self::ModelDown => "model_down",
            Self::ModelEmpty => "model_empty",
            Self::FalsePromise => "false_promise",
            Self::Anger => "anger",
            Self::Loop => "loop",
            Self::NoAnswer => "no_answer",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Handed over at once; the others offer a person in the same turn.
    pub const fn hands_over(self) -> bool {
        !matches!(self, Self::Anger | Self::Loop | Self::NoAnswer)
    }

    /// Higher is more urgent; 0 is usual.
    pub const fn default_priority(self) -> i32 {
        match self {
            Self::Safety => 90,
            Self::Fraud => 60,
            Self::LegalThreat | Self::Bereavement => 50,
            Self::FalsePromise | Self::Anger => 10,
            _ => 0,
        }
    }

    /// For a manager: what happened.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Safety => "The shopper speaks of danger to somebody's safety or health.",
            Self::Fraud => "The shopper speaks of fraud or of a stolen account or card.",
            Self::LegalThreat => "The shopper threatens legal steps.",
            Self::Bereavement => "The shopper writes about a death.",
            Self::AsksForHuman => "The shopper asks for a person.",
            Self::ModelAsks => "The assistant itself asked for a person.",
            Self::ModelDown => "The assistant could not answer.",
            Self::ModelEmpty => "The assistant had nothing to say.",
            Self::FalsePromise => "The assistant claimed something that nobody has done.",
            Self::Anger => "The shopper is angry.",
            Self::Loop => "The conversation goes in circles.",
            Self::NoAnswer => "The assistant does not know the answer.",
        }
    }
}

/// What a shop may change of one built-in reason. It cannot be switched off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuiltinChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// The shop's own words to the shopper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<PerLanguage>,
    /// Hand over at once where a person would be offered.
    #[serde(default)]
    pub raise: bool,
}

pub type BuiltinSettings = BTreeMap<Reason, BuiltinChange>;
