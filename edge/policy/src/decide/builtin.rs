//! When a built-in reason holds, and what it rests on.

use crate::facts::{Fact, Known, find};
use crate::reason::Reason;
use crate::situation::Stage;

/// The same need, put this often before, is a loop: the third time.
const LOOP_MESSAGE_REPEATS: i64 = 2;
/// The same answer, given this often before, is a loop: the second time.
const LOOP_ANSWER_REPEATS: i64 = 1;

/// Whether a built-in reason holds now. What the shopper's message says was judged before the model was
/// asked; the finished answer is judged for itself.
pub fn holds(reason: Reason, known: &Known<'_>) -> bool {
    let model = known.situation.model;
    match (known.situation.stage, reason) {
        (_, Reason::ModelDown) => model.down,
        (Stage::Message, Reason::Safety) => known.message().safety.hit,
        (Stage::Message, Reason::Fraud) => known.message().fraud.hit,
        (Stage::Message, Reason::LegalThreat) => known.message().legal_threat.hit,
        (Stage::Message, Reason::Bereavement) => known.message().bereavement.hit,
        (Stage::Message, Reason::AsksForHuman) => known.message().asks_for_human.hit,
        (Stage::Message, Reason::Anger) => known.message().anger.hit,
        (Stage::Message, Reason::Loop) => known.message_repeats() >= LOOP_MESSAGE_REPEATS,
        (Stage::Message, _) => false,
        (Stage::Answer, Reason::ModelAsks) => model.asked_for_handoff,
        (Stage::Answer, Reason::ModelEmpty) => model.empty || known.answer_text().trim().is_empty(),
        (Stage::Answer, Reason::FalsePromise) => known.answer().false_promise.hit && !action_taken(known),
        (Stage::Answer, Reason::NoAnswer) => known.answer().no_answer.hit || refused(known),
        (Stage::Answer, Reason::Loop) => known.answer_repeats() >= LOOP_ANSWER_REPEATS,
        (Stage::Answer, _) => false,
    }
}

fn action_taken(known: &Known<'_>) -> bool {
    known.situation.answer.as_ref().is_some_and(|answer| answer.action_taken)
}

fn refused(known: &Known<'_>) -> bool {
    known.situation.answer.as_ref().is_some_and(|answer| answer.refused)
}

/// The facts that a built-in reason rests on.
pub fn reads(reason: Reason, stage: Stage) -> Vec<&'static Fact> {
    let names: &[(&str, &str)] = match (reason, stage) {
        (Reason::ModelAsks, _) => &[("model", "asked_for_handoff")],
        (Reason::ModelDown, _) => &[("model", "down")],
        (Reason::ModelEmpty, _) => &[("answer", "length"), ("model", "empty")],
        (Reason::FalsePromise, _) => &[("answer", "false_promise")],
        (Reason::NoAnswer, _) => &[("answer", "no_answer"), ("answer", "refused")],
        (Reason::Loop, Stage::Message) => &[("message", "repeats")],
        (Reason::Loop, Stage::Answer) => &[("answer", "repeats")],
        (Reason::Anger, _) => &[("message", "anger"), ("message", "anger_score")],
        (reason, _) => return find("message", reason.name()).into_iter().collect(),
    };
    names.iter().filter_map(|(group, field)| find(group, field)).collect()
}
