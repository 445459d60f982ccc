//! An escalation is never lost: in order, at least once, one id and one body, and kept when nobody takes it.

use super::*;
use crate::conversation::outbox::{Attempt, Due, Lane, UNDER_WAY_MS};
use crate::webhook::verdict::{Verdict, verdict};

fn accepted(at_ms: u64) -> Attempt {
    attempt(at_ms, Some(200), None)
}

/// Every receiver takes what is due now.
pub fn accept_all(bench: &Bench) {
    while let Some(due) = bench.core.take_due(bench.now_ms.get()).unwrap() {
        bench.core.record_attempt(&due, &accepted(bench.now_ms.get()), 0.5).unwrap();
    }
}

pub fn attempt(at_ms: u64, status: Option<u16>, retry_after: Option<&str>) -> Attempt {
    let verdict = verdict(status, retry_after, at_ms);
    Attempt { at_ms, duration_ms: 0, status, error: None, answer: None, verdict }
}

/// The next due row for a webhook; rows for the shop's object are accepted on the way.
pub fn next(bench: &Bench) -> Option<Due> {
    while let Some(due) = bench.core.take_due(bench.now_ms.get()).unwrap() {
        if !matches!(due.lane, Lane::Shop | Lane::Reports) {
            return Some(due);
        }
        bench.core.record_attempt(&due, &accepted(bench.now_ms.get()), 0.5).unwrap();
    }
    None
}

pub fn record(bench: &Bench, due: &Due, status: Option<u16>) -> Effects {
    let attempt = attempt(bench.now_ms.get(), status, None);
    match attempt.verdict {
        Verdict::Gone => bench.with(|core, cx| core.target_gone(cx, due, &attempt)).unwrap(),
        _ => bench.core.record_attempt(due, &attempt, 0.5).map(|()| Effects::default()).unwrap(),
    }
}

pub fn states(bench: &Bench) -> Vec<(String, String)> {
    let deliveries = bench.core.deliveries().unwrap();
    let for_webhooks = deliveries.into_iter().filter(|row| !matches!(row.lane, Lane::Shop | Lane::Reports));
    for_webhooks.map(|row| (row.kind, row.state)).collect()
}

#[test]
fn a_failed_attempt_is_tried_again_with_the_same_id_and_body() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(500));
    assert_eq!(next(&bench), None, "not before its time");
    bench.pass_ms(1_200);
    let second = next(&bench).unwrap();
    assert_eq!((second.id.clone(), second.body.clone()), (first.id, first.body));
    record(&bench, &second, Some(204));
    assert_eq!(states(&bench), [("requested".into(), "delivered".into())]);
}

#[test]
fn nobody_starts_an_attempt_that_is_under_way_but_a_crash_frees_it() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    assert_eq!(next(&bench), None);
    // The process died between the answer and its record: whoever wakes the object tries again at once.
    bench.core.wake(bench.now_ms.get()).unwrap();
    assert_eq!(next(&bench).unwrap().id, first.id);
    // Even if nobody does, the attempt does not count as under way for ever.
    bench.pass_ms(UNDER_WAY_MS);
    assert_eq!(next(&bench).unwrap().id, first.id);
}

#[test]
fn a_lane_keeps_its_order() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    bench.say("m1", "hello?");
    let first = next(&bench).unwrap();
    record(&bench, &first, None);
    assert_eq!(next(&bench), None, "the message waits behind the request");
    bench.pass_ms(2_000);
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(200));
    let second = next(&bench).unwrap();
    assert!(second.body.contains("escalation.message"), "{}", second.body);
}

#[test]
fn the_alarm_never_stands_still() {
    // With a receiver that is down and a queue behind it, the alarm must always be set to what is to come:
    // one in the past would ring for ever.
    let bench = Bench::new(SHOP);
    bench.ask_person();
    bench.say("m1", "hello?");
    bench.say("m2", "anybody?");
    for _ in 0..200 {
        bench.tick();
        while let Some(due) = bench.core.take_due(bench.now_ms.get()).unwrap() {
            record(&bench, &due, Some(503));
        }
        let Some(alarm_ms) = bench.core.store.alarm_ms.get() else { break };
        assert!(alarm_ms > bench.now_ms.get(), "{alarm_ms} at {}", bench.now_ms.get());
        bench.now_ms.set(alarm_ms);
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
fn the_shops_object_hears_of_every_change_of_owner() {
    let bench = Bench::new(SHOP);
    let registered = |bench: &Bench| {
        let deliveries = bench.core.deliveries().unwrap();
        deliveries.iter().filter(|row| row.kind == "register" && row.lane == Lane::Shop).count()
    };
    bench.ask_person();
    assert_eq!(registered(&bench), 1, "asked");
    bench.claim("Ada").unwrap();
    assert_eq!(registered(&bench), 2, "claimed");
    bench.pass_ms(60_000);
    bench.tick();
    assert_eq!((bench.owner(), registered(&bench)), (Owner::Waiting, 3), "lapsed");
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
    assert_eq!(registered(&bench), 4, "withdrawn");
    bench.ask_person();
    bench.send(ClientFrame::End { id: MessageId::new("e") }).unwrap();
    assert_eq!(registered(&bench), 6, "asked again and ended");
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
fn after_three_days_it_is_undeliverable_kept_and_can_be_replayed() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let mut attempts = 0;
    for _ in 0..2_000 {
        if let Some(due) = next(&bench) {
            attempts += 1;
            record(&bench, &due, Some(500));
        }
        bench.tick();
        bench.pass_ms(180_000);
    }
    assert!(attempts > 40, "{attempts}");
    assert!(states(&bench).iter().all(|(_, state)| state == "undeliverable"), "{:?}", states(&bench));
    assert!(bench.core.replay(bench.now_ms.get()).unwrap() >= 1);
    let again = next(&bench).unwrap();
    assert!(again.body.contains("escalation.requested"));
}

#[test]
fn retry_after_is_honoured() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let due = next(&bench).unwrap();
    let busy = attempt(bench.now_ms.get(), Some(429), Some("30"));
    assert_eq!(busy.verdict, Verdict::Failed { retry_after_ms: Some(30_000) });
    bench.core.record_attempt(&due, &busy, 0.5).unwrap();
    bench.pass_ms(29_999);
    assert_eq!(next(&bench), None);
    bench.pass_ms(1);
    assert!(next(&bench).is_some());
}

#[test]
fn a_new_request_does_not_wait_out_the_back_off_of_an_old_one() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    for _ in 0..200 {
        bench.tick();
        while let Some(due) = next(&bench) {
            record(&bench, &due, None);
        }
        bench.pass_ms(60_000);
    }
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
    while let Some(due) = next(&bench) {
        record(&bench, &due, None);
    }
    bench.ask_person();
    let mut bodies = Vec::new();
    while let Some(due) = next(&bench) {
        record(&bench, &due, Some(200));
        bodies.push(due.body);
    }
    let requests = bodies.iter().filter(|body| body.contains("escalation.requested")).count();
    assert!(requests >= 2, "the old head and the new one: {bodies:?}");
}

#[test]
fn what_a_receiver_always_refuses_does_not_keep_the_next_request_from_it() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(200));
    bench.say("m1", "a text that this receiver cannot read");
    let refused = next(&bench).unwrap();
    record(&bench, &refused, Some(422));
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
    bench.ask_person();
    let request = next(&bench).unwrap();
    assert!(request.body.contains("escalation.requested"), "{}", request.body);
    assert_eq!(next(&bench), None, "one at a time");
    record(&bench, &request, Some(200));
    // What is left keeps its order.
    bench.pass_ms(3_000);
    assert_eq!(next(&bench).unwrap().n, refused.n);
    assert_eq!(next(&bench), None, "one at a time");
    record(&bench, &refused, Some(200));
    assert!(next(&bench).unwrap().body.contains("escalation.withdrawn"));
}

#[test]
fn a_request_does_not_overtake_what_was_not_tried_yet_or_is_under_way() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(200));
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
    bench.ask_person();
    let withdrawn = next(&bench).unwrap();
    assert!(withdrawn.body.contains("escalation.withdrawn"), "{}", withdrawn.body);
    assert_eq!(next(&bench), None);
    record(&bench, &withdrawn, Some(500));
    bench.pass_ms(2_000);
    let request = next(&bench).unwrap();
    record(&bench, &request, Some(200));
    let again = next(&bench).unwrap();
    assert_eq!(again.n, withdrawn.n);
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w2") }).unwrap();
    bench.ask_person();
    assert_eq!(next(&bench), None, "the one before is under way");
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
fn a_late_attempt_does_not_undo_what_was_delivered() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let slow = next(&bench).unwrap();
    bench.pass_ms(UNDER_WAY_MS);
    let quick = next(&bench).unwrap();
    record(&bench, &quick, Some(200));
    record(&bench, &slow, None);
    assert_eq!(states(&bench)[0].1, "delivered");
    assert_eq!(next(&bench), None);
}

#[test]
fn every_attempt_is_on_record() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let due = next(&bench).unwrap();
    record(&bench, &due, Some(500));
    bench.pass_ms(2_000);
    let due = next(&bench).unwrap();
    record(&bench, &due, Some(200));
    let deliveries = bench.core.deliveries().unwrap();
    let statuses: Vec<_> = deliveries[0].attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(statuses, [Some(500), Some(200)]);
}

#[test]
fn a_shop_without_a_target_keeps_it_for_the_first_one() {
    let toml = SHOP.split("[[targets]]").next().unwrap();
    let bench = Bench::new(toml);
    bench.ask_person();
    assert_eq!(next(&bench).unwrap().lane, Lane::Target("default".into()));
}

#[test]
fn without_any_target_the_shopper_is_told_after_a_minute_and_the_first_target_hears_it_all() {
    let mut bench = Bench::new(SHOP.split("[[targets]]").next().unwrap());
    bench.ask_person();
    let no_target = next(&bench).unwrap();
    record(&bench, &no_target, None);
    bench.pass_ms(60_000);
    assert_eq!(kinds(&bench.tick().events), ["contact_asked"]);
    bench.pass_ms(120_000);
    assert_eq!(kinds(&bench.tick().events), Vec::<String>::new(), "once");
    bench.view = Bench::new(SHOP).view;
    let heard: Vec<String> = std::iter::from_fn(|| {
        let due = next(&bench)?;
        record(&bench, &due, Some(200));
        Some(due.body)
    })
    .collect();
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard[0].contains("escalation.requested") && heard[1].contains("escalation.overdue"));
}

#[test]
fn a_long_conversation_makes_no_body_that_receivers_refuse() {
    let bench = Bench::new(SHOP);
    for n in 0..20 {
        // Each of these characters is six bytes in JSON.
        let answer = grounded(&"\u{1}".repeat(16_000));
        let turn = bench.say(&format!("m{n}"), &"\"".repeat(8_000)).answer.unwrap();
        bench.finish(&turn, &answer);
    }
    bench.say("last", "I want to talk to a human");
    let request = next(&bench).unwrap();
    assert!(request.body.len() < 100_000, "{}", request.body.len());
    assert!(request.body.contains("I want to talk to a human"));
}
