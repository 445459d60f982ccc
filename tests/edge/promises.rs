//! A handoff is a fact, not a sentence: what the model claims is either made true or not shown.

use counterbell_protocol::{Author, Owner};
use tests::edge::{Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::receiver::Receiver;
use tests::run;
use tests::shopper::{PATIENCE, messages};

#[test]
fn a_claim_that_nobody_made_true_is_not_shown_and_a_person_is_fetched() {
    run(async {
        let edge = Edge::shared().await;
        for claim in [
            "I have transferred you to a colleague.",
            "Good news! I have refunded your order.",
            "Ich habe Sie an einen Kollegen weitergeleitet.",
        ] {
            let model = Upstream::start(Script::paced(claim, std::time::Duration::from_millis(30))).await;
            let receiver = Receiver::start().await;
            let setup = ShopSetup::new().model(&model.base_url()).target(&receiver.url());
            let shop = edge.shop(setup).await;
            let (shopper, mut socket) = shop.talk().await;
            socket.say("Where is my parcel?").await;
            socket.owner(Owner::Waiting).await;
            let requested = receiver.first("escalation.requested", PATIENCE).await.requested();
            assert_eq!(requested.reason.rule, "false_promise", "{claim}");
            let kept = messages(&shopper.missed(0).await.events);
            let sentence = claim.rsplit("! ").next().unwrap_or(claim);
            assert!(kept.iter().all(|m| !m.text.contains(sentence)), "{claim} is kept: {kept:?}");
            let heard = serde_json::to_string(&socket.heard).expect("frames are JSON");
            assert!(!heard.contains(sentence), "{claim} was shown: {heard}");
        }
    });
}

#[test]
fn who_is_told_of_the_queue_is_in_the_queue() {
    run(async {
        let edge = Edge::start().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let told = socket.ask_person().await;
        // In the moment of being told the edge dies: the promise must already be on disk.
        edge.kill9();
        edge.restart().await;
        let log = shopper.missed(0).await;
        assert_eq!(log.ready.owner, Owner::Waiting);
        assert!(messages(&log.events).iter().all(|m| m.from != Author::Person));
        shop.wait_for_open("escalation in the queue's list", |count| count == 1).await;
        let listed = shop.queue.escalations().await.escalations.remove(0).escalation;
        assert_eq!(Some(listed), told.escalation);
    });
}
