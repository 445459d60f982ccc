//! What a detector says: a score, a yes or no, and the words it rests on.

use serde::Serialize;

/// A score at or above this is a hit.
pub const HIT_SCORE: f32 = 0.5;

/// One detector's answer about one text.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Verdict {
    /// 0 to 1, rounded to three decimals so that it prints alike natively and in WASM.
    pub score: f32,
    /// The score reached [`HIT_SCORE`].
    pub hit: bool,
    /// The words that decided it, as the shopper wrote them once folded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl Verdict {
    /// A verdict from thousandths, so that no float arithmetic can differ between targets.
    pub(crate) fn from_milli(milli: u16, because: Option<String>) -> Self {
        let score = f32::from(milli.min(1000)) / 1000.0;
        Self { score, hit: score >= HIT_SCORE, because }
    }
}

/// What an answer claims to have been done, or promises will be, though nobody did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// "I have transferred you", "connecting you now", "you are in the queue".
    Transferred,
    /// "A colleague will call you", "our team will get back to you".
    WillContact,
    /// "I've refunded you".
    Refunded,
    /// "I've cancelled your order".
    Cancelled,
    /// "I've changed your address", "I have sent you a replacement".
    Changed,
}

/// The verdicts about one shopper message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Detected {
    /// BCP 47, or `und` when the text does not say.
    pub language: String,
    pub asks_for_human: Verdict,
    pub anger: Verdict,
    pub safety: Verdict,
    pub legal_threat: Verdict,
    pub fraud: Verdict,
    pub bereavement: Verdict,
    /// Only meaningful for the assistant's text; see [`AnswerDetected`].
    pub false_promise: Verdict,
    /// Only meaningful for the assistant's text; see [`AnswerDetected`].
    pub no_answer: Verdict,
}

/// The verdicts about one finished answer of the assistant.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AnswerDetected {
    /// BCP 47, or `und` when the text does not say.
    pub language: String,
    /// The answer claims an action that a sentence cannot take.
    pub false_promise: Verdict,
    /// What was claimed, when `false_promise` is a hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// The assistant says that it does not know.
    pub no_answer: Verdict,
}
