//! The disk refuses a commit of what the edge does by itself, when nobody is there to do it again. The object is
//! gone with what it had in memory; what was due is done all the same.

use counterbell_protocol::EventBody;
use std::time::Duration;
use tests::edge::{At, Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::receiver::{Answer, Receiver};
use tests::run;
use tests::shopper::{PATIENCE, messages};
use tests::wire::{self, Step};

const KIND: &str = "escalation.requested";
const REFUSING: Duration = Duration::from_secs(3);

/// Each waits for most of its time, so they wait side by side.
#[test]
fn what_was_due_is_done_all_the_same() {
    run(async {
        tokio::join!(
            an_answer_is_begun_again(),
            an_escalation_is_delivered_again_under_its_id(),
            whoever_waits_past_the_deadline_is_asked_how_to_be_reached(),
        );
    });
}

async fn an_answer_is_begun_again() {
    let (edge, disk) = Edge::start_on_a_disk().await;
    let model = Upstream::start(Script::tokens(20, 50)).await;
    let shop = edge.shop(ShopSetup::new().model(&model.base_url())).await;
    let (shopper, mut socket) = shop.talk().await;
    disk.fail(At::Write, "word19");
    socket.say("Tell me about sizes").await;
    disk.met().await;
    disk.release();
    let mut again = shopper.connect().await;
    again.answer().await;
    assert_eq!(model.requests().len(), 2);
    assert_eq!(messages(&shopper.missed(0).await.events).len(), 2, "question and answer, once");
}

async fn an_escalation_is_delivered_again_under_its_id() {
    let (edge, disk) = Edge::start_on_a_disk().await;
    let receiver = Receiver::start().await;
    // What is kept of the attempt, and so what cannot be recorded.
    receiver.next(Answer(vec![Step::Send(wire::answer(200, &[], "taken-with-thanks"))]));
    let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
    let (shopper, mut socket) = shop.talk().await;
    disk.fail(At::Write, "taken-with-thanks");
    socket.ask_person().await;
    disk.met().await;
    disk.release();
    let second = receiver.nth(KIND, 2, Duration::from_secs(150)).await;
    let first = &receiver.attempts_of(KIND)[0];
    assert_eq!((first.id(), &first.0.body), (second.id(), &second.0.body));
    tests::poll::until("record of it", PATIENCE, || async {
        let row = shop.delivery(&shopper.conversation, "requested").await?;
        (row["state"] == "delivered").then_some(())
    })
    .await;
}

async fn whoever_waits_past_the_deadline_is_asked_how_to_be_reached() {
    let (edge, disk) = Edge::start_on_a_disk().await;
    let receiver = Receiver::start().await;
    let shop = edge.shop(ShopSetup::new().deadline_s(20).target(&receiver.url())).await;
    let (shopper, mut socket) = shop.talk().await;
    let deadline_ms = socket.ask_person().await.deadline_ms.expect("a deadline");
    disk.fail(At::Write, "\"contact_asked\"");
    socket.close().await;
    disk.met().await;
    tokio::time::sleep(REFUSING).await;
    disk.release();
    // Each time it breaks; it rests in between, instead of trying as fast as it can.
    let broke = edge.log().matches("output lock broke").count();
    assert!((1..15).contains(&broke), "{broke} times in {REFUSING:?}");
    // Nobody looks, so nobody wakes it.
    receiver.first("escalation.overdue", Duration::from_secs(150)).await;
    let log = shopper.missed(0).await.events;
    let asked: Vec<u64> =
        log.iter().filter(|event| is_asked(&event.event)).map(|event| event.at_ms - deadline_ms).collect();
    // The second clock would come a minute after the request.
    assert!(asked.len() == 1 && asked[0] < 30_000, "so many ms late: {asked:?}");
}

fn is_asked(event: &EventBody) -> bool {
    matches!(event, EventBody::ContactAsked(_))
}
