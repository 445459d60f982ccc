//! Whole dialogues through the rules: what the edge would have decided at each turn. Shops keep such
//! dialogues next to their rules and run them in CI.

mod dialogue;
mod outcome;

pub use dialogue::{Dialogue, Expect, LineProblem, read};
pub use outcome::{Got, Outcome, Summary, Verdict, outcome};

use crate::situation::{AnswerFacts, Role, Situation, Stage};
use crate::{Action, Decision, Rules, decide};
use serde::Serialize;

/// What was decided at one turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Its place in the dialogue, from 0.
    pub turn: usize,
    pub role: Role,
    pub decision: Decision,
}

/// The decisions in the order of the turns. The shopper's turns are judged as messages, the assistant's as
/// finished answers. While a person speaks nothing is decided: from a person's turn until the assistant's
/// next one.
pub fn replay(rules: &Rules, dialogue: &Dialogue) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut handoffs = 0;
    let mut person = false;
    for (index, turn) in dialogue.turns.iter().enumerate() {
        match turn.role {
            Role::Person => person = true,
            Role::Assistant => person = false,
            Role::Shopper => {}
        }
        if person {
            continue;
        }
        let decision = decide(rules, &situation(dialogue, index, handoffs));
        handoffs += u32::from(matches!(decision.action, Action::Handoff { .. }));
        steps.push(Step { turn: index, role: turn.role, decision });
    }
    steps
}

/// What is known at this turn: the turns up to it and the facts that the dialogue states.
fn situation(dialogue: &Dialogue, index: usize, handoffs: u32) -> Situation {
    let turns = dialogue.turns.iter().take(index + 1);
    let mut situation = Situation {
        conversation_id: dialogue.id.clone(),
        turns: turns.cloned().collect(),
        handoffs,
        ..Situation::default()
    };
    dialogue.given.apply(&mut situation);
    if situation.turns.last().is_some_and(|turn| turn.role == Role::Assistant) {
        let stated = situation.answer.take().unwrap_or_default();
        let text = situation.turns.pop().map(|turn| turn.text).unwrap_or_default();
        situation.stage = Stage::Answer;
        // "I pass you on" is true once the conversation was handed over.
        situation.answer = Some(AnswerFacts { text, action_taken: handoffs > 0, ..stated });
    } else {
        situation.answer = None;
    }
    situation
}

#[cfg(test)]
mod tests;
