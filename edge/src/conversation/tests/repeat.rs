//! Sent twice, taken once; read after any point, nothing missed and nothing twice.

use super::*;
use crate::conversation::log;
use crate::conversation::repeat::Kept;
use crate::conversation::say::said;
use crate::store::Store;
use counterbell_protocol::event::{Contact, Rating};

#[test]
fn a_message_that_is_sent_again_is_stored_once() {
    let bench = Bench::new(SHOP);
    let first = bench.say("m1", "Hello");
    let again = bench.say("m1", "Hello");
    assert_eq!(kinds(&first.events), ["message"]);
    assert_eq!(again, Effects::default());
    assert_eq!(texts(&bench.log()), ["Hello"]);
}

#[test]
fn the_log_has_no_gaps_and_is_read_from_any_point() {
    let bench = Bench::new(SHOP);
    for n in 0..20 {
        bench.say(&format!("m{n}"), &format!("text {n}"));
    }
    let all = bench.log();
    assert_eq!(
        all.iter().map(|event| event.seq).collect::<Vec<_>>(),
        (1..=all.len() as u64).collect::<Vec<_>>()
    );
    for after in 0..=all.len() {
        assert_eq!(bench.core.events_after(after as u64).unwrap(), all[after..]);
    }
}

#[test]
fn a_very_long_log_comes_in_pages_without_a_gap() {
    let bench = Bench::new(SHOP);
    for n in 0..1_050 {
        bench.say(&format!("m{n}"), "x");
        bench.pass_ms(2_000);
    }
    let (mut seen, mut after) = (Vec::new(), 0);
    loop {
        let missed = bench.core.missed(0, after).unwrap();
        if missed.events.is_empty() {
            break;
        }
        seen.extend(missed.events.iter().map(|event| event.seq));
        after = missed.ready.seq;
    }
    assert_eq!(seen, (1..=seen.len() as u64).collect::<Vec<_>>());
    assert!(seen.len() > 1_050, "{}", seen.len());
}

#[test]
fn a_page_of_long_messages_is_small_all_the_same() {
    let bench = Bench::new(SHOP);
    let long = || EventBody::Message(said(&MessageId::new("m"), &"x".repeat(8_000)));
    for _ in 0..500 {
        log::append(&bench.core.store, 0, long()).unwrap();
    }
    let (mut seen, mut pages) = (1, 0);
    while let Some(last) = bench.core.missed(0, seen).unwrap().events.last() {
        assert!(last.seq - seen < 200, "{} at once", last.seq - seen);
        (seen, pages) = (last.seq, pages + 1);
    }
    assert_eq!((seen, bench.core.events_after(0).unwrap()[0].seq), (501, 1));
    assert!(pages >= 3, "{pages}");
}

#[test]
fn what_cannot_be_stored_leaves_nothing_behind() {
    // Whatever statement fails, the message is there with all that follows from it, or not at all.
    for fails_at in 0..40 {
        let bench = Bench::new(SHOP);
        let before = bench.log();
        bench.core.store.fail_after.set(Some(fails_at));
        let sent = bench.send(say("m1", "I want to talk to a human"));
        bench.core.store.fail_after.set(None);
        if sent.is_err() {
            assert_eq!(bench.log(), before, "statement {fails_at}");
            assert_eq!(bench.outbox(), Vec::<String>::new(), "statement {fails_at}");
            assert_eq!(bench.core.store.alarm_ms.get(), None, "statement {fails_at}");
            bench.say("m1", "I want to talk to a human");
        }
        assert_eq!(bench.owner(), Owner::Waiting);
        assert_eq!(bench.outbox(), ["requested"]);
        assert!(bench.core.store.alarm_ms.get().is_some());
    }
}

#[test]
fn bad_input_is_refused_by_name() {
    let bench = Bench::new(SHOP);
    let check = |frame: ClientFrame, code: &str| assert_eq!(bench.send(frame).unwrap_err().code, code);
    check(say("m1", ""), "empty");
    check(say("m1", " \n\t "), "empty");
    check(say("m1", &"x".repeat(8_001)), "too_long");
    check(say("", "Hello"), "bad_id");
    check(say("a b", "Hello"), "bad_id");
    check(say(&"a".repeat(65), "Hello"), "bad_id");
    check(ClientFrame::Withdraw { id: MessageId::new("w1") }, "not_waiting");
    assert_eq!(texts(&bench.log()), Vec::<String>::new());
}

#[test]
fn a_flood_is_refused_until_a_minute_has_passed() {
    let bench = Bench::new(SHOP);
    for n in 0..60 {
        bench.say(&format!("m{n}"), "x");
    }
    assert_eq!(bench.send(say("m60", "x")).unwrap_err().code, "too_fast");
    bench.ask_person();
    assert_eq!(bench.owner(), Owner::Waiting, "a person can always be asked for");
    bench.pass_ms(61_000);
    bench.say("m60", "x");
}

#[test]
fn who_asks_for_a_person_again_and_again_fills_no_memory() {
    let bench = Bench::new(SHOP);
    for n in 0..300 {
        let ask = ClientFrame::AskPerson { id: MessageId(format!("a{n}")) };
        bench.send(ask).unwrap();
    }
    let row = bench.core.store.row("SELECT count(*) FROM taken", &[]).unwrap().unwrap();
    assert!(row.count(0).unwrap() <= 60, "{row:?}");
    assert_eq!(bench.outbox(), ["requested"]);
}

#[test]
fn card_numbers_are_never_stored() {
    let bench = Bench::new(SHOP);
    bench.say("m1", "my card is 4111 1111 1111 1111");
    assert_eq!(texts(&bench.log()), ["my card is •••• 1111"]);
    bench.ask_person();
    let contact = Contact { reach: "a@b.example".into(), name: Some("Ada 4111 1111 1111 1111".into()) };
    bench.send(ClientFrame::LeaveContact { id: MessageId::new("c"), contact }).unwrap();
    let rating = Rating { solved: true, comment: Some("4111-1111-1111-1111 was charged".into()) };
    bench.send(ClientFrame::Rate { id: MessageId::new("r"), rating }).unwrap();
    assert!(!serde_json::to_string(&bench.log()).unwrap().contains("4111"));
}

#[test]
fn a_kept_answer_is_given_again_and_its_key_fits_one_call() {
    let bench = Bench::new(SHOP);
    let kept = Kept { status: 200, body: "{}".into() };
    bench.core.keep_answer(1, "k", "claim 1", &kept).unwrap();
    assert_eq!(bench.core.answered_before("k", "claim 1").unwrap(), Some(kept));
    assert_eq!(bench.core.answered_before("k", "reply 1").unwrap_err().code, "key_reused");
    assert_eq!(bench.core.answered_before("other", "claim 1").unwrap(), None);
}

#[test]
fn answers_are_kept_for_three_days_and_not_for_ever() {
    let bench = Bench::new(SHOP);
    let kept = Kept { status: 200, body: "{}".into() };
    bench.core.keep_answer(bench.now_ms.get(), "k", "claim 1", &kept).unwrap();
    bench.pass_ms(72 * 3_600_000);
    bench.tick();
    assert_eq!(bench.core.answered_before("k", "claim 1").unwrap(), Some(kept));
    bench.pass_ms(25 * 3_600_000);
    bench.tick();
    assert_eq!(bench.core.answered_before("k", "claim 1").unwrap(), None);
}
