//! An honest wait with a deadline: by then a person, or a way to be called back. With the tab closed too.

use super::*;
use counterbell_protocol::event::Contact;

fn contact(reach: &str) -> ClientFrame {
    let contact = Contact { reach: reach.into(), name: None };
    ClientFrame::LeaveContact { id: MessageId(format!("l{}", reach.len())), contact }
}

#[test]
fn the_deadline_is_said_kept_and_fires_by_itself() {
    let bench = Bench::new(SHOP);
    let asked = bench.ask_person();
    let EventBody::Owner(change) = &asked.events[0].event else { panic!() };
    assert_eq!(change.deadline_ms, Some(bench.now_ms.get() + 180_000));

    bench.pass_ms(180_000);
    let due = bench.tick();
    assert_eq!(kinds(&due.events), ["contact_asked"]);
    assert!(bench.outbox().contains(&"overdue".to_owned()));
    assert_eq!(bench.owner(), Owner::Waiting);
    assert_eq!(bench.tick().events, [], "once");
}

#[test]
fn contact_is_stored_delivered_and_the_escalation_stays_open() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let left = bench.send(contact("shopper@example.com")).unwrap();
    assert_eq!(kinds(&left.events), ["contact"]);
    assert_eq!(bench.outbox(), ["requested", "contact_left"]);
    assert_eq!(bench.owner(), Owner::Waiting);
    assert!(bench.claim("Ada").is_ok());
}

#[test]
fn contact_needs_an_open_request_and_a_text() {
    let bench = Bench::new(SHOP);
    assert_eq!(bench.send(contact("a@b.example")).unwrap_err().code, "not_waiting");
    bench.ask_person();
    assert_eq!(bench.send(contact("  ")).unwrap_err().code, "bad_contact");
    assert_eq!(bench.send(contact(&"9".repeat(201))).unwrap_err().code, "bad_contact");
}

#[test]
fn outside_hours_contact_is_asked_for_at_once() {
    let hours = "\n[hours]\ntimezone = \"Europe/Berlin\"\nmon = [\"09:00-18:00\"]\n";
    let bench = Bench::new(&format!("{SHOP}{hours}"));
    // Thursday, 1 January 1970, shortly after midnight.
    let asked = bench.ask_person();
    assert_eq!(kinds(&asked.events), ["owner", "contact_asked"]);
    let EventBody::ContactAsked(asked) = &asked.events[1].event else { panic!() };
    // Monday the 5th, 9:00 in Berlin.
    assert_eq!(asked.back_at_ms, Some((4 * 24 + 8) * 3_600_000));
    assert_eq!(bench.outbox(), ["requested"]);
}

/// Open on Thursday, 1 January 1970 until 0:20, three minutes from now, and again on Friday at 9:00.
const LAST_MINUTES: &str = r#"
[hours]
timezone = "UTC"
thu = ["00:00-00:20"]
fri = ["09:00-18:00"]
"#;
const CLOSING_IN_MS: u64 = 200_000;

fn asked_when_people_are_back(effects: &Effects) {
    assert_eq!(kinds(&effects.events), ["owner", "contact_asked"]);
    let EventBody::ContactAsked(asked) = &effects.events[1].event else { panic!() };
    assert_eq!(asked.back_at_ms, Some((24 + 9) * 3_600_000));
}

#[test]
fn whose_person_has_gone_home_is_asked_at_once_too() {
    let bench = Bench::new(&format!("{SHOP}{LAST_MINUTES}"));
    assert_eq!(kinds(&bench.ask_person().events), ["owner"]);
    bench.claim("Ada").unwrap();
    bench.pass_ms(CLOSING_IN_MS);
    asked_when_people_are_back(&bench.tick());
}

#[test]
fn who_is_passed_on_after_hours_is_asked_at_once_too() {
    let bench = Bench::new(&format!("{SHOP}{LAST_MINUTES}"));
    bench.pass_ms(CLOSING_IN_MS - 10_000);
    bench.ask_person();
    let claim = bench.claim("Ada").unwrap().claim;
    bench.pass_ms(10_000);
    let transfer = counterbell_protocol::agent::Transfer { claim, queue: "billing".into() };
    asked_when_people_are_back(&bench.with(|core, cx| core.transfer(cx, &transfer)).unwrap());
    // Once is enough.
    let claim = bench.claim("Bob").unwrap().claim;
    let transfer = counterbell_protocol::agent::Transfer { claim, queue: "billing".into() };
    let again = bench.with(|core, cx| core.transfer(cx, &transfer)).unwrap();
    assert_eq!(kinds(&again.events), ["owner"]);
}

#[test]
fn taking_the_request_back_closes_it_everywhere() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
    assert_eq!(bench.owner(), Owner::Assistant);
    assert_eq!(bench.outbox(), ["requested", "withdrawn"]);
    bench.pass_ms(200_000);
    assert_eq!(kinds(&bench.tick().events), Vec::<String>::new());
    assert_eq!(bench.claim("Ada").unwrap_err().code, "not_waiting");
}

#[test]
fn a_helper_whose_request_is_withdrawn_leaves_nothing_behind() {
    let bench = Bench::new(&format!("{SHOP}\n[assistant]\nwhile_waiting = true\n"));
    bench.ask_person();
    let turn = bench.say("m1", "how long is the return period?").answer.unwrap();
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
    let late = bench.finish(&turn, &grounded("60 days."));
    assert_eq!(late.dropped, Some(turn.message));
    super::delivery::accept_all(&bench);
    assert_eq!(bench.core.store.alarm_ms.get(), None);
}

#[test]
fn asking_and_ending_in_turns_does_not_flood_the_queue() {
    let bench = Bench::new(SHOP);
    let mut refused = 0;
    for n in 0..50 {
        let ask = ClientFrame::AskPerson { id: MessageId(format!("a{n}")) };
        refused += usize::from(bench.send(ask).is_err_and(|error| error.code == "too_fast"));
        let _ = bench.send(ClientFrame::End { id: MessageId(format!("e{n}")) });
    }
    assert_eq!(bench.outbox().iter().filter(|kind| *kind == "requested").count(), 5);
    assert_eq!(refused, 45);
}

#[test]
fn the_alarm_is_set_to_what_is_due_first() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    // Deliver everything, so that only the deadline is left.
    super::delivery::accept_all(&bench);
    assert_eq!(bench.core.store.alarm_ms.get(), Some(bench.now_ms.get() + 180_000));
    bench.claim("Ada").unwrap();
    super::delivery::accept_all(&bench);
    assert_eq!(bench.core.store.alarm_ms.get(), Some(bench.now_ms.get() + 60_000));
}
