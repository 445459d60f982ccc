//! What is known in one situation: the situation itself and what the detectors see in its texts.

use crate::detect::{AnswerDetected, Detected, Verdict, detect, detect_answer, similar};
use crate::situation::{Role, Situation, Stage};
use std::collections::BTreeMap;

/// Two texts this alike ask for the same thing.
const SAME: f32 = 0.6;
/// Only the newest turns are compared and counted: the work of a decision stays bounded.
const TURNS_READ: usize = 40;
/// Shorter texts ("yes", "ok, thanks") are not a need that could repeat. A letter of Chinese or Japanese
/// says about as much as three of an alphabet.
const NEED_WEIGHT: usize = 9;

/// A situation, read once.
#[derive(Debug)]
pub struct Known<'a> {
    pub situation: &'a Situation,
    pub message: Detected,
    pub answer: AnswerDetected,
    /// How often the shopper asked for the same thing before.
    pub message_repeats: i64,
    /// How often the assistant said the same before.
    pub answer_repeats: i64,
    /// Answers so far that were none.
    pub failures: i64,
}

impl<'a> Known<'a> {
    pub fn new(situation: &'a Situation) -> Self {
        let message = last_message(situation);
        let answer = answer_text(situation);
        Self {
            situation,
            message: detect(message),
            answer: detect_answer(answer),
            message_repeats: repeats(message, earlier(situation, Role::Shopper).skip(1)),
            answer_repeats: repeats(answer, earlier(situation, Role::Assistant)),
            failures: failures(situation),
        }
    }

    pub fn message_text(&self) -> &'a str {
        last_message(self.situation)
    }

    pub fn answer_text(&self) -> &'a str {
        answer_text(self.situation)
    }

    /// The verdicts that count at this stage, by name.
    pub fn verdicts(&self) -> BTreeMap<&'static str, &Verdict> {
        match self.situation.stage {
            Stage::Message => BTreeMap::from([
                ("asks_for_human", &self.message.asks_for_human),
                ("anger", &self.message.anger),
                ("safety", &self.message.safety),
                ("legal_threat", &self.message.legal_threat),
                ("fraud", &self.message.fraud),
                ("bereavement", &self.message.bereavement),
            ]),
            Stage::Answer => BTreeMap::from([
                ("false_promise", &self.answer.false_promise),
                ("no_answer", &self.answer.no_answer),
            ]),
        }
    }
}

fn last_message(situation: &Situation) -> &str {
    earlier(situation, Role::Shopper).next().unwrap_or_default()
}

fn answer_text(situation: &Situation) -> &str {
    match (situation.stage, &situation.answer) {
        (Stage::Answer, Some(answer)) => &answer.text,
        _ => "",
    }
}

/// The texts of one side, newest first, without the answer under judgement.
fn earlier(situation: &Situation, role: Role) -> impl Iterator<Item = &str> {
    let turns = situation.turns.iter().rev();
    let turns = turns.skip(usize::from(answer_stands_last(situation))).take(TURNS_READ);
    turns.filter(move |turn| turn.role == role).map(|turn| turn.text.as_str())
}

/// A caller may have put the answer among the turns already. It must not count as its own repetition.
fn answer_stands_last(situation: &Situation) -> bool {
    let last = situation.turns.last();
    situation.stage == Stage::Answer
        && last.is_some_and(|turn| turn.role == Role::Assistant && turn.text == answer_text(situation))
}

fn repeats<'a>(text: &str, earlier: impl Iterator<Item = &'a str>) -> i64 {
    if weight(text) < NEED_WEIGHT {
        return 0;
    }
    count(earlier.filter(|before| similar(text, before) >= SAME))
}

fn weight(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| if c >= '\u{2E80}' { 3 } else { 1 }).sum()
}

fn failures(situation: &Situation) -> i64 {
    let said = earlier(situation, Role::Assistant).filter(|text| detect_answer(text).no_answer.hit);
    count(said) + i64::from(situation.failed_answers)
}

fn count<T>(items: impl Iterator<Item = T>) -> i64 {
    i64::try_from(items.count()).unwrap_or(i64::MAX)
}
