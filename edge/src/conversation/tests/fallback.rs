//! Who gets an escalation in a target's place gets all of it, and only what is still open.

use super::delivery::{attempt, next, record, states};
use super::*;
use crate::conversation::outbox::Lane;
use counterbell_protocol::event::Contact;

fn leave_contact(bench: &Bench) {
    let contact = Contact { reach: "+49 30 1".into(), name: None };
    bench.send(ClientFrame::LeaveContact { id: MessageId::new("contact"), contact }).unwrap();
}

/// What the fallback is sent, each accepted; its target answers as given.
fn to_fallback(bench: &Bench, target: Option<u16>) -> Vec<String> {
    let mut heard = Vec::new();
    while let Some(due) = next(bench) {
        let fell_back = matches!(due.lane, Lane::Fallback(_));
        record(bench, &due, if fell_back { Some(200) } else { target });
        let delivery: serde_json::Value = serde_json::from_str(&due.body).unwrap();
        heard.extend(fell_back.then(|| delivery["type"].as_str().unwrap().to_owned()));
    }
    heard
}

#[test]
fn what_was_said_before_it_fell_back_is_told_there_too() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    bench.say("m1", "my order is 123");
    leave_contact(&bench);
    assert_eq!(to_fallback(&bench, Some(503)), Vec::<String>::new());
    bench.pass_ms(60_000);
    bench.tick();
    let expected = ["escalation.requested", "escalation.message", "escalation.contact_left"];
    assert_eq!(to_fallback(&bench, Some(503)), expected);
    bench.say("m2", "hello?");
    bench.pass_ms(120_000);
    bench.tick();
    assert_eq!(to_fallback(&bench, Some(503)), ["escalation.message", "escalation.overdue"], "each once");
}

#[test]
fn a_way_to_be_reached_outlives_a_target_that_is_gone() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    leave_contact(&bench);
    record(&bench, &first, Some(410));
    assert_eq!(to_fallback(&bench, Some(410)), ["escalation.requested", "escalation.contact_left"]);
}

#[test]
fn a_request_that_was_taken_back_rings_nobody_else() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    assert_eq!(to_fallback(&bench, Some(503)), Vec::<String>::new());
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
    for _ in 0..10 {
        bench.pass_ms(60_000);
        bench.tick();
        assert_eq!(to_fallback(&bench, Some(503)), Vec::<String>::new());
    }
}

#[test]
fn a_target_that_is_gone_rings_nobody_for_what_is_over() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(200));
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
    assert_eq!(to_fallback(&bench, Some(410)), Vec::<String>::new());
}

#[test]
fn whoever_has_it_already_is_not_rung_for() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    assert_eq!(to_fallback(&bench, Some(503)), Vec::<String>::new());
    let claimed = bench.claim("Ada").unwrap();
    for _ in 0..4 {
        bench.pass_ms(30_000);
        bench.with(|core, cx| core.renew(cx, &claimed.claim)).unwrap();
        bench.tick();
        assert_eq!(to_fallback(&bench, Some(503)), Vec::<String>::new());
    }
    // It lapses: now somebody else must hear of it.
    bench.pass_ms(60_000);
    bench.tick();
    bench.pass_ms(60_000);
    bench.tick();
    assert!(to_fallback(&bench, Some(503)).contains(&"escalation.requested".to_owned()));
}

#[test]
fn a_target_that_was_renamed_meanwhile_keeps_its_fallback() {
    let mut bench = Bench::new(SHOP);
    bench.ask_person();
    assert_eq!(to_fallback(&bench, Some(503)), Vec::<String>::new());
    bench.view = Bench::new(&SHOP.replace("[[targets]]", "[[targets]]\nname = \"desk\"")).view;
    bench.pass_ms(60_000);
    bench.tick();
    assert_eq!(to_fallback(&bench, Some(503)), ["escalation.requested"]);
}

#[test]
fn that_a_target_is_gone_is_stored_with_what_follows_from_it_or_not_at_all() {
    for fails_at in 0..20 {
        let bench = Bench::new(SHOP);
        bench.ask_person();
        let first = next(&bench).unwrap();
        bench.core.store.fail_after.set(Some(fails_at));
        let gone = attempt(bench.now_ms.get(), Some(410), None);
        let stored = bench.with(|core, cx| core.target_gone(cx, &first, &gone));
        bench.core.store.fail_after.set(None);
        let expected: &[&str] = if stored.is_ok() { &["gone", "pending"] } else { &["pending"] };
        let states: Vec<String> = states(&bench).into_iter().map(|(_, state)| state).collect();
        assert_eq!(states, expected, "statement {fails_at}");
    }
}
