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
