//! The built-in reasons on words that people really write: from the text to the decision, with no shop rule.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

use counterbell_policy::replay::{Step, read, replay};
use counterbell_policy::{Action, Rules};
use serde_json::json;

/// The last decision of a dialogue; turns of the shopper and the assistant alternate.
fn last(texts: &[&str]) -> Step {
    let roles = ["shopper", "assistant"].into_iter().cycle();
    let turns: Vec<_> =
        texts.iter().zip(roles).map(|(text, role)| json!({"role": role, "text": text})).collect();
    let (dialogues, problems) = read(&json!({"id": "d", "turns": turns}).to_string());
    assert_eq!(problems, []);
    replay(&Rules::default(), dialogues.first().unwrap()).pop().unwrap()
}

#[test]
fn what_people_write_reaches_a_person() {
    let table: &[(&[&str], &str)] = &[
        (&["Can I talk to a real person please?"], "asks_for_human"),
        (&["The kettle gave me an electric shock and my hand is burned"], "safety"),
        (&["Someone used my card on your site, this is fraud"], "fraud"),
        (&["If I don't get my money back my lawyer will contact you"], "legal_threat"),
        (&["My husband died last week and I need to close his account"], "bereavement"),
        (&["This is absolutely ridiculous, worst shop ever, I am furious!!!"], "anger"),
        (
            &[
                "Where is my parcel?",
                "It left our warehouse on Monday.",
                "Where is my parcel now?",
                "Parcels to Denmark take three days.",
                "But where is my parcel??",
            ],
            "loop",
        ),
        (&["Do you ship to the moon?", "I'm sorry, I don't know the answer to that."], "no_answer"),
        (&["I want my money", "I have refunded your order and you will see it tomorrow."], "false_promise"),
        (&["Hello?", ""], "model_empty"),
    ];
    for (texts, expected) in table {
        assert_eq!(last(texts).decision.rule, *expected, "{texts:?}");
    }
}

#[test]
fn ordinary_questions_stay_with_the_assistant() {
    for text in [
        "Where is my order?",
        "Is this wig made of human hair?",
        "Does the robot vacuum work on carpet?",
        "The delivery person left a card, where is my parcel?",
        "When are you open?",
        "No need for a person, thanks",
    ] {
        assert_eq!(last(&[text]).decision.action, Action::Stay, "{text}");
    }
}
