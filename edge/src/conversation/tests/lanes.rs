//! What goes first, where several deliveries wait for one target.

use super::delivery::{next, record};
use super::*;

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
fn a_request_that_a_receiver_always_refuses_does_not_keep_the_next_one_from_it() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let refused = next(&bench).unwrap();
    record(&bench, &refused, Some(413));
    bench.send(ClientFrame::Withdraw { id: MessageId::new("w") }).unwrap();
    bench.ask_person();
    let mut tried = Vec::new();
    for _ in 0..40 {
        while let Some(due) = next(&bench) {
            // Down for everything at first: the second request is refused like the first one.
            let down = tried.len() < 4;
            record(&bench, &due, Some(if down || due.id == refused.id { 413 } else { 200 }));
            tried.push(due.id);
        }
        bench.pass_ms(1_000);
    }
    let second = bench.core.deliveries().unwrap().into_iter().rfind(|row| row.kind == "requested").unwrap();
    assert_ne!(second.id, refused.id);
    assert_eq!(second.state, "delivered", "{tried:?}");
}
