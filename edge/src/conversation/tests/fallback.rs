//! Who gets an escalation in a target's place gets all of it, and only what is still open.

use super::delivery::{accept_all, attempt, next, record, states};
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

#[test]
fn after_a_minute_the_fallback_gets_it_too_and_the_shopper_is_told() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(503));
    bench.pass_ms(60_000);
    let effects = bench.tick();
    assert_eq!(kinds(&effects.events), ["contact_asked"]);
    let mut lanes = Vec::new();
    while let Some(due) = next(&bench) {
        assert_eq!((due.id.as_str(), due.body.as_str()), (first.id.as_str(), first.body.as_str()));
        lanes.push(due.lane.clone());
    }
    assert_eq!(lanes, [Lane::Target("default".into()), Lane::Fallback("default".into())]);
    bench.tick();
    assert_eq!(bench.outbox().len(), 2, "once");
}

#[test]
fn what_was_accepted_but_not_claimed_by_the_deadline_goes_to_the_fallback() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(204));
    bench.pass_ms(179_999);
    bench.tick();
    assert_eq!(next(&bench), None, "it was accepted in time");
    bench.pass_ms(1);
    bench.tick();
    let lanes: Vec<_> = std::iter::from_fn(|| {
        let due = next(&bench)?;
        record(&bench, &due, Some(204));
        Some((due.lane, due.id == first.id && due.body == first.body))
    })
    .collect();
    let (target, fallback) = (Lane::Target("default".into()), Lane::Fallback("default".into()));
    let expected = [(target, false), (fallback.clone(), true), (fallback, false)];
    assert_eq!(lanes, expected, "overdue, and the escalation itself");
}

#[test]
fn the_alarm_does_not_let_a_long_retry_after_delay_the_fallback() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let due = next(&bench).unwrap();
    let asked_ms = bench.now_ms.get();
    bench.core.record_attempt(&due, &attempt(asked_ms, Some(503), Some("900")), 0.5).unwrap();
    accept_all(&bench);
    assert_eq!(bench.core.store.alarm_ms.get(), Some(asked_ms + 60_000));
}

#[test]
fn a_target_that_is_gone_gets_nothing_more_but_the_escalation_goes_on() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    bench.say("m1", "hello?");
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(410));
    let left = next(&bench).unwrap();
    assert_eq!((&left.lane, &left.id), (&Lane::Fallback("default".into()), &first.id));
    record(&bench, &left, Some(200));
    assert_eq!(states(&bench)[0].1, "gone");
    assert_eq!(states(&bench)[1].1, "gone");
    bench.say("m2", "still there?");
    let later: Vec<Lane> = std::iter::from_fn(|| {
        let due = next(&bench)?;
        record(&bench, &due, Some(200));
        Some(due.lane)
    })
    .collect();
    assert!(!later.contains(&Lane::Target("default".into())), "{later:?}");
}

#[test]
fn where_the_only_target_is_gone_the_shopper_is_told_at_once() {
    let bench = Bench::new(&SHOP.replace("fallback", "# fallback"));
    bench.ask_person();
    let first = next(&bench).unwrap();
    let told = record(&bench, &first, Some(410));
    assert_eq!(kinds(&told.events), ["contact_asked"]);
}

#[test]
fn where_the_target_is_gone_and_the_fallback_does_not_accept_the_shopper_is_told_after_a_minute() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    let told = record(&bench, &first, Some(410));
    assert_eq!(kinds(&told.events), Vec::<String>::new(), "the fallback may still take it");
    let copy = next(&bench).unwrap();
    let busy = attempt(bench.now_ms.get(), Some(503), Some("600"));
    bench.core.record_attempt(&copy, &busy, 0.5).unwrap();
    accept_all(&bench);
    let asked_ms = bench.now_ms.get();
    assert_eq!(bench.core.store.alarm_ms.get(), Some(asked_ms + 60_000));
    bench.pass_ms(60_000);
    assert_eq!(kinds(&bench.tick().events), ["contact_asked"]);
    assert_eq!(bench.core.store.alarm_ms.get(), Some(asked_ms + 180_000), "the deadline is next");
    assert_eq!(bench.tick().events, [], "once");
}

#[test]
fn who_got_it_as_a_fallback_hears_what_becomes_of_it() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(503));
    bench.pass_ms(60_000);
    bench.tick();
    let contact = counterbell_protocol::event::Contact { reach: "a@b.example".into(), name: None };
    bench.send(ClientFrame::LeaveContact { id: MessageId::new("l"), contact }).unwrap();
    let deliveries = bench.core.deliveries().unwrap();
    let lanes = deliveries.iter().filter(|row| row.kind == "contact_left").map(|row| row.lane.clone());
    let expected = [Lane::Target("default".into()), Lane::Fallback("default".into())];
    assert_eq!(lanes.collect::<Vec<_>>(), expected);
}

#[test]
fn one_target_that_has_it_is_enough() {
    let second = "\n[[targets]]\nname = \"second\"\nurl = \"https://second.example/webhook\"\n";
    let bench = Bench::new(&format!("{SHOP}{second}"));
    bench.ask_person();
    let asked_ms = bench.now_ms.get();
    let (first, other) = (next(&bench).unwrap(), next(&bench).unwrap());
    assert_eq!(first.id, other.id);
    bench.core.record_attempt(&first, &attempt(asked_ms, Some(503), Some("900")), 0.5).unwrap();
    record(&bench, &other, Some(200));
    bench.pass_ms(60_000);
    assert_eq!(bench.tick().events, [], "somebody has it");
    let copy = next(&bench).unwrap();
    assert_eq!(copy.lane, Lane::Fallback("default".into()), "its own stand-in is rung all the same");
    bench.core.record_attempt(&copy, &attempt(bench.now_ms.get(), Some(503), Some("900")), 0.5).unwrap();
    accept_all(&bench);
    assert_eq!(
        bench.core.store.alarm_ms.get(),
        Some(asked_ms + 180_000),
        "nothing is left to be done before"
    );
    bench.say("m1", "hello?");
    while let Some(due) = next(&bench) {
        let told = record(&bench, &due, Some(if due.lane == other.lane { 410 } else { 503 }));
        assert_eq!(told.events, [], "the two others may take it yet");
    }
    bench.tick();
    assert_eq!(kinds(&bench.log()).last().unwrap(), "contact_asked", "nobody has it any more");
}
