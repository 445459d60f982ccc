//! Whether a dialogue went as its writer expects.

use super::{Dialogue, Expect, Step};
use crate::Action;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Hit,
    /// Something else happened, or nothing.
    Miss,
    /// The expected thing, before its turn.
    TooEarly,
    /// The expected thing, after its turn.
    TooLate,
}

/// What happened to an expectation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    pub expect: Expect,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_turn: Option<usize>,
    pub verdict: Verdict,
    pub got: Got,
}

/// What was decided, and at which turn; a stay has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Got {
    pub action: Expect,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<usize>,
}

/// `None` for a dialogue that expects nothing.
///
/// An expected handoff is the first one, whatever was offered before. An expected offer is the first thing
/// that was not a stay. An expected stay holds up to its turn, or to the end.
pub fn outcome(dialogue: &Dialogue, steps: &[Step]) -> Option<Outcome> {
    let expect = dialogue.expect?;
    let events: Vec<Got> = steps.iter().filter_map(event).collect();
    let due = |got: &&Got| match expect {
        Expect::Handoff => got.action == Expect::Handoff,
        Expect::Offer => true,
        Expect::Stay => dialogue.at_turn.is_none_or(|at| got.turn.is_some_and(|turn| turn <= at)),
    };
    let stay = Got { action: Expect::Stay, turn: None };
    let fallback = match expect {
        Expect::Handoff => events.first().copied().unwrap_or(stay),
        Expect::Offer | Expect::Stay => stay,
    };
    let got = events.iter().find(due).copied().unwrap_or(fallback);
    let verdict = verdict(expect, got, dialogue.at_turn);
    Some(Outcome { expect, at_turn: dialogue.at_turn, verdict, got })
}

fn event(step: &Step) -> Option<Got> {
    let action = match step.decision.action {
        Action::Handoff { .. } => Expect::Handoff,
        Action::Offer { .. } => Expect::Offer,
        Action::Answer { .. } | Action::Block { .. } | Action::Stay => return None,
    };
    Some(Got { action, turn: Some(step.turn) })
}

fn verdict(expect: Expect, got: Got, at_turn: Option<usize>) -> Verdict {
    match (got.action == expect, got.turn, at_turn) {
        (false, ..) => Verdict::Miss,
        (true, Some(turn), Some(at)) if turn < at => Verdict::TooEarly,
        (true, Some(turn), Some(at)) if turn > at => Verdict::TooLate,
        (true, ..) => Verdict::Hit,
    }
}

/// All outcomes together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub dialogues: usize,
    /// Those with an expectation.
    pub expected: usize,
    pub hits: usize,
    pub misses: usize,
    pub too_early: usize,
    pub too_late: usize,
    /// How often each was expected and each came: expected, then got.
    pub confusion: BTreeMap<Expect, BTreeMap<Expect, usize>>,
}

impl Summary {
    pub fn count(&mut self, outcome: Option<&Outcome>) {
        self.dialogues += 1;
        let Some(outcome) = outcome else { return };
        self.expected += 1;
        match outcome.verdict {
            Verdict::Hit => self.hits += 1,
            Verdict::Miss => self.misses += 1,
            Verdict::TooEarly => self.too_early += 1,
            Verdict::TooLate => self.too_late += 1,
        }
        *self.confusion.entry(outcome.expect).or_default().entry(outcome.got.action).or_default() += 1;
    }

    pub fn all_hit(&self) -> bool {
        self.hits == self.expected
    }
}
