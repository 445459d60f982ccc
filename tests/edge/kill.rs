//! `kill -9` at the worst moments: what was acknowledged is there afterwards, and what was promised is done.

use counterbell_protocol::{Author, ClientFrame, Event, EventBody, Message, Owner, ServerFrame};
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::receiver::{Answer, Receiver};
use tests::shopper::{PATIENCE, Shopper, fresh_id, messages};
use tests::{poll, run};

const KIND: &str = "escalation.requested";

#[test]
fn between_commit_and_delivery() {
    run(async {
        let edge = Edge::start().await;
        let receiver = Receiver::start().await;
        receiver.down();
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        let change = socket.ask_person().await;
        edge.kill9();
        receiver.up();
        edge.restart().await;
        // Nobody talks to the edge: the alarm alone must bring it.
        let delivery = receiver.first(KIND, Duration::from_secs(60)).await;
        assert_eq!(Some(delivery.requested().about.escalation), change.escalation);
        let again = shopper.missed(0).await;
        assert_eq!(again.ready.owner, Owner::Waiting);
        shop.wait_for_open("open escalation", |count| count == 1).await;
    });
}

#[test]
fn between_2xx_and_its_record() {
    run(async {
        let edge = Edge::start().await;
        // It takes the request and says nothing until the edge is dead.
        let receiver = Receiver::start().await;
        receiver.next(Answer::silent());
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let (_, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let first = receiver.first(KIND, PATIENCE).await;
        edge.kill9();
        edge.restart().await;
        let second = receiver.nth(KIND, 2, Duration::from_secs(60)).await;
        assert_eq!((first.id(), &first.0.body), (second.id(), &second.0.body));
    });
}

#[test]
fn whoever_asks_over_http_reads_their_place_again() {
    run(async {
        let edge = Edge::start().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let shopper = shop.shopper().await;
        shopper.post(&ClientFrame::AskPerson { id: fresh_id() }).await.expect(200);
        poll::until("registration", Duration::from_secs(30), || async {
            let registered = shop.delivery(&shopper.conversation, "register").await?;
            (registered["state"] == "delivered").then_some(())
        })
        .await;
        edge.kill9();
        edge.restart().await;
        poll::until("place in the queue", Duration::from_secs(30), || async {
            shopper.missed(0).await.queue?.position.filter(|position| *position == 1)
        })
        .await;
    });
}

#[test]
fn in_the_middle_of_an_answer_it_is_begun_again() {
    run(async {
        let (edge, model, shopper) = killed_in_an_answer().await;
        model.always(Script::answer("From S to XL."));
        edge.restart().await;
        let whole = |said: &Message| said.from == Author::Assistant && !said.cut;
        let found = |log: &[Event]| messages(log).iter().any(whole);
        let said = messages(&shopper.log_with("whole answer", PATIENCE, found).await);
        let cut: Vec<(Author, bool)> = said.iter().map(|message| (message.from, message.cut)).collect();
        let expected = [(Author::Shopper, false), (Author::Assistant, true), (Author::Assistant, false)];
        assert_eq!((cut.as_slice(), said[2].text.as_str()), (expected.as_slice(), "From S to XL."));
        assert_eq!(shopper.missed(0).await.ready.owner, Owner::Assistant, "nobody had to be fetched");
        // The model is asked the question, not to go on with what was cut.
        let asked = model.requests()[1].json();
        let asked = asked["messages"].as_array().expect("messages");
        assert_eq!(asked[asked.len() - 1]["content"], "Tell me about sizes", "{asked:?}");
    });
}

#[test]
fn in_the_middle_of_an_answer_that_was_begun_again() {
    run(async {
        let (edge, model, shopper) = killed_in_an_answer().await;
        edge.restart().await;
        poll::until("a cut answer", PATIENCE, || async {
            messages(&shopper.missed(0).await.events).iter().any(|m| m.cut).then_some(())
        })
        .await;
        edge.kill9();
        edge.restart().await;
        let back_ms = tests::wire::now_ms();
        let mut again = shopper.connect().await;
        let outcome = again.person(0).await;
        let log = shopper.missed(0).await.events;
        let person_ms = log.iter().find(|event| offers_person(&event.event)).map(|event| event.at_ms);
        assert!(person_ms.is_some_and(|at_ms| at_ms < back_ms + 20_000), "{back_ms} {log:?}");
        let said = messages(&log);
        assert_eq!(said[0].text, "Tell me about sizes");
        assert!(said.iter().any(|m| m.from == Author::Assistant && m.cut), "{outcome:?} {said:?}");
        // And the conversation goes on.
        model.always(Script::answer("Here again."));
        again.deliver(&ClientFrame::Withdraw { id: fresh_id() }).await;
        let mark = again.mark();
        again.say("And which colours are there?").await;
        assert_eq!(again.message_since(mark, Author::Assistant).await.text, "Here again.");
    });
}

#[test]
fn whatever_is_begun_again_a_person_is_offered_within_20_s_of_the_question() {
    run(async {
        let (edge, model, shopper) = killed_in_an_answer_after(800).await;
        // It goes on for a minute, a word a second.
        model.always(Script::tokens(60, 1));
        edge.restart().await;
        let offered = |log: &[Event]| log.iter().any(|event| offers_person(&event.event));
        let log = shopper.log_with("offer of a person", PATIENCE, offered).await;
        let asked_ms =
            log.iter().find(|event| matches!(event.event, EventBody::Message(_))).map(|one| one.at_ms);
        let person_ms = log.iter().find(|event| offers_person(&event.event)).map(|one| one.at_ms);
        let waited_ms = person_ms.expect("just seen") - asked_ms.expect("a question");
        // The product's own bound, by the edge's own clock; it offers after 15 s.
        assert!(waited_ms < 20_000, "{waited_ms} ms: {log:?}");
    });
}

async fn killed_in_an_answer() -> (Edge, Upstream, Shopper) {
    killed_in_an_answer_after(400).await
}

/// A growing answer is written after two seconds, and again; at 20 words a second the 400th byte comes in the
/// third and the 800th in the sixth.
async fn killed_in_an_answer_after(bytes: u64) -> (Edge, Upstream, Shopper) {
    let edge = Edge::start().await;
    let model = Upstream::start(Script::tokens(400, 20)).await;
    let shop = edge.shop(ShopSetup::new().model(&model.base_url())).await;
    let (shopper, mut socket) = shop.talk().await;
    socket.say("Tell me about sizes").await;
    socket
        .until("some seconds of answer", |frame| {
            matches!(frame, ServerFrame::Delta(delta) if delta.offset > bytes).then_some(())
        })
        .await;
    edge.kill9();
    (edge, model, shopper)
}

fn offers_person(event: &EventBody) -> bool {
    match event {
        EventBody::Offer(_) => true,
        EventBody::Owner(change) => change.owner == Owner::Waiting,
        _ => false,
    }
}

#[test]
fn acknowledged_messages_survive_and_others_can_be_sent_again() {
    run(async {
        let edge = Edge::start().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let shopper = shop.shopper().await;
        let mut acknowledged = Vec::new();
        for round in 0..3 {
            let frames: Vec<_> =
                (0..5).map(|n| tests::shopper::say(&format!("message {round}.{n}"))).collect();
            let sender = {
                let (shopper, frames) = (shopper.clone(), frames.clone());
                tokio::spawn(async move {
                    let mut done = Vec::new();
                    for frame in frames {
                        match shopper.try_post(&frame).await {
                            Ok(answer) if answer.status == 200 => done.push(frame),
                            _ => return done,
                        }
                    }
                    done
                })
            };
            tokio::time::sleep(Duration::from_millis(15 * (round + 1))).await;
            edge.kill9();
            acknowledged.extend(sender.await.expect("the sender ends"));
            edge.restart().await;
            // As a frame does: all again, under the same ids.
            for frame in &frames {
                shopper.post(frame).await.expect(200);
                acknowledged.push(frame.clone());
            }
        }
        let log = shopper.missed(0).await.events;
        tests::shopper::assert_no_gaps(&log, 0);
        let said: Vec<_> = messages(&log).into_iter().filter(|m| m.from == Author::Shopper).collect();
        assert_eq!(said.len(), 15, "each message once");
        for frame in acknowledged {
            let id = tests::shopper::id_of(&frame);
            assert_eq!(said.iter().filter(|m| Some(&m.id) == id).count(), 1, "{frame:?}");
        }
    });
}

#[test]
fn while_a_person_holds_the_conversation() {
    run(async {
        let edge = Edge::start().await;
        let shop = edge.shop(ShopSetup::new().lease_s(10)).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        edge.kill9();
        edge.restart().await;
        shop.queue.reply(&shopper.conversation, &held.claim, "Still me.").await.expect(200);
        // The lease lapses by the alarm of before the kill, without any traffic in between.
        edge.kill9();
        tokio::time::sleep(Duration::from_secs(10)).await;
        edge.restart().await;
        let mut again = shopper.connect().await;
        again
            .until("the queue again", |frame| match tests::shopper::event_of(frame)? {
                EventBody::Owner(change) => {
                    (change.cause == counterbell_protocol::event::OwnerCause::Lapsed).then_some(())
                }
                _ => None,
            })
            .await;
    });
}
