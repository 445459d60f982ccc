//! A request for a person is committed, then delivered, signed so that anybody's library verifies it.

use counterbell_protocol::event::OwnerCause;
use counterbell_protocol::{Author, Owner};
use std::time::Duration;
use tests::edge::{Edge, ShopSetup, webhook_key};
use tests::http::Ask;
use tests::receiver::Receiver;
use tests::shopper::PATIENCE;
use tests::{oracle, poll, run};

#[test]
fn a_request_is_delivered_and_three_official_libraries_verify_it() {
    run(async {
        let receiver = Receiver::start().await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say("Grüße! Where is my coat? 🧥").await;
        socket.answer_or_person(0).await;
        let change = socket.ask_person().await;
        assert_eq!(change.cause, OwnerCause::Asked);

        let delivery = receiver.first("escalation.requested", PATIENCE).await;
        delivery.verify(&shop.webhook_key).expect("Rust");
        oracle::npm(&delivery, &shop.webhook_key).await.expect("npm");
        oracle::pypi(&delivery, &shop.webhook_key).await.expect("PyPI");
        assert!(delivery.verify(&webhook_key()).is_err(), "a stranger's key verifies too");

        let requested = delivery.requested();
        assert_eq!(Some(&requested.about.escalation), change.escalation.as_ref());
        assert_eq!(requested.about.conversation.as_str(), shopper.conversation);
        assert_eq!(Some(requested.deadline_ms), change.deadline_ms);
        assert_eq!(requested.transcript[0].text, "Grüße! Where is my coat? 🧥");
        assert_eq!(requested.transcript[0].from, Author::Shopper);
        let transcript = Ask::get(requested.agent_api).bearer(&shop.queue.key).send().await.expect(200);
        assert_eq!(transcript.value()["owner"], "waiting");
    });
}

#[test]
fn asking_in_words_is_asking() {
    run(async {
        let edge = Edge::shared().await;
        for words in [
            "can I talk to a human",
            "Ich möchte mit einem Mitarbeiter sprechen",
            "quiero hablar con una persona",
        ] {
            let receiver = Receiver::start().await;
            let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
            let (_, mut socket) = shop.talk().await;
            socket.say(words).await;
            socket.owner(Owner::Waiting).await;
            let requested = receiver.first("escalation.requested", PATIENCE).await.requested();
            assert_eq!(requested.reason.rule, "asks_for_human", "{words}");
        }
    });
}

#[test]
fn during_rotation_both_keys_verify() {
    run(async {
        let (new, old) = (webhook_key(), webhook_key());
        let receiver = Receiver::start().await;
        let setup = ShopSetup::new().target(&receiver.url()).webhook_keys(&[&new, &old]);
        let shop = Edge::shared().await.shop(setup).await;
        let (_, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let delivery = receiver.first("escalation.requested", PATIENCE).await;
        for key in [&new, &old] {
            delivery.verify(key).expect("Rust");
            oracle::npm(&delivery, key).await.expect("npm");
            oracle::pypi(&delivery, key).await.expect("PyPI");
        }
    });
}

#[test]
fn a_shop_with_no_receiver_yet_still_queues_and_delivers_later() {
    run(async {
        let edge = Edge::shared().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let (_, mut socket) = shop.talk().await;
        socket.ask_person().await;
        shop.wait_for_open("open escalation", |count| count == 1).await;
        let receiver = Receiver::start().await;
        edge.change(&shop, ShopSetup::new().target(&receiver.url())).await;
        receiver.first("escalation.requested", Duration::from_secs(60)).await;
    });
}

#[test]
fn without_a_key_nothing_is_sent_unsigned_and_nothing_is_lost() {
    run(async {
        let edge = Edge::shared().await;
        let receiver = Receiver::start().await;
        let shop = edge.shop(ShopSetup::new().target(&receiver.url()).webhook_keys(&[])).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        poll::until("refused attempt", PATIENCE, || async {
            let row = shop.delivery(&shopper.conversation, "requested").await?;
            row["attempts"][0]["error"].as_str()?.contains("key").then_some(())
        })
        .await;
        assert!(receiver.attempts().is_empty());
        let key = webhook_key();
        edge.change(&shop, ShopSetup::new().target(&receiver.url()).webhook_keys(&[&key])).await;
        receiver.first("escalation.requested", PATIENCE).await.verify(&key).expect("signed");
    });
}
