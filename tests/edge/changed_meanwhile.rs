//! Between two tries of a delivery the shop may have moved or changed its key: the next try knows.

use std::time::Duration;
use tests::edge::{Edge, ShopSetup, webhook_key};
use tests::receiver::{Answer, Receiver};
use tests::{poll, run};

const KIND: &str = "escalation.requested";

#[test]
fn the_next_try_goes_to_the_new_address_signed_with_the_new_key() {
    run(async {
        let edge = Edge::shared().await;
        let (old, new) = (Receiver::answering(Answer::status(500, &[])).await, Receiver::start().await);
        let shop = edge.shop(ShopSetup::new().target(&old.url())).await;
        let (_, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let first = old.first(KIND, Duration::from_secs(60)).await;
        let key = webhook_key();
        edge.change(&shop, ShopSetup::new().target(&new.url()).webhook_keys(&[&key])).await;
        let arrived = new.first(KIND, Duration::from_secs(60)).await;
        assert_eq!((arrived.id(), &arrived.0.body), (first.id(), &first.0.body));
        arrived.verify(&key).expect("signed with the new key");
        assert!(arrived.verify(&shop.webhook_key).is_err(), "still signed with the old key");
    });
}

#[test]
fn a_target_that_is_gone_is_not_told_of_anything_more() {
    run(async {
        let receiver = Receiver::start().await;
        receiver.next(Answer::status(410, &[]));
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let (_, mut socket) = shop.talk().await;
        socket.ask_person().await;
        receiver.first(KIND, Duration::from_secs(60)).await;
        socket.say("Are you there?").await;
        poll::never("another delivery", Duration::from_secs(5), || async {
            receiver.attempts().get(1).cloned()
        })
        .await;
        // The escalation itself is kept, for a fallback or for the one who asks the list.
        shop.wait_for_open("open escalation", |count| count == 1).await;
    });
}
