//! The decision itself: the built-in reasons, the shop's rules, and which of them goes first.

mod builtin;

use self::builtin::{holds, reads};
use crate::condition::{context, in_words, values};
use crate::decision::{Action, Decision, RunnerUp, Score};
use crate::facts::{Fact, Known, thousandths};
use crate::per_language::PerLanguage;
use crate::reason::{BuiltinChange, Reason};
use crate::rules::{Rule, Rules, Then};
use crate::sample;
use crate::situation::Situation;
use std::collections::BTreeMap;

/// Who speaks next. Total: every situation has a decision, and the same situation has the same one.
pub fn decide(rules: &Rules, situation: &Situation) -> Decision {
    weigh(rules, &Known::new(situation))
}

fn weigh(rules: &Rules, known: &Known<'_>) -> Decision {
    let judged = judge_rules(rules, known);
    let mut ranked = rank(builtins(rules, known), judged.candidates).into_iter();
    let mut decision =
        Decision { tags: judged.tags, notes: judged.notes, scores: scores(known), ..goes_on() };
    if let Some(first) = ranked.next() {
        decision.words = first.words(known);
        decision.facts = values(known, &first.facts);
        decision.rule = first.rule;
        decision.action = first.action;
    }
    decision.runner_up = ranked.next().map(|next| RunnerUp {
        facts: values(known, &next.facts),
        rule: next.rule,
        action: next.action,
    });
    decision
}

fn goes_on() -> Decision {
    Decision {
        rule: "none".to_owned(),
        words: "Nothing speaks against it: the assistant goes on.".to_owned(),
        ..Decision::default()
    }
}

/// Something that holds and asks for an action.
struct Candidate {
    rule: String,
    reason: Option<Reason>,
    action: Action,
    facts: Vec<&'static Fact>,
}

impl Candidate {
    fn words(&self, known: &Known<'_>) -> String {
        match self.reason {
            Some(reason) => {
                match known.verdicts().get(reason.name()).and_then(|verdict| verdict.because.as_ref()) {
                    Some(because) => format!("{} The words: “{because}”.", reason.words()),
                    None => reason.words().to_owned(),
                }
            }
            None if self.facts.is_empty() => format!("The shop's rule “{}” always holds.", self.rule),
            None => format!("The shop's rule “{}” holds: {}.", self.rule, in_words(known, &self.facts)),
        }
    }

    fn hands_over(&self) -> bool {
        matches!(self.action, Action::Handoff { .. })
    }
}

/// Built-in handoffs; then the shop's first rule if it hands over, for that brings a person sooner than an
/// offer does; then built-in offers; then the shop's rules.
fn rank(builtins: Vec<Candidate>, shop: Vec<Candidate>) -> Vec<Candidate> {
    let (mut ranked, offers): (Vec<_>, Vec<_>) = builtins.into_iter().partition(Candidate::hands_over);
    let mut shop = shop.into_iter().peekable();
    ranked.extend(shop.next_if(Candidate::hands_over));
    ranked.extend(offers);
    ranked.extend(shop);
    ranked
}

fn builtins(rules: &Rules, known: &Known<'_>) -> Vec<Candidate> {
    let unchanged = BuiltinChange::default();
    let held = Reason::ALL.into_iter().filter(|reason| holds(*reason, known));
    held.map(|reason| {
        let change = rules.builtins.get(&reason).unwrap_or(&unchanged);
        let action = if reason.hands_over() || change.raise {
            Action::Handoff {
                queue: change.queue.clone(),
                priority: change.priority.unwrap_or(reason.default_priority()),
                message: words(&change.message, known),
            }
        } else {
            Action::Offer { message: words(&change.message, known) }
        };
        let facts = reads(reason, known.situation.stage);
        Candidate { rule: reason.name().to_owned(), reason: Some(reason), action, facts }
    })
    .collect()
}

#[derive(Default)]
struct Judged {
    candidates: Vec<Candidate>,
    tags: Vec<String>,
    notes: Vec<String>,
}

fn judge_rules(rules: &Rules, known: &Known<'_>) -> Judged {
    let due: Vec<&Rule> =
        rules.rules.iter().filter(|rule| rule.when.stage() == known.situation.stage).collect();
    let mut judged = Judged::default();
    if due.is_empty() {
        return judged;
    }
    let context = context(&rules.env, known, due.iter().flat_map(|rule| rule.when.reads().iter().copied()));
    for rule in due {
        match rule.when.holds(&context) {
            Ok(true) if in_sample(rule, known.situation) => judged.take(rule, known),
            Ok(_) => {}
            Err(why) => judged.notes.push(format!("rule “{}” could not be judged: {why}", rule.source.name)),
        }
    }
    judged
}

impl Judged {
    fn take(&mut self, rule: &Rule, known: &Known<'_>) {
        let action = match &rule.source.then {
            Then::Tag { tag } => {
                if !self.tags.contains(tag) {
                    self.tags.push(tag.clone());
                }
                return;
            }
            Then::Handoff { queue, priority, message } => {
                Action::Handoff { queue: queue.clone(), priority: *priority, message: words(message, known) }
            }
            Then::Offer { message } => Action::Offer { message: words(message, known) },
            Then::Answer { text } => Action::Answer { text: text.to(&known.situation.language).clone() },
            Then::Block { message } => Action::Block { message: words(message, known) },
        };
        let facts = rule.when.reads().to_vec();
        self.candidates.push(Candidate { rule: rule.source.name.clone(), reason: None, action, facts });
    }
}

/// The shop's own, in the language of the frame.
fn words(message: &Option<PerLanguage>, known: &Known<'_>) -> Option<String> {
    message.as_ref().map(|message| message.to(&known.situation.language).clone())
}

fn in_sample(rule: &Rule, situation: &Situation) -> bool {
    rule.source.sample.is_none_or(|share| sample::is_in(&situation.conversation_id, &rule.source.name, share))
}

fn scores(known: &Known<'_>) -> BTreeMap<String, Score> {
    known
        .verdicts()
        .into_iter()
        .map(|(name, verdict)| {
            let because = verdict.because.clone().unwrap_or_default();
            (name.to_owned(), Score { score: thousandths(verdict.score), hit: verdict.hit, because })
        })
        .collect()
}

#[cfg(test)]
mod tests;
