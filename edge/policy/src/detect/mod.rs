//! Detectors: what a text says, in any of the supported languages, without asking a model.
//!
//! Pure: no IO, no clock, no randomness. The work is bounded by the length that is read.
//! A text is folded (`fold`), the phrases of all language files are found in it in one pass (`scan`), and
//! small rules read the roles of those phrases (`human`, `signs`, `promise`).

mod class;
mod fold;
mod follow;
mod hash;
mod human;
mod languages;
mod letters;
mod lexicon;
mod lists;
mod needs;
mod numbers;
mod phrases;
mod plausible;
mod promise;
mod rarest;
mod scan;
mod signs;
mod similar;
mod spans;
#[cfg(test)]
mod tests;
mod token_words;
mod tongue;
mod unpack;
mod verdict;
mod words;

// What `build/` makes of the phrase files is compared with them in the tests.
#[cfg(test)]
#[path = "../../build/choices.rs"]
mod choices;
#[cfg(test)]
#[path = "../../build/phrase.rs"]
mod phrase;
#[cfg(test)]
#[path = "../../build/spelling.rs"]
mod spelling;

use class::Class;
use fold::Folded;
use lexicon::LEXICON;

pub use verdict::{AnswerDetected, Claim, Detected, HIT_SCORE, Verdict};

/// Everything the detectors see in one shopper message.
pub fn detect(text: &str) -> Detected {
    let folded = Folded::new(text);
    let hits = scan::scan(&LEXICON, &folded);
    let sign = |sign, not| signs::verdict(&folded, &hits, sign, not);
    Detected {
        language: tongue::language(text, &hits),
        asks_for_human: human::verdict(&folded, &hits),
        anger: signs::anger(text, &folded, &hits),
        safety: sign(Class::Safety, Class::SafetyNot),
        legal_threat: sign(Class::Legal, Class::LegalNot),
        fraud: sign(Class::Fraud, Class::FraudNot),
        bereavement: sign(Class::Grief, Class::GriefNot),
        false_promise: promise::verdict(&folded, &hits).0,
        no_answer: sign(Class::NoAnswer, Class::NoAnswerNot),
    }
}

/// What the detectors see in one finished answer of the assistant.
pub fn detect_answer(text: &str) -> AnswerDetected {
    let folded = Folded::new(text);
    let hits = scan::scan(&LEXICON, &folded);
    let (false_promise, claim) = promise::verdict(&folded, &hits);
    AnswerDetected {
        language: tongue::language(text, &hits),
        false_promise,
        claim,
        no_answer: signs::verdict(&folded, &hits, Class::NoAnswer, Class::NoAnswerNot),
    }
}

/// A text that is read again and again while it grows: what was found out about its words is remembered.
#[derive(Debug, Default)]
pub struct Growing {
    near: token_words::Near,
}

impl Growing {
    /// Whether a sentence of it claims an action that a sentence cannot take; as [`detect_answer`] says.
    pub fn claims_action(&mut self, sentence: &str) -> bool {
        let folded = Folded::new(sentence);
        promise::verdict(&folded, &scan::scan_again(&LEXICON, &folded, &mut self.near)).0.hit
    }
}

/// Whether the shopper asks for a person, in any supported language.
pub fn asks_for_human(text: &str) -> Verdict {
    let folded = Folded::new(text);
    human::verdict(&folded, &scan::scan(&LEXICON, &folded))
}

/// How far other texts ask for the same thing as this one, which is read once: 0 to 1.
pub fn similar_to(text: &str) -> impl Fn(&str) -> f32 {
    similar::similar_to(text)
}

/// The language of a text as BCP 47, or `und`.
pub fn language(text: &str) -> String {
    tongue::language(text, &scan::scan(&LEXICON, &Folded::new(text)))
}

/// The languages that have a phrase file, as BCP 47.
pub fn languages() -> impl Iterator<Item = &'static str> {
    languages::LANGUAGES.iter().copied()
}
