//! `counterbell replay`: whole dialogues through the code that the edge runs. Status 1 when one did not go as
//! expected, or when a line could not be read.

use super::check::load;
use counterbell_policy::Rules;
use counterbell_policy::replay::{self, Dialogue, Expect, Outcome, Step, Summary, Verdict};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

const EXPECTED: [(Expect, &str); 3] =
    [(Expect::Handoff, "handoff"), (Expect::Offer, "offer"), (Expect::Stay, "stay")];

pub fn run(shop: &Path, dialogues: &Path, json: bool) -> ExitCode {
    let (parsed, (dialogues, bad)) = match load(shop).and_then(|parsed| Ok((parsed, read(dialogues)?))) {
        Ok(read) => read,
        Err(report) => return super::check::complain(&report),
    };
    let report = if json { as_json } else { as_text };
    let (text, summary) = report(&parsed.rules, &dialogues);
    let _ = std::io::stdout().write_all(text.as_bytes());
    for line in &bad {
        let _ = writeln!(std::io::stderr(), "{line}");
    }
    if summary.all_hit() && bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The dialogues of a file, and the lines that are none, each with its place.
pub(super) fn read(path: &Path) -> Result<(Vec<Dialogue>, Vec<String>), String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let (dialogues, problems) = replay::read(&text);
    let problems =
        problems.iter().map(|problem| format!("{}:{}: {}", path.display(), problem.line, problem.reason));
    Ok((dialogues, problems.collect()))
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    steps: Vec<Step>,
    #[serde(flatten)]
    outcome: Option<Outcome>,
}

#[derive(Serialize)]
struct LastLine<'a> {
    summary: &'a Summary,
}

fn as_json(rules: &Rules, dialogues: &[Dialogue]) -> (String, Summary) {
    let mut summary = Summary::default();
    let mut out = String::new();
    for dialogue in dialogues {
        let steps = replay::replay(rules, dialogue);
        let outcome = replay::outcome(dialogue, &steps);
        summary.count(outcome.as_ref());
        push_json(&mut out, &Line { id: &dialogue.id, steps, outcome });
    }
    if summary.expected > 0 {
        push_json(&mut out, &LastLine { summary: &summary });
    }
    (out, summary)
}

fn push_json(out: &mut String, value: &impl Serialize) {
    // Strings, numbers and maps with text keys: there is nothing in it that JSON cannot say.
    out.push_str(&serde_json::to_string(value).unwrap_or_default());
    out.push('\n');
}

// Writing to a `String` cannot fail: the results below are not looked at.
fn as_text(rules: &Rules, dialogues: &[Dialogue]) -> (String, Summary) {
    let mut summary = Summary::default();
    let mut out = String::new();
    for dialogue in dialogues {
        let steps = replay::replay(rules, dialogue);
        let outcome = replay::outcome(dialogue, &steps);
        summary.count(outcome.as_ref());
        let told = outcome.as_ref().map(|outcome| format!("  {}", told(outcome))).unwrap_or_default();
        let _ = writeln!(out, "{}{told}", dialogue.id);
        for step in &steps {
            out.push_str(&decided(step));
        }
    }
    out.push_str(&totals(&summary));
    (out, summary)
}

fn decided(step: &Step) -> String {
    let role = format!("{:?}", step.role).to_lowercase();
    let decision = &step.decision;
    let tags =
        if decision.tags.is_empty() { String::new() } else { format!("  [{}]", decision.tags.join(", ")) };
    let why = if decision.rule == "none" {
        String::new()
    } else {
        format!("{}: {}", decision.rule, decision.words)
    };
    let line = format!("  {:>3} {role:<9} {:<8} {why}{tags}", step.turn, decision.action.name());
    format!("{}\n", line.trim_end())
}

/// `hit`, or what came instead of what.
pub(super) fn told(outcome: &Outcome) -> String {
    let at = |turn: Option<usize>| turn.map(|turn| format!(" at turn {turn}")).unwrap_or_default();
    let expected = format!("{}{}", name(outcome.expect), at(outcome.at_turn));
    let got = format!("{}{}", name(outcome.got.action), at(outcome.got.turn));
    match outcome.verdict {
        Verdict::Hit => format!("hit ({got})"),
        Verdict::Miss => format!("MISS: expected {expected}, got {got}"),
        Verdict::TooEarly => format!("TOO EARLY: expected {expected}, got {got}"),
        Verdict::TooLate => format!("TOO LATE: expected {expected}, got {got}"),
    }
}

fn name(expect: Expect) -> &'static str {
    EXPECTED.iter().find(|(known, _)| *known == expect).map_or("", |(_, name)| name)
}

fn totals(summary: &Summary) -> String {
    let mut out = format!("\n{} dialogues", summary.dialogues);
    if summary.expected == 0 {
        out.push_str(", none with an expectation\n");
        return out;
    }
    let Summary { expected, hits, misses, too_early, too_late, .. } = summary;
    let _ = writeln!(
        out,
        ", {expected} with an expectation: {hits} hits, {misses} misses, {too_early} too early, {too_late} too late\n"
    );
    let _ = writeln!(out, "expected ↓ got → {:>8} {:>8} {:>8}", "handoff", "offer", "stay");
    for (expect, name) in EXPECTED {
        let row = summary.confusion.get(&expect);
        let count = |got| row.and_then(|row| row.get(&got)).copied().unwrap_or(0);
        let [handoff, offer, stay] = EXPECTED.map(|(got, _)| count(got));
        let _ = writeln!(out, "{name:<16} {handoff:>8} {offer:>8} {stay:>8}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{as_json, as_text};
    use counterbell_policy::Rules;
    use counterbell_policy::replay::read;

    const FILE: &str = r#"{"id":"a","turns":[{"role":"shopper","text":"x"}],"facts":{"model.down":true},"expect":"handoff","at_turn":0}
{"id":"b","turns":[{"role":"shopper","text":"x"}],"expect":"offer"}
{"id":"c","turns":[{"role":"shopper","text":"x"}]}"#;

    #[test]
    fn people_see_each_turn_and_the_totals() {
        let (text, summary) = as_text(&Rules::default(), &read(FILE).0);
        assert!(!summary.all_hit());
        let expected = "a  hit (handoff at turn 0)
    0 shopper   handoff  model_down: The assistant could not answer.
b  MISS: expected offer, got stay
    0 shopper   stay
c
    0 shopper   stay

3 dialogues, 2 with an expectation: 1 hits, 1 misses, 0 too early, 0 too late

expected ↓ got →  handoff    offer     stay
handoff                 1        0        0
offer                   0        0        1
stay                    0        0        0
";
        assert_eq!(text, expected);
    }

    #[test]
    fn programs_get_one_object_a_line() {
        let (text, _) = as_json(&Rules::default(), &read(FILE).0);
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0]["verdict"], "hit");
        assert_eq!(lines[0]["steps"][0]["decision"]["action"]["type"], "handoff");
        assert_eq!(lines[1]["got"]["action"], "stay");
        assert!(lines[2].get("verdict").is_none());
        assert_eq!(lines[3]["summary"]["confusion"]["offer"]["stay"], 1);
    }
}
