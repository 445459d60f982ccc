//! One voice at a time: whoever does not own the conversation is not heard.

use super::*;
use counterbell_protocol::agent::{Note, Transfer};
use counterbell_protocol::event::{Author, OwnerCause};

fn claimed() -> (Bench, Claimed) {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let claimed = bench.claim("Ada").unwrap();
    (bench, claimed)
}

fn last_cause(bench: &Bench) -> OwnerCause {
    let log = bench.log();
    log.iter()
        .rev()
        .find_map(|event| match &event.event {
            EventBody::Owner(change) => Some(change.cause),
            _ => None,
        })
        .unwrap()
}

#[test]
fn two_requests_for_a_person_make_one_escalation() {
    let bench = Bench::new(SHOP);
    bench.say("m1", "can I talk to a human");
    bench.ask_person();
    bench.ask_person();
    assert_eq!(bench.outbox(), ["requested"]);
    assert_eq!(bench.epoch(), 2);
}

#[test]
fn two_people_claim_and_one_gets_it() {
    let (bench, _) = claimed();
    assert_eq!(bench.claim("Bob").unwrap_err().code, "held");
    assert_eq!(bench.core.held_by().unwrap().unwrap().name, "Ada");
    // Who has it may ask again, say after a lost answer.
    assert!(bench.claim("Ada").is_ok());
}

#[test]
fn nobody_can_claim_what_nobody_asked_for() {
    let bench = Bench::new(SHOP);
    assert_eq!(bench.claim("Ada").unwrap_err().code, "not_waiting");
}

#[test]
fn the_assistant_is_silent_while_a_person_has_it() {
    let (bench, _) = claimed();
    let effects = bench.say("m2", "are you there?");
    assert_eq!(effects.answer, None);
    assert_eq!(bench.outbox(), ["requested", "message"]);
}

#[test]
fn an_assistant_that_helps_while_one_waits_is_silent_once_a_person_has_it() {
    let bench = Bench::new(&format!("{SHOP}\n[assistant]\nwhile_waiting = true\n"));
    bench.ask_person();
    assert!(bench.say("m1", "how long is the return period?").answer.is_some());
    bench.claim("Ada").unwrap();
    let effects = bench.say("m2", "and to Norway?");
    assert_eq!((effects.answer, kinds(&effects.events)), (None, vec!["message".to_owned()]));
}

#[test]
fn an_answer_written_before_the_handoff_is_not_heard_after_it() {
    let bench = Bench::new(SHOP);
    let turn = bench.say("m1", "where is my parcel").answer.unwrap();
    bench.ask_person();
    let late = bench.finish(&turn, &grounded("It is on its way."));
    assert_eq!(late.dropped.as_ref(), Some(&turn.message));
    assert!(!bench.core.grow(bench.now_ms.get(), &turn, "It is").unwrap());
    assert_eq!(texts(&bench.log()), ["where is my parcel"]);
}

#[test]
fn a_lapsed_person_is_refused_and_the_shopper_is_back_at_the_old_place() {
    let (bench, ada) = claimed();
    super::delivery::accept_all(&bench);
    let since_ms = bench.core.open_escalation().unwrap().unwrap().since_ms;
    bench.pass_ms(59_999);
    assert_eq!(bench.tick().events, []);
    bench.pass_ms(1);
    bench.tick();
    assert_eq!((bench.owner(), last_cause(&bench)), (Owner::Waiting, OwnerCause::Lapsed));
    assert_eq!(bench.reply(&ada.claim, "r1", "sorry, late").unwrap_err().code, "claim_lapsed");
    assert_eq!(bench.core.open_escalation().unwrap().unwrap().since_ms, since_ms);
    // The queue hears of it again, and somebody else may claim.
    assert_eq!(bench.outbox(), ["requested", "requested"]);
    assert!(bench.claim("Bob").is_ok());
}

#[test]
fn a_lease_that_is_over_is_over_before_the_alarm_rings() {
    let (bench, ada) = claimed();
    bench.pass_ms(60_000);
    assert_eq!(bench.reply(&ada.claim, "r1", "late").unwrap_err().code, "claim_lapsed");
    assert!(bench.claim("Bob").is_ok());
}

#[test]
fn a_heartbeat_and_a_reply_both_renew_the_lease() {
    let (bench, ada) = claimed();
    bench.pass_ms(50_000);
    bench.with(|core, cx| core.renew(cx, &ada.claim)).unwrap();
    bench.pass_ms(50_000);
    bench.reply(&ada.claim, "r1", "hello").unwrap();
    bench.pass_ms(50_000);
    bench.tick();
    assert_eq!(bench.owner(), Owner::Person);
    assert!(bench.core.store.alarm_ms.get().is_some());
}

#[test]
fn a_reply_is_stored_once_and_stays_text() {
    let (bench, ada) = claimed();
    let html = "<img src=x onerror=alert(1)>";
    let first = bench.reply(&ada.claim, "r1", html).unwrap();
    assert_eq!(bench.reply(&ada.claim, "r1", html).unwrap(), first);
    let messages = bench.core.history(10).unwrap();
    assert_eq!(messages.len(), 1);
    assert_eq!((messages[0].from, messages[0].text.as_str()), (Author::Person, html));
    assert_eq!(messages[0].name.as_deref(), Some("Ada"));
}

#[test]
fn an_id_that_was_used_for_other_words_is_refused_and_not_swallowed() {
    let (bench, ada) = claimed();
    bench.reply(&ada.claim, "1", "hello from Ada").unwrap();
    bench.pass_ms(60_000);
    bench.tick();
    let bob = bench.claim("Bob").unwrap();
    assert_eq!(bench.reply(&bob.claim, "1", "hello from Bob").unwrap_err().code, "id_reused");
    bench.reply(&bob.claim, "2", "hello from Bob").unwrap();
}

#[test]
fn someone_elses_claim_is_worth_nothing() {
    let (bench, _) = claimed();
    for claim in ["", "x", "id1"] {
        assert_eq!(bench.reply(claim, "r1", "hi").unwrap_err().code, "claim_lapsed");
    }
}

#[test]
fn notes_stay_among_people() {
    let (bench, ada) = claimed();
    let note = Note { claim: ada.claim, text: "rude customer".into() };
    let effects = bench.with(|core, cx| core.note(cx, &note)).unwrap();
    assert_eq!((effects.events.len(), effects.notes.len()), (0, 1));
    assert!(!serde_json::to_string(&bench.log()).unwrap().contains("rude"));
    assert_eq!(bench.core.transcript(0).unwrap().notes.len(), 1);
}

#[test]
fn a_person_passes_it_on_gives_it_back_or_ends_it() {
    let (bench, ada) = claimed();
    let transfer = Transfer { claim: ada.claim.clone(), queue: "billing".into() };
    bench.with(|core, cx| core.transfer(cx, &transfer)).unwrap();
    assert_eq!((bench.owner(), last_cause(&bench)), (Owner::Waiting, OwnerCause::Transferred));
    assert_eq!(bench.core.open_escalation().unwrap().unwrap().queue, "billing");

    let bob = bench.claim("Bob").unwrap();
    bench.with(|core, cx| core.release(cx, &bob.claim)).unwrap();
    assert_eq!((bench.owner(), last_cause(&bench)), (Owner::Assistant, OwnerCause::Released));
    assert!(bench.say("m9", "and where is my parcel?").answer.is_some());

    bench.ask_person();
    let eve = bench.claim("Eve").unwrap();
    bench.with(|core, cx| core.resolve(cx, &eve.claim)).unwrap();
    assert_eq!((bench.owner(), last_cause(&bench)), (Owner::Closed, OwnerCause::Resolved));
    assert!(bench.outbox().contains(&"closed".to_owned()));
    assert_eq!(bench.with(|core, cx| core.resolve(cx, &eve.claim)).unwrap_err().code, "claim_lapsed");
}

#[test]
fn who_writes_after_the_end_is_heard() {
    let (bench, ada) = claimed();
    bench.with(|core, cx| core.resolve(cx, &ada.claim)).unwrap();
    assert!(bench.say("m2", "one more thing").answer.is_some());
    assert_eq!((bench.owner(), last_cause(&bench)), (Owner::Assistant, OwnerCause::Reopened));
}

#[test]
fn each_change_raises_the_epoch_by_one() {
    let (bench, ada) = claimed();
    bench.with(|core, cx| core.release(cx, &ada.claim)).unwrap();
    let log = bench.log();
    let epochs: Vec<u64> = log
        .iter()
        .filter_map(|event| match &event.event {
            EventBody::Owner(change) => Some(change.epoch),
            _ => None,
        })
        .collect();
    assert_eq!(epochs, [1, 2, 3, 4]);
}
