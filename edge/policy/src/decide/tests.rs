//! Who goes first, and that none of the built-in reasons can be lost.

use super::{decide, weigh};
use crate::detect::Verdict;
use crate::facts::Known;
use crate::{
    Action, AnswerFacts, BuiltinChange, BuiltinSettings, CustomerFacts, Decision, ModelFacts, PerLanguage,
    Reason, Role, RuleSource, Rules, Situation, Stage, Then, Turn, Verified,
};

fn hit() -> Verdict {
    Verdict { score: 0.9, hit: true, because: Some("these words".to_owned()) }
}

fn at_message() -> Situation {
    Situation {
        conversation_id: "c_1".to_owned(),
        turns: vec![Turn::new(Role::Shopper, "Where is my parcel?")],
        ..Situation::default()
    }
}

fn at_answer() -> Situation {
    let answer =
        AnswerFacts { text: "It is on its way.".to_owned(), grounded: true, ..AnswerFacts::default() };
    Situation { stage: Stage::Answer, answer: Some(answer), ..at_message() }
}

fn rule(name: &str, when: &str, then: Then) -> RuleSource {
    RuleSource { name: name.to_owned(), when: when.to_owned(), then, enabled: true, sample: None }
}

fn handoff(queue: &str) -> Then {
    Then::Handoff { queue: Some(queue.to_owned()), priority: 7, message: None }
}

fn compile(rules: &[RuleSource]) -> Rules {
    Rules::compile(rules, &BuiltinSettings::new()).unwrap()
}

/// The decision when exactly this reason holds.
fn with_reason(rules: &Rules, reason: Reason) -> Decision {
    let mut situation = match reason {
        Reason::ModelAsks
        | Reason::ModelDown
        | Reason::ModelEmpty
        | Reason::FalsePromise
        | Reason::NoAnswer => at_answer(),
        _ => at_message(),
    };
    situation.model = ModelFacts {
        down: reason == Reason::ModelDown,
        empty: reason == Reason::ModelEmpty,
        asked_for_handoff: reason == Reason::ModelAsks,
    };
    let mut known = Known::new(&situation);
    match reason {
        Reason::Safety => known.set_message(|message| message.safety = hit()),
        Reason::Fraud => known.set_message(|message| message.fraud = hit()),
        Reason::LegalThreat => known.set_message(|message| message.legal_threat = hit()),
        Reason::Bereavement => known.set_message(|message| message.bereavement = hit()),
        Reason::AsksForHuman => known.set_message(|message| message.asks_for_human = hit()),
        Reason::Anger => known.set_message(|message| message.anger = hit()),
        Reason::FalsePromise => known.set_answer(|answer| answer.false_promise = hit()),
        Reason::NoAnswer => known.set_answer(|answer| answer.no_answer = hit()),
        Reason::Loop => known.set_repeats(2, 0),
        Reason::ModelAsks | Reason::ModelDown | Reason::ModelEmpty => {}
    }
    weigh(rules, &known)
}

/// The promise, spelt out: to take one away is to change this list.
#[test]
fn every_built_in_reason_fetches_or_offers_a_person() {
    let promised = [
        ("safety", "handoff"),
        ("fraud", "handoff"),
        ("legal_threat", "handoff"),
        ("bereavement", "handoff"),
        ("asks_for_human", "handoff"),
        ("model_asks", "handoff"),
        ("model_down", "handoff"),
        ("model_empty", "handoff"),
        ("false_promise", "handoff"),
        ("anger", "offer"),
        ("loop", "offer"),
        ("no_answer", "offer"),
    ];
    for (name, action) in promised {
        let reason = Reason::from_name(name).expect(name);
        let decision = with_reason(&Rules::default(), reason);
        assert_eq!((decision.rule.as_str(), decision.action.name()), (name, action));
        assert!(!decision.facts.is_empty(), "{name} names the facts it read");
        assert!(!decision.words.is_empty());
    }
    assert_eq!(promised.len(), Reason::ALL.len());
}

#[test]
fn no_shop_rule_goes_before_a_built_in_reason() {
    let always = [
        rule("silence", "true", Then::Block { message: None }),
        rule("late silence", "answer.length >= 0", Then::Block { message: None }),
    ];
    let rules = compile(&always);
    for reason in Reason::ALL {
        let decision = with_reason(&rules, reason);
        assert_eq!(decision.rule, reason.name());
        let runner_up = decision.runner_up.unwrap().rule;
        assert!(runner_up.ends_with("silence"), "{reason:?}: {runner_up}");
    }
}

#[test]
fn a_shop_sets_queue_priority_and_words_and_raises_offers() {
    for reason in Reason::ALL {
        let change = BuiltinChange {
            queue: Some("q".to_owned()),
            priority: Some(3),
            message: Some("We are coming.".into()),
            raise: true,
        };
        let rules = Rules::compile(&[], &[(reason, change)].into_iter().collect()).unwrap();
        let expected = Action::Handoff {
            queue: Some("q".to_owned()),
            priority: 3,
            message: Some("We are coming.".to_owned()),
        };
        assert_eq!(with_reason(&rules, reason).action, expected, "{reason:?}");
    }
}

#[test]
fn a_refusal_is_no_answer_and_an_empty_text_is_an_empty_model() {
    let mut situation = at_answer();
    situation.answer = Some(AnswerFacts {
        text: "I can't help with that.".to_owned(),
        refused: true,
        ..AnswerFacts::default()
    });
    assert_eq!(decide(&Rules::default(), &situation).rule, "no_answer");
    situation.answer = Some(AnswerFacts { text: " \n".to_owned(), ..AnswerFacts::default() });
    assert_eq!(decide(&Rules::default(), &situation).rule, "model_empty");
    situation.answer = None;
    assert_eq!(decide(&Rules::default(), &situation).rule, "model_empty");
}

#[test]
fn a_promise_that_was_kept_is_not_false() {
    let mut situation = at_answer();
    situation.answer.as_mut().unwrap().action_taken = true;
    let mut known = Known::new(&situation);
    known.set_answer(|answer| answer.false_promise = hit());
    assert_eq!(weigh(&Rules::default(), &known).rule, "none");
}

#[test]
fn what_the_message_said_is_not_judged_again_on_the_answer() {
    let situation = at_answer();
    let mut known = Known::new(&situation);
    known.set_message(|message| message.anger = hit());
    known.set_repeats(5, 0);
    assert_eq!(weigh(&Rules::default(), &known).action, Action::Stay);
    known.set_repeats(5, 1);
    assert_eq!(weigh(&Rules::default(), &known).rule, "loop");
}

#[test]
fn an_answer_among_the_turns_is_not_its_own_repetition() {
    let mut situation = at_answer();
    let text = "Your parcel left our warehouse on Monday and is on its way.";
    situation.answer.as_mut().unwrap().text = text.to_owned();
    situation.turns.push(Turn::new(Role::Assistant, text));
    assert_eq!(Known::new(&situation).answer_repeats(), 0);
}

#[test]
fn a_shops_handoff_goes_before_a_built_in_offer_and_first_match_wins() {
    let situation = at_message();
    let mut angry = Known::new(&situation);
    angry.set_message(|message| message.anger = hit());
    let kind = rule("kind", "message.anger", Then::Answer { text: "Sorry!".into() });
    let fetch = rule("fetch", "message.anger", handoff("care"));
    for (rules, expected, runner_up) in [
        (vec![fetch.clone()], "fetch", "anger"),
        (vec![fetch.clone(), kind.clone()], "fetch", "anger"),
        (vec![kind.clone(), fetch.clone()], "anger", "kind"),
    ] {
        let decision = weigh(&compile(&rules), &angry);
        assert_eq!(decision.rule, expected);
        assert_eq!(decision.runner_up.unwrap().rule, runner_up);
    }
}

/// Of the frame, whatever the message is written in: it is what the rest of the chat is in.
#[test]
fn the_shops_words_are_in_the_language_of_the_frame() {
    let said = |words: &str| -> PerLanguage {
        let others = [("da".to_owned(), format!("{words} på dansk"))].into_iter().collect();
        PerLanguage::Many { usual: words.to_owned(), others }
    };
    let words = |action: Action| match action {
        Action::Handoff { message, .. } | Action::Offer { message } | Action::Block { message } => message,
        Action::Answer { text } => Some(text),
        Action::Stay => None,
    };
    for then in [
        Then::Handoff { queue: None, priority: 0, message: Some(said("words")) },
        Then::Offer { message: Some(said("words")) },
        Then::Answer { text: said("words") },
        Then::Block { message: Some(said("words")) },
    ] {
        let rules = compile(&[rule("r", "true", then)]);
        for (language, expected) in [("da", "words på dansk"), ("sv", "words"), ("", "words")] {
            let situation = Situation { language: language.to_owned(), ..at_message() };
            assert_eq!(words(decide(&rules, &situation).action).as_deref(), Some(expected), "{language}");
        }
    }
    for raise in [true, false] {
        let change = BuiltinChange { message: Some(said("words")), raise, ..BuiltinChange::default() };
        let rules = Rules::compile(&[], &[(Reason::Anger, change)].into_iter().collect()).unwrap();
        let situation = Situation { language: "da".to_owned(), ..at_message() };
        let mut angry = Known::new(&situation);
        angry.set_message(|message| message.anger = hit());
        assert_eq!(words(weigh(&rules, &angry).action).as_deref(), Some("words på dansk"));
    }
}

#[test]
fn tags_add_up_and_the_rest_competes() {
    let mut situation = at_message();
    situation.customer = Some(Verified(CustomerFacts { tier: "vip".to_owned(), ..CustomerFacts::default() }));
    let rules = compile(&[
        rule("a", "customer.tier == 'vip'", Then::Tag { tag: "vip".to_owned() }),
        rule("b", "customer.tier == 'vip'", handoff("vip")),
        rule("c", "customer.verified", Then::Tag { tag: "known".to_owned() }),
        rule("d", "cart.total > 100", Then::Tag { tag: "large".to_owned() }),
    ]);
    let decision = decide(&rules, &situation);
    assert_eq!(decision.tags, ["vip", "known"]);
    assert_eq!(decision.rule, "b");
    assert_eq!(serde_json::to_string(&decision.facts).unwrap(), r#"{"customer.tier":"vip"}"#);
    assert_eq!(decision.words, "The shop's rule “b” holds: customer.tier is “vip”.");
}

#[test]
fn a_decision_does_not_repeat_a_long_message() {
    let text = "Größe? ".repeat(1_000);
    let situation = Situation { turns: vec![Turn::new(Role::Shopper, text)], ..at_message() };
    let decision = decide(&compile(&[rule("long", "message.text.size() > 9", handoff("q"))]), &situation);
    let shown = decision.facts.get("message.text").and_then(|text| text.as_str()).unwrap();
    assert_eq!((shown.chars().count(), shown.ends_with('…')), (121, true));
    assert!(decision.words.len() < 400);
}

#[test]
fn a_guest_is_never_vip() {
    let rules = compile(&[rule("vip", "customer.tier == 'vip' || customer.orders > 0", handoff("vip"))]);
    assert_eq!(decide(&rules, &at_message()).action, Action::Stay);
}

#[test]
fn rules_are_judged_when_what_they_read_is_known() {
    let rules = compile(&[
        rule("early", "conversation.turns == 1", Then::Offer { message: None }),
        rule("late", "conversation.turns == 1 && answer.grounded", handoff("q")),
    ]);
    assert_eq!(decide(&rules, &at_message()).rule, "early");
    assert_eq!(decide(&rules, &at_answer()).rule, "late");
}

#[test]
fn a_rule_that_cannot_be_judged_does_not_hold_and_is_noted() {
    let rules = compile(&[rule("ratio", "10 / cart.items > 1", handoff("q"))]);
    let decision = decide(&rules, &at_message());
    assert_eq!(decision.action, Action::Stay);
    assert!(decision.notes[0].starts_with("rule “ratio” could not be judged:"), "{:?}", decision.notes);
}

#[test]
fn a_disabled_rule_is_checked_but_not_asked() {
    let off = RuleSource { enabled: false, ..rule("off", "true", handoff("q")) };
    assert_eq!(decide(&compile(std::slice::from_ref(&off)), &at_message()).action, Action::Stay);
    let broken = RuleSource { when: "tru".to_owned(), ..off };
    assert!(Rules::compile(&[broken], &BuiltinSettings::new()).is_err());
}

#[test]
fn a_sample_takes_its_share() {
    let half = RuleSource { sample: Some(0.5), ..rule("half", "true", handoff("q")) };
    let rules = compile(&[half]);
    let hits = (0..1_000)
        .filter(|i| {
            let situation = Situation { conversation_id: format!("c_{i}"), ..at_message() };
            decide(&rules, &situation).rule == "half"
        })
        .count();
    assert!((450..550).contains(&hits), "{hits}");
}

/// Odd texts, odd turns, odd numbers: there is always a decision, and always the same one.
#[test]
fn deciding_is_total_and_repeatable() {
    let rules = compile(&[
        rule("sum", "9223372036854775807 + conversation.turns > 0", handoff("q")),
        rule("text", "message.text.contains('\\u0000') || answer.text.size() > 3", handoff("q")),
        rule(
            "infinite",
            "cart.total * 1e308 > 1.0 || customer.spent / 0.0 > 1.0",
            Then::Offer { message: None },
        ),
    ]);
    let texts =
        ["", " ", "\0", "\u{202e}\u{feff}", "a\u{301}\u{301}\u{301}", "🙂🙂", "ЁЙ", "你好", "\r\n\t", "𝕳𝖊"];
    let long = "müde ".repeat(3_000);
    for text in texts.into_iter().chain([long.as_str()]) {
        for role in [Role::Shopper, Role::Assistant, Role::Person] {
            for stage in [Stage::Message, Stage::Answer] {
                for number in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e308] {
                    let mut situation =
                        Situation { stage, turns: vec![Turn::new(role, text); 3], ..at_answer() };
                    situation.cart.0.total = number;
                    situation.answer = Some(AnswerFacts { text: text.to_owned(), ..AnswerFacts::default() });
                    let first = serde_json::to_string(&decide(&rules, &situation)).unwrap();
                    assert_eq!(first, serde_json::to_string(&decide(&rules, &situation)).unwrap());
                }
            }
        }
    }
    decide(&rules, &Situation::default());
}

/// The form in which decisions are stored and travel: others read it, so it does not change by accident.
#[test]
fn a_decision_is_written_like_this() {
    let mut situation = at_message();
    situation.cart.0.total = 250.0;
    let mut known = Known::new(&situation);
    known.set_message(|message| *message = Default::default());
    known.set_message(|message| message.anger = hit());
    let rules = compile(&[
        rule("large", "cart.total >= 200", Then::Tag { tag: "large".to_owned() }),
        rule("advice", "cart.total > 99.5", Then::Offer { message: Some("Shall I?".into()) }),
    ]);
    let expected = concat!(
        r#"{"action":{"type":"offer"},"rule":"anger","#,
        r#""words":"The shopper is angry. The words: “these words”.","tags":["large"],"#,
        r#""facts":{"message.anger":true,"message.anger_score":0.9},"#,
        r#""scores":{"anger":{"score":0.9,"hit":true,"because":"these words"},"#,
        r#""asks_for_human":{"score":0.0,"hit":false},"bereavement":{"score":0.0,"hit":false},"#,
        r#""fraud":{"score":0.0,"hit":false},"legal_threat":{"score":0.0,"hit":false},"#,
        r#""safety":{"score":0.0,"hit":false}},"#,
        r#""runner_up":{"rule":"advice","action":{"type":"offer","message":"Shall I?"},"facts":{"cart.total":250.0}}}"#,
    );
    let decision = weigh(&rules, &known);
    assert_eq!(serde_json::to_string(&decision).unwrap(), expected);
    assert_eq!(serde_json::from_str::<Decision>(expected).unwrap(), decision);
}
