//! Who hears of an escalation hears how it goes on and how it ends, also where it was passed to another queue or
//! the shop has named its targets anew meanwhile.

use super::delivery::{next, record};
use super::*;
use counterbell_protocol::agent::Transfer;
use counterbell_protocol::event::Contact;
use counterbell_protocol::webhook::{Delivery, What};

const TWO_QUEUES: &str = r#"
id = "demo"
name = "Demo"
origins = ["https://shop.example"]

[[targets]]
name = "desk"
url = "https://desk.example/webhook"
fallback = "https://pager.example/webhook"

[[targets]]
name = "billing"
queue = "billing"
url = "https://billing.example/webhook"
fallback = "https://night.example/webhook"
"#;

fn leave_contact(bench: &Bench, reach: &str) {
    let contact = Contact { reach: reach.into(), name: None };
    bench.send(ClientFrame::LeaveContact { id: MessageId(format!("c{}", reach.len())), contact }).unwrap();
}

fn withdraw(bench: &Bench) {
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
}

fn transfer(bench: &Bench, queue: &str) {
    let claim = bench.claim("Ada").unwrap().claim;
    let transfer = Transfer { claim, queue: queue.into() };
    bench.with(|core, cx| core.transfer(cx, &transfer)).unwrap();
}

/// What is due now, all of it taken: each receiver with what it heard.
fn heard(bench: &Bench) -> Vec<(Lane, String)> {
    let taken = std::iter::from_fn(|| {
        let due = next(bench)?;
        record(bench, &due, Some(200));
        let delivery: serde_json::Value = serde_json::from_str(&due.body).unwrap();
        Some((due.lane, delivery["type"].as_str().unwrap().to_owned()))
    });
    taken.collect()
}

fn heard_by(heard: &[(Lane, String)], lane: &Lane) -> Vec<String> {
    heard.iter().filter(|(by, _)| by == lane).map(|(_, event)| event.clone()).collect()
}

fn target(name: &str) -> Lane {
    Lane::Target(name.into())
}

fn fallback(name: &str) -> Lane {
    Lane::Fallback(name.into())
}

#[test]
fn a_way_to_be_reached_goes_along_to_another_queue_once() {
    let bench = Bench::new(TWO_QUEUES);
    bench.ask_person();
    leave_contact(&bench, "+49 30 1");
    leave_contact(&bench, "a@b.example");
    heard(&bench);
    transfer(&bench, "billing");
    let told = heard(&bench);
    let expected = ["escalation.requested", "escalation.contact_left", "escalation.contact_left"];
    assert_eq!(heard_by(&told, &target("billing")), expected);
    transfer(&bench, "default");
    assert_eq!(heard(&bench), [(target("desk"), "escalation.requested".into())], "it knows it");
    transfer(&bench, "billing");
    assert_eq!(heard(&bench), [(target("billing"), "escalation.requested".into())], "so does it");
}

#[test]
fn what_is_said_after_a_transfer_is_for_the_new_queue_alone() {
    let bench = Bench::new(TWO_QUEUES);
    bench.ask_person();
    heard(&bench);
    transfer(&bench, "billing");
    heard(&bench);
    bench.say("m1", "my card was charged twice");
    leave_contact(&bench, "+49 30 1");
    let told = heard(&bench);
    assert_eq!(told.iter().map(|(lane, _)| lane.clone()).collect::<Vec<_>>(), vec![target("billing"); 2]);
}

#[test]
fn whoever_was_rung_hears_that_it_is_over() {
    let bench = Bench::new(TWO_QUEUES);
    bench.ask_person();
    heard(&bench);
    bench.pass_ms(180_000);
    bench.tick();
    assert!(heard(&bench).contains(&(fallback("desk"), "escalation.requested".into())));
    transfer(&bench, "billing");
    heard(&bench);
    withdraw(&bench);
    let told = heard(&bench);
    for lane in [target("desk"), fallback("desk"), target("billing")] {
        assert_eq!(heard_by(&told, &lane), ["escalation.withdrawn"], "{lane:?}");
    }
    assert_eq!(told.len(), 3, "{told:?}");
}

#[test]
fn the_end_of_one_escalation_is_not_told_to_who_had_another() {
    let bench = Bench::new(TWO_QUEUES);
    bench.ask_person();
    transfer(&bench, "billing");
    withdraw(&bench);
    heard(&bench);
    bench.ask_person();
    bench.send(ClientFrame::End { id: MessageId::new("end") }).unwrap();
    let told = heard(&bench);
    assert_eq!(heard_by(&told, &target("billing")), Vec::<String>::new());
    assert_eq!(heard_by(&told, &target("desk")), ["escalation.requested", "conversation.closed"]);
}

#[test]
fn a_target_with_a_new_name_hears_the_rest_in_order() {
    let mut bench = Bench::new(TWO_QUEUES);
    bench.ask_person();
    let request = next(&bench).unwrap();
    record(&bench, &request, Some(503));
    bench.pass_ms(60_000);
    bench.tick();
    bench.view = Bench::new(&TWO_QUEUES.replace("\"desk\"", "\"front\"")).view;
    bench.say("m1", "hello?");
    withdraw(&bench);
    let told = heard(&bench);
    let expected = ["escalation.requested", "escalation.message", "escalation.withdrawn"];
    assert_eq!(heard_by(&told, &target("desk")), expected);
    assert_eq!(heard_by(&told, &fallback("desk")), expected, "it must not ring on");
    assert_eq!(told.len(), 6, "{told:?}");
}

#[test]
fn a_rating_is_for_who_had_it_last() {
    let bench = Bench::new(TWO_QUEUES);
    bench.ask_person();
    transfer(&bench, "billing");
    let claim = bench.claim("Bob").unwrap().claim;
    bench.with(|core, cx| core.resolve(cx, &claim)).unwrap();
    heard(&bench);
    let rating = counterbell_protocol::event::Rating { solved: true, comment: None };
    bench.send(ClientFrame::Rate { id: MessageId::new("s"), rating }).unwrap();
    assert_eq!(heard(&bench), [(target("billing"), "conversation.rated".into())]);
}

#[test]
fn a_way_to_be_reached_keeps_its_id_and_its_words_wherever_it_goes() {
    let bench = Bench::new(TWO_QUEUES);
    bench.ask_person();
    leave_contact(&bench, "+49 30 1");
    transfer(&bench, "billing");
    let mut told = Vec::new();
    while let Some(due) = next(&bench) {
        record(&bench, &due, Some(200));
        let delivery: Delivery = serde_json::from_str(&due.body).unwrap();
        if matches!(delivery.what, What::ContactLeft(_)) {
            told.push((due.id, due.body));
        }
    }
    assert_eq!(told.len(), 2);
    assert_eq!(told[0], told[1]);
}
