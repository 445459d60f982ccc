//! What is not taken is reported to the shop's object, each time it changes, until it is taken.

use super::delivery::{attempt, record};
use super::*;
use crate::conversation::outbox::{Attempt, Due};
use crate::shop::Report;
use crate::store::Store;
use counterbell_protocol::agent::{Standing, Undelivered};

/// The next row for a webhook; what is for the shop's object is taken on the way, reports into `reports`.
fn next(bench: &Bench, reports: &mut Vec<Report>) -> Option<Due> {
    while let Some(due) = bench.core.take_due(bench.now_ms.get()).unwrap() {
        match due.lane {
            Lane::Shop => {}
            Lane::Reports => reports.push(serde_json::from_str(&due.body).unwrap()),
            Lane::Target(_) | Lane::Fallback(_) => return Some(due),
        }
        record(bench, &due, Some(200));
    }
    None
}

/// Tries whatever is due, with this answer; the reports that follow.
fn tried(bench: &Bench, status: Option<u16>) -> Vec<Report> {
    let mut reports = Vec::new();
    while let Some(due) = next(bench, &mut reports) {
        record(bench, &due, status);
    }
    reports
}

fn standings(reports: &[Report]) -> Vec<Option<(String, Standing, u32)>> {
    let standing = |one: &Undelivered| (one.event.clone(), one.state, one.tries);
    reports.iter().map(|report| report.undelivered.as_ref().map(standing)).collect()
}

fn without_fallback() -> Bench {
    Bench::new(&SHOP.replace("fallback", "# fallback"))
}

fn failing(tries: u32) -> Option<(String, Standing, u32)> {
    Some(("escalation.requested".into(), Standing::Failing, tries))
}

#[test]
fn what_is_taken_within_its_first_minute_is_not_reported() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    for seconds in [0, 1, 2, 5, 10] {
        bench.pass_ms(seconds * 1_000);
        assert_eq!(tried(&bench, Some(500)), [], "{seconds}");
    }
    bench.pass_ms(20_000);
    assert_eq!(tried(&bench, Some(200)), []);
}

#[test]
fn each_change_is_reported_from_when_the_minute_is_lost_until_it_is_taken() {
    let bench = without_fallback();
    bench.ask_person();
    let asked_ms = bench.now_ms.get();
    for seconds in [0, 1, 2, 5, 10] {
        bench.pass_ms(seconds * 1_000);
        tried(&bench, Some(500));
    }
    bench.pass_ms(20_000);
    let reports = tried(&bench, None);
    assert_eq!(standings(&reports), [failing(6)]);
    let first = reports[0].undelivered.clone().unwrap();
    assert_eq!((first.since_ms, first.last_ms), (asked_ms, asked_ms + 38_000));
    assert_eq!(
        (first.next_ms, first.status, first.target.as_str()),
        (Some(asked_ms + 68_000), None, "default")
    );
    bench.pass_ms(30_000);
    let second = tried(&bench, Some(503));
    assert_eq!(
        (standings(&second), second[0].undelivered.as_ref().unwrap().status),
        (vec![failing(7)], Some(503))
    );
    bench.pass_ms(60_000);
    let taken = tried(&bench, Some(200));
    assert_eq!(standings(&taken), [None]);
    let versions: Vec<u64> = [&reports, &second, &taken].map(|reports| reports[0].version).into();
    assert_eq!(versions, [1, 2, 3]);
}

#[test]
fn a_long_retry_after_is_reported_at_once() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let mut reports = Vec::new();
    let due = next(&bench, &mut reports).unwrap();
    let busy = attempt(bench.now_ms.get(), Some(503), Some("90"));
    bench.core.record_attempt(&due, &busy, 0.5).unwrap();
    assert_eq!(next(&bench, &mut reports), None);
    assert_eq!(standings(&reports), [failing(1)]);
}

#[test]
fn an_error_of_any_length_is_told_in_short() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let mut reports = Vec::new();
    let due = next(&bench, &mut reports).unwrap();
    let busy = attempt(bench.now_ms.get(), None, Some("90"));
    let busy = Attempt { error: Some("x".repeat(5_000)), ..busy };
    bench.core.record_attempt(&due, &busy, 0.5).unwrap();
    next(&bench, &mut reports);
    let error = reports[0].undelivered.as_ref().unwrap().error.clone().unwrap();
    assert_eq!(error.chars().count(), 200);
}

#[test]
fn after_three_days_it_is_reported_as_given_up_and_a_replay_as_failing_again() {
    let bench = without_fallback();
    bench.ask_person();
    let mut last = None;
    for _ in 0..1_500 {
        last = tried(&bench, Some(500)).pop().or(last);
        bench.pass_ms(180_000);
    }
    let last = last.unwrap();
    let given_up = last.undelivered.as_ref().unwrap();
    assert_eq!(
        (given_up.state, given_up.status, given_up.next_ms),
        (Standing::Undeliverable, Some(500), None)
    );
    assert!(given_up.tries > 40, "{}", given_up.tries);

    assert_eq!(bench.core.replay_rows(bench.now_ms.get(), &[last.row]).unwrap(), 1);
    let mut reports = Vec::new();
    let again = next(&bench, &mut reports).unwrap();
    assert_eq!((again.n, again.id.as_str()), (last.row, given_up.delivery.as_str()));
    assert_eq!(next(&bench, &mut reports), None);
    // It stays on the list until it is taken, and the attempts of before still count.
    assert_eq!(standings(&reports), [failing(given_up.tries)]);
    // And it has its 72 hours once more, from the first try on.
    record(&bench, &again, Some(500));
    bench.pass_ms(1_200);
    assert_eq!(standings(&tried(&bench, Some(200))), [None]);
}

#[test]
fn what_was_never_tried_in_its_three_days_is_reported_too() {
    let bench = without_fallback();
    bench.ask_person();
    let mut reports = Vec::new();
    let first = next(&bench, &mut reports).unwrap();
    bench.say("m1", "hello?");
    let busy = attempt(bench.now_ms.get(), Some(503), Some("900"));
    bench.core.record_attempt(&first, &busy, 0.5).unwrap();
    bench.pass_ms(72 * 3_600_000);
    let states: Vec<_> = tried(&bench, None)
        .into_iter()
        .filter_map(|report| report.undelivered)
        .map(|one| one.state)
        .collect();
    // The one that tells of an overdue wait is new; its 72 hours begin now.
    assert_eq!(states[states.len() - 2..], [Standing::Undeliverable; 2], "{states:?}");
}

#[test]
fn one_report_is_under_way_at_a_time() {
    let bench = without_fallback();
    bench.ask_person();
    let due = next(&bench, &mut Vec::new()).unwrap();
    assert_eq!(next(&bench, &mut Vec::new()), None);
    let busy = |seconds: &str| attempt(bench.now_ms.get(), Some(503), Some(seconds));
    bench.core.record_attempt(&due, &busy("70"), 0.5).unwrap();
    let first = bench.core.take_due(bench.now_ms.get()).unwrap().unwrap();
    assert_eq!(first.lane, Lane::Reports);
    bench.core.replay(bench.now_ms.get()).unwrap();
    let due = bench.core.take_due(bench.now_ms.get()).unwrap().unwrap();
    bench.core.record_attempt(&due, &busy("80"), 0.5).unwrap();
    assert_eq!(bench.core.take_due(bench.now_ms.get()).unwrap(), None);
    record(&bench, &first, Some(200));
    assert_eq!(standings(&tried(&bench, Some(200))), [failing(2)]);
}

#[test]
fn what_is_under_way_is_not_sent_twice_by_a_replay() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let mut reports = Vec::new();
    let due = next(&bench, &mut reports).unwrap();
    assert_eq!(bench.core.replay_rows(bench.now_ms.get(), &[due.n]).unwrap(), 0);
    assert_eq!(next(&bench, &mut reports), None);
}

#[test]
fn a_replay_of_one_case_leaves_what_was_stopped_in_another() {
    let bench = without_fallback();
    let mut reports = Vec::new();
    for _ in 0..2 {
        bench.ask_person();
        bench.say(&format!("m{}", bench.now_ms.get()), "hello?");
        let request = next(&bench, &mut reports).unwrap();
        record(&bench, &request, Some(410));
        bench.send(ClientFrame::Withdraw { id: MessageId(format!("w{}", bench.now_ms.get())) }).unwrap();
        assert_eq!(next(&bench, &mut reports), None);
        bench.pass_ms(1_000);
    }
    // The request, the message and its withdrawal.
    assert_eq!(bench.core.replay_rows(bench.now_ms.get(), &[reports[0].row]).unwrap(), 3);
}

#[test]
fn what_was_stopped_by_a_410_goes_out_with_it() {
    let bench = without_fallback();
    bench.ask_person();
    bench.say("m1", "hello?");
    let mut reports = Vec::new();
    let first = next(&bench, &mut reports).unwrap();
    record(&bench, &first, Some(410));
    bench.say("m2", "anybody?");
    assert_eq!(next(&bench, &mut reports), None);
    let gone = reports.last().unwrap();
    assert_eq!((reports.len(), gone.undelivered.as_ref().unwrap().state), (1, Standing::Gone));

    assert_eq!(bench.core.replay_rows(bench.now_ms.get(), &[gone.row]).unwrap(), 3);
    let mut kinds = Vec::new();
    while let Some(due) = next(&bench, &mut reports) {
        record(&bench, &due, Some(200));
        kinds.push(serde_json::from_str::<serde_json::Value>(&due.body).unwrap()["type"].clone());
    }
    assert_eq!(kinds, ["escalation.requested", "escalation.message", "escalation.message"]);
    assert_eq!(standings(&reports).last(), Some(&None));
}

#[test]
fn what_failed_before_its_target_said_410_is_reported_as_gone() {
    let bench = without_fallback();
    bench.ask_person();
    tried(&bench, Some(200));
    bench.say("m1", "a text that this receiver cannot read");
    for seconds in [0, 1, 2, 5, 10, 20] {
        bench.pass_ms(seconds * 1_000);
        tried(&bench, Some(422));
    }
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
    bench.ask_person();
    let mut reports = Vec::new();
    let request = next(&bench, &mut reports).unwrap();
    record(&bench, &request, Some(410));
    next(&bench, &mut reports);
    let states: Vec<_> = reports.iter().flat_map(|report| &report.undelivered).map(|one| one.state).collect();
    assert_eq!(states, [Standing::Gone, Standing::Gone], "{reports:?}");
}

#[test]
fn a_report_that_nobody_takes_is_replaced_by_a_newer_one() {
    let bench = without_fallback();
    bench.ask_person();
    for _ in 0..60 {
        while let Some(due) = bench.core.take_due(bench.now_ms.get()).unwrap() {
            record(&bench, &due, None);
        }
        bench.pass_ms(60_000);
    }
    let deliveries = bench.core.deliveries().unwrap();
    let reports = deliveries.iter().filter(|row| row.lane == Lane::Reports).count();
    let orphans = "SELECT 1 FROM attempt WHERE outbox NOT IN (SELECT n FROM outbox)";
    assert_eq!((reports, bench.core.store.rows(orphans, &[]).unwrap().len()), (1, 0));
    // Whoever takes it hears how it stands now.
    bench.pass_ms(4 * 3_600_000);
    let mut reports = Vec::new();
    while let Some(due) = bench.core.take_due(bench.now_ms.get()).unwrap() {
        if due.lane == Lane::Reports {
            reports.push(serde_json::from_str::<Report>(&due.body).unwrap());
        }
        record(&bench, &due, if due.lane == Lane::Reports { Some(200) } else { None });
    }
    let tries = reports.last().unwrap().undelivered.as_ref().unwrap().tries;
    let attempts = deliveries.iter().find(|row| row.kind == "requested").unwrap().attempts.len();
    assert_eq!(tries as usize, attempts + 1);
}

#[test]
fn a_replay_of_what_was_taken_says_so() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let mut reports = Vec::new();
    let due = next(&bench, &mut reports).unwrap();
    let busy = attempt(bench.now_ms.get(), Some(503), Some("90"));
    bench.core.record_attempt(&due, &busy, 0.5).unwrap();
    bench.pass_ms(90_000);
    tried(&bench, Some(200));
    // The shop's object has missed that: it asks for a replay.
    assert_eq!(bench.core.replay_rows(bench.now_ms.get(), &[due.n]).unwrap(), 0);
    assert_eq!(standings(&tried(&bench, Some(200))), [None]);
}

#[test]
fn a_replay_while_something_is_tried_for_the_first_time_reports_nothing_that_is_not_known() {
    let bench = without_fallback();
    bench.ask_person();
    bench.say("m1", "hello?");
    let mut reports = Vec::new();
    let request = next(&bench, &mut reports).unwrap();
    bench.pass_ms(59_000);
    record(&bench, &request, Some(200));
    // The message has waited behind it, and is under way now.
    let message = next(&bench, &mut reports).unwrap();
    assert_eq!(bench.core.replay(bench.now_ms.get()).unwrap(), 0);
    record(&bench, &message, Some(200));
    assert_eq!(next(&bench, &mut reports), None);
    assert_eq!(standings(&reports), []);
}
