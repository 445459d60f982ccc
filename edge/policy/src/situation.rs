//! What is known when a decision is due. The caller gathers it; nothing here is looked up or computed.
//!
//! Where a fact comes from is part of its type: [`Verified`] was proved by a signed token or a server
//! look-up, [`Claimed`] was said by the page and is not to be believed. One cannot stand in for the other:
//!
//! ```
//! use counterbell_policy::{CustomerFacts, Situation, Verified};
//! Situation { customer: Some(Verified(CustomerFacts::default())), ..Situation::default() };
//! ```
//! ```compile_fail,E0308
//! use counterbell_policy::{Claimed, CustomerFacts, Situation};
//! Situation { customer: Some(Claimed(CustomerFacts::default())), ..Situation::default() };
//! ```

use serde::{Deserialize, Serialize};

/// Everything that a decision may rest on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Situation {
    /// Decides samples: the same conversation is always in, or always out.
    pub conversation_id: String,
    /// What was said, oldest first. At [`Stage::Answer`] the answer under judgement stands in `answer`; it
    /// may stand last among the turns as well.
    pub turns: Vec<Turn>,
    pub stage: Stage,
    /// The finished answer, at [`Stage::Answer`].
    pub answer: Option<AnswerFacts>,
    pub model: ModelFacts,
    /// `None` for a guest, and for anyone whose token did not hold.
    pub customer: Option<Verified<CustomerFacts>>,
    /// `None` unless the shop's own server told of the order.
    pub order: Option<Verified<OrderFacts>>,
    pub cart: Claimed<CartFacts>,
    pub page: Claimed<PageFacts>,
    pub people: PeopleFacts,
    /// BCP 47: the language of the frame. Empty when unknown.
    pub language: String,
    /// How long ago the conversation began, in seconds.
    pub age_s: u32,
    /// How long the shopper has waited for a person up to now, in seconds.
    pub waited_s: u32,
    /// How often the conversation was handed over before.
    pub handoffs: u32,
    /// How often the model failed to answer at all (answers that say so are counted from the text).
    pub failed_answers: u32,
}

/// When the decision is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The shopper's message is committed; no model has been asked yet.
    #[default]
    Message,
    /// The assistant's answer is finished and not yet committed.
    Answer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Shopper,
    Assistant,
    Person,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    pub role: Role,
    pub text: String,
}

impl Turn {
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into() }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerFacts {
    pub text: String,
    /// The answer rests on the shop's help pages or on facts it was given.
    pub grounded: bool,
    /// The provider refused (a content filter) or declined to answer.
    pub refused: bool,
    /// The answer names an action that the edge really took in this turn: no claim in it is false.
    pub action_taken: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelFacts {
    /// It could not be reached, failed, or did not answer in time.
    pub down: bool,
    /// It answered with nothing.
    pub empty: bool,
    /// It called the handoff tool.
    pub asked_for_handoff: bool,
}

/// Proved by a signed token or by a look-up on the shop's server. Wrap only what was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified<T>(pub T);

/// Said by the page. It may shape the tone of a rule, never a right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed<T>(pub T);

#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerFacts {
    pub id: String,
    pub tier: String,
    /// Orders so far.
    pub orders: u32,
    /// Spent so far, in the shop's currency.
    pub spent: f64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderFacts {
    pub id: String,
    /// In the shop's own words, e.g. `shipped`.
    pub status: String,
    /// In the shop's currency.
    pub total: f64,
    pub age_days: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct CartFacts {
    /// In the shop's currency.
    pub total: f64,
    pub items: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageFacts {
    pub url: String,
    pub title: String,
    /// The order number that the page names.
    pub order: String,
}

/// What the human queue last said of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeopleFacts {
    /// `None` when the queue does not tell.
    pub online: Option<u32>,
    /// Whether the shop's hours say that people are there; `None` when it has no hours.
    pub open_now: Option<bool>,
    pub expected_wait_s: Option<u32>,
}
