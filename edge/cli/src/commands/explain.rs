//! `counterbell explain`: why a dialogue was decided as it was, in words that a manager understands.

use super::check::{complain, load, print};
use super::replay::{read, told};
use counterbell_policy::replay::{self, Dialogue, Step};
use counterbell_policy::{Action, Decision, Role, Rules, names};
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

pub fn run(shop: &Path, dialogues: &Path, id: &str) -> ExitCode {
    let found = load(shop).and_then(|parsed| Ok((parsed, find(dialogues, id)?)));
    match found {
        Ok((parsed, dialogue)) => print(&explain(&parsed.rules, &dialogue)),
        Err(report) => complain(&report),
    }
}

fn find(path: &Path, id: &str) -> Result<Dialogue, String> {
    let (dialogues, bad) = read(path)?;
    if let Some(dialogue) = dialogues.iter().find(|dialogue| dialogue.id == id) {
        return Ok(dialogue.clone());
    }
    let meant = names::closest(id, dialogues.iter().map(|dialogue| dialogue.id.as_str()));
    let meant = meant.map(|meant| format!(" Did you mean “{meant}”?")).unwrap_or_default();
    let bad: String = bad.iter().map(|line| format!("\n{line}")).collect();
    Err(format!("{} has no dialogue “{id}”.{meant}{bad}", path.display()))
}

// Writing to a `String` cannot fail: the results below are not looked at.
fn explain(rules: &Rules, dialogue: &Dialogue) -> String {
    let steps = replay::replay(rules, dialogue);
    let mut out = format!("Dialogue {}\n", dialogue.id);
    for (index, turn) in dialogue.turns.iter().enumerate() {
        let who = match turn.role {
            Role::Shopper => "Shopper",
            Role::Assistant => "Assistant",
            Role::Person => "Person",
        };
        let _ = writeln!(out, "\n[{index}] {who}: “{}”", turn.text);
        match steps.iter().find(|step| step.turn == index) {
            Some(step) => out.push_str(&why(step)),
            None => out.push_str("    A person has the conversation: nothing is decided.\n"),
        }
    }
    if let Some(outcome) = replay::outcome(dialogue, &steps) {
        let _ = writeln!(out, "\nAgainst the expectation: {}", told(&outcome));
    }
    out
}

fn why(step: &Step) -> String {
    let decision = &step.decision;
    let mut out = format!("    → {}\n", happens(&decision.action, "now"));
    let mut line = |label: &str, text: String| {
        if !text.is_empty() {
            let _ = writeln!(out, "      {label:<10} {text}");
        }
    };
    line("why", decision.words.clone());
    line("it read", read_facts(decision));
    line("otherwise", otherwise(decision));
    line("tagged", decision.tags.join(", "));
    line("detectors", scores(decision));
    line("note", decision.notes.join("; "));
    out
}

fn happens(action: &Action, when: &str) -> String {
    match action {
        Action::Handoff { queue, priority, .. } => {
            let queue = queue.as_ref().map(|queue| format!("the queue “{queue}”"));
            let queue = queue.unwrap_or_else(|| "the usual queue".to_owned());
            format!("Handed over to a person {when}: {queue}, priority {priority}.")
        }
        Action::Offer { .. } => "A person is offered, and the assistant goes on.".to_owned(),
        Action::Answer { text } => format!("The shop's own answer is given: “{text}”"),
        Action::Block { .. } => "No answer is given.".to_owned(),
        Action::Stay => "The assistant goes on.".to_owned(),
    }
}

fn read_facts(decision: &Decision) -> String {
    let facts = decision.facts.iter().map(|(name, value)| format!("{name} = {value}"));
    facts.collect::<Vec<_>>().join(", ")
}

fn otherwise(decision: &Decision) -> String {
    match &decision.runner_up {
        None => String::new(),
        Some(next) => format!("“{}” would have decided: {}", next.rule, happens(&next.action, "then")),
    }
}

/// Those that saw anything, the surest first.
fn scores(decision: &Decision) -> String {
    let mut scores: Vec<_> = decision.scores.iter().filter(|(_, score)| score.score > 0.0).collect();
    scores.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
    let told = scores
        .iter()
        .map(|(name, score)| format!("{name} {:.2}{}", score.score, if score.hit { " (sure)" } else { "" }));
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::explain;
    use counterbell_policy::Rules;
    use counterbell_policy::replay::read;

    #[test]
    fn a_manager_can_follow_it() {
        let line = r#"{"id":"a","turns":[{"role":"shopper","text":"Where is it?"},{"role":"person","text":"Hello"}],"facts":{"model.down":true},"expect":"handoff"}"#;
        let text = explain(&Rules::default(), &read(line).0[0]);
        let expected = "Dialogue a

[0] Shopper: “Where is it?”
    → Handed over to a person now: the usual queue, priority 0.
      why        The assistant could not answer.
      it read    model.down = true

[1] Person: “Hello”
    A person has the conversation: nothing is decided.

Against the expectation: hit (handoff at turn 0)
";
        assert_eq!(text, expected);
    }
}
