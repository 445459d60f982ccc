//! What is known in one situation: the situation itself and what the detectors see in its texts.

use crate::detect::{AnswerDetected, Detected, Verdict, detect, detect_answer, similar_to};
use crate::situation::{Role, Situation, Stage};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// Two texts this alike ask for the same thing.
const SAME: f32 = 0.6;
/// Only the newest turns count: the work of a decision stays bounded.
const TURNS_READ: usize = 40;
/// Only so many texts of one side are compared with the newest: who goes in circles does so now.
const COMPARED: usize = 4;
/// Shorter texts ("yes", "ok, thanks") are not a need that could repeat. A letter of Chinese or Japanese
/// says about as much as three of an alphabet.
const NEED_WEIGHT: usize = 9;

/// A situation, read as far as somebody asks and no more than once: most rules need few of the detectors.
#[derive(Debug)]
pub struct Known<'a> {
    pub situation: &'a Situation,
    message: OnceCell<Detected>,
    answer: OnceCell<AnswerDetected>,
    message_repeats: OnceCell<i64>,
    answer_repeats: OnceCell<i64>,
    failures: OnceCell<i64>,
}

impl<'a> Known<'a> {
    pub fn new(situation: &'a Situation) -> Self {
        Self {
            situation,
            message: OnceCell::new(),
            answer: OnceCell::new(),
            message_repeats: OnceCell::new(),
            answer_repeats: OnceCell::new(),
            failures: OnceCell::new(),
        }
    }

    /// What the detectors see in the shopper's newest message.
    pub fn message(&self) -> &Detected {
        self.message.get_or_init(|| detect(self.message_text()))
    }

    /// What they see in the answer under judgement.
    pub fn answer(&self) -> &AnswerDetected {
        self.answer.get_or_init(|| detect_answer(self.answer_text()))
    }

    /// How often the shopper asked for the same thing before.
    pub fn message_repeats(&self) -> i64 {
        let before = || earlier(self.situation, Role::Shopper).skip(1);
        *self.message_repeats.get_or_init(|| repeats(self.message_text(), before()))
    }

    /// How often the assistant said the same before.
    pub fn answer_repeats(&self) -> i64 {
        let before = || earlier(self.situation, Role::Assistant);
        *self.answer_repeats.get_or_init(|| repeats(self.answer_text(), before()))
    }

    /// Answers so far that were none.
    pub fn failures(&self) -> i64 {
        *self.failures.get_or_init(|| failures(self.situation))
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
                ("asks_for_human", &self.message().asks_for_human),
                ("anger", &self.message().anger),
                ("safety", &self.message().safety),
                ("legal_threat", &self.message().legal_threat),
                ("fraud", &self.message().fraud),
                ("bereavement", &self.message().bereavement),
            ]),
            Stage::Answer => BTreeMap::from([
                ("false_promise", &self.answer().false_promise),
                ("no_answer", &self.answer().no_answer),
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
    let like = similar_to(text);
    count(earlier.take(COMPARED).filter(|before| like(before) >= SAME))
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

/// So that a test of the decisions need not know what words the detectors react to.
#[cfg(test)]
impl Known<'_> {
    pub fn set_message(&mut self, change: impl FnOnce(&mut Detected)) {
        let mut detected = self.message().clone();
        change(&mut detected);
        self.message = detected.into();
    }

    pub fn set_answer(&mut self, change: impl FnOnce(&mut AnswerDetected)) {
        let mut detected = self.answer().clone();
        change(&mut detected);
        self.answer = detected.into();
    }

    pub fn set_repeats(&mut self, message: i64, answer: i64) {
        (self.message_repeats, self.answer_repeats) = (message.into(), answer.into());
    }
}
