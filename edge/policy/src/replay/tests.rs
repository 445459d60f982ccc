//! Files that are read, lines that are not, and what becomes of expectations.

use super::{Expect, Step, Verdict, outcome, read, replay};
use crate::{Action, BuiltinSettings, Decision, Role, RuleSource, Rules, Then};

fn rules(pairs: &[(&str, Then)]) -> Rules {
    let source = |(index, (when, then)): (usize, &(&str, Then))| RuleSource {
        name: format!("r{index}"),
        when: (*when).to_owned(),
        then: then.clone(),
        enabled: true,
        sample: None,
    };
    let sources: Vec<_> = pairs.iter().enumerate().map(source).collect();
    Rules::compile(&sources, &BuiltinSettings::new()).unwrap()
}

fn handoff() -> Then {
    Then::Handoff { queue: None, priority: 0, message: None }
}

fn actions(rules: &Rules, line: &str) -> Vec<(usize, &'static str)> {
    let (dialogues, problems) = read(line);
    assert_eq!(problems, []);
    replay(rules, &dialogues[0]).iter().map(|step| (step.turn, step.decision.action.name())).collect()
}

#[test]
fn each_turn_is_judged_with_what_was_known_then() {
    let rules = rules(&[
        ("conversation.turns == 2", Then::Offer { message: None }),
        ("answer.text.contains('wait')", handoff()),
    ]);
    let line = r#"{"id":"a","turns":[{"role":"shopper","text":"x"},{"role":"assistant","text":"y"},
        {"role":"shopper","text":"z"},{"role":"assistant","text":"please wait"}]}"#;
    assert_eq!(
        actions(&rules, &line.replace('\n', "")),
        [(0, "stay"), (1, "stay"), (2, "offer"), (3, "handoff")]
    );
}

#[test]
fn while_a_person_speaks_nothing_is_decided() {
    let rules = rules(&[("true", handoff())]);
    let line = r#"{"id":1,"turns":[{"role":"shopper","text":"x"},{"role":"person","text":"y"},{"role":"shopper","text":"z"},{"role":"assistant","text":"a"},{"role":"shopper","text":"b"}]}"#;
    assert_eq!(actions(&rules, line), [(0, "handoff"), (3, "stay"), (4, "handoff")]);
}

#[test]
fn stated_facts_hold_in_every_turn_and_handoffs_are_counted() {
    let rules = rules(&[("customer.tier == 'vip' && conversation.handoffs == 0", handoff())]);
    let line = r#"{"id":"v","facts":{"customer":{"verified":true,"tier":"vip"}},"turns":[{"role":"shopper","text":"x"},{"role":"shopper","text":"y"}]}"#;
    assert_eq!(actions(&rules, line), [(0, "handoff"), (1, "stay")]);
    let guest = line.replace("\"verified\":true,", "");
    assert_eq!(actions(&rules, &guest), [(0, "stay"), (1, "stay")]);
}

#[test]
fn bad_lines_are_named_and_the_rest_is_read() {
    let turn = r#""turns":[{"role":"shopper","text":"x"}]"#;
    let file = [
        format!("{{\"id\":\"ok\",{turn}}}"),
        String::new(),
        "{".to_owned(),
        format!("{{\"id\":\"ok\",{turn}}}"),
        format!("{{{turn}}}"),
        "{\"id\":\"e\",\"turns\":[]}".to_owned(),
        "{\"id\":\"r\",\"turns\":[{\"role\":\"robot\",\"text\":\"x\"}]}".to_owned(),
        format!("{{\"id\":\"f\",{turn},\"facts\":{{\"cart\":{{\"totl\":3}}}}}}"),
        format!("{{\"id\":\"t\",{turn},\"expect\":\"stay\",\"at_turn\":3}}"),
        format!("{{\"id\":\"u\",{turn},\"at_turn\":1}}"),
        format!("{{\"id\":\"k\",{turn},\"expects\":\"stay\"}}"),
    ]
    .join("\n");
    let (dialogues, problems) = read(&file);
    assert_eq!(dialogues.len(), 1);
    let expected = [
        (3, "EOF while parsing an object, at column 1"),
        (4, "another line has the id “ok”"),
        (5, "missing field `id`, at column 41"),
        (6, "there is no turn"),
        (7, "unknown variant `robot`"),
        (8, "unknown fact `cart.totl`, did you mean `cart.total`?"),
        (9, "`at_turn` is 3, but there are 1 turns"),
        (10, "`at_turn` without `expect` says nothing"),
        (11, "unknown field `expects`"),
    ];
    for (problem, (line, reason)) in problems.iter().zip(expected) {
        assert!(problem.line == line && problem.reason.starts_with(reason), "{problem:?}");
    }
    assert_eq!(problems.len(), expected.len());
}

#[test]
fn a_file_that_can_only_count_from_one_is_read_so() {
    let line = |id: &str, at: usize| {
        format!(
            r#"{{"id":"{id}","turns":[{{"role":"shopper","text":"x"}},{{"role":"shopper","text":"y"}}],"expect":"handoff","at_turn":{at}}}"#
        )
    };
    let at_turns = |first: usize, second: usize| {
        let (dialogues, problems) = read(&format!("{}\n{}", line("a", first), line("b", second)));
        (dialogues.iter().filter_map(|dialogue| dialogue.at_turn).collect::<Vec<_>>(), problems.len())
    };
    for (first, second, expected) in [
        (0, 1, (vec![0, 1], 0)),
        (1, 1, (vec![1, 1], 0)),
        (1, 2, (vec![0, 1], 0)),
        (0, 2, (vec![0], 1)),
        (1, 9, (vec![1], 1)),
    ] {
        assert_eq!(at_turns(first, second), expected, "{first} {second}");
    }
}

#[test]
fn outcomes_are_judged_by_what_came_when() {
    use Verdict::{Hit, Miss, TooEarly, TooLate};
    let (handoff, offer, stay) = (Expect::Handoff, Expect::Offer, Expect::Stay);
    for (steps, expect, at_turn, verdict, got) in [
        ("..h", handoff, Some(2), Hit, handoff),
        ("o.h", handoff, Some(2), Hit, handoff),
        ("h..", handoff, Some(2), TooEarly, handoff),
        ("..h", handoff, Some(0), TooLate, handoff),
        ("..h", handoff, None, Hit, handoff),
        ("...", handoff, None, Miss, stay),
        (".o.", handoff, Some(1), Miss, offer),
        (".o.", offer, Some(1), Hit, offer),
        (".oh", offer, Some(1), Hit, offer),
        ("o..", offer, Some(1), TooEarly, offer),
        ("..o", offer, Some(1), TooLate, offer),
        (".h.", offer, Some(1), Miss, handoff),
        ("...", offer, None, Miss, stay),
        ("...", stay, None, Hit, stay),
        ("..o", stay, Some(1), Hit, stay),
        ("..o", stay, None, Miss, offer),
        ("h..", stay, Some(0), Miss, handoff),
    ] {
        let (mut dialogues, _) = read(r#"{"id":"a","turns":[{"role":"shopper","text":"x"}]}"#);
        let mut dialogue = dialogues.remove(0);
        (dialogue.expect, dialogue.at_turn) = (Some(expect), at_turn);
        let steps: Vec<Step> = steps.chars().enumerate().map(|(index, c)| step(index, c)).collect();
        let outcome = outcome(&dialogue, &steps).unwrap();
        assert_eq!(
            (outcome.verdict, outcome.got.action),
            (verdict, got),
            "{expect:?} {at_turn:?} {outcome:?}"
        );
    }
}

fn step(turn: usize, action: char) -> Step {
    let action = match action {
        'h' => Action::Handoff { queue: None, priority: 0, message: None },
        'o' => Action::Offer { message: None },
        _ => Action::Stay,
    };
    Step { turn, role: Role::Shopper, decision: Decision { action, ..Decision::default() } }
}
