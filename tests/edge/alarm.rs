//! The platform gives an alarm up for good when its handler has failed seven times. Ours never fails; and
//! where it never gets to run, an escalation is delivered all the same.

use std::time::Duration;
use tests::edge::{Edge, Shop, ShopSetup};
use tests::receiver::{Answer, Receiver};
use tests::shopper::Shopper;
use tests::{poll, run};

const KIND: &str = "escalation.requested";

/// An escalation whose first attempt has failed: from here on only a clock can bring it.
async fn undelivered(edge: &Edge, receiver: &Receiver) -> (Shop, Shopper) {
    receiver.next(Answer::status(500, &[]));
    let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    receiver.first(KIND, Duration::from_secs(60)).await;
    (shop, shopper)
}

#[test]
fn ten_alarms_fail_and_the_next_one_delivers() {
    run(async {
        // The second clock comes too late for this: its first look hangs.
        let edge = Edge::start_with_fault("alarm_fails hang:/poke").await;
        let receiver = Receiver::start().await;
        let (_, shopper) = undelivered(&edge, &receiver).await;
        // The platform's own tries end with the seventh, after 141 s; then it would be the second clock.
        poll::until("second attempt", Duration::from_secs(240), || async {
            // Somebody looks all the time: an object that is never forgotten never sets its alarm again.
            shopper.missed(0).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            receiver.attempts_of(KIND).get(1).map(|_| ())
        })
        .await;
        let failed = edge.log().matches("injected").count();
        assert_eq!(failed, 10, "it was not an alarm that delivered:\n{}", edge.log());
    });
}

#[test]
fn the_outbox_goes_out_though_everything_else_that_is_due_fails() {
    run(async {
        let edge = Edge::start_with_fault("due_fails").await;
        let receiver = Receiver::start().await;
        undelivered(&edge, &receiver).await;
        receiver.nth(KIND, 2, Duration::from_secs(60)).await;
        // Always, not only the first time: what is due is still looked at.
        poll::until("a second failure", Duration::from_secs(60), || async {
            (edge.log().matches("injected, as always").count() >= 2).then_some(())
        })
        .await;
    });
}

#[test]
fn where_every_alarm_traps_the_second_clock_delivers() {
    run(async {
        let edge = Edge::start_with_fault("alarm_traps").await;
        let receiver = Receiver::start().await;
        undelivered(&edge, &receiver).await;
        receiver.nth(KIND, 2, Duration::from_secs(150)).await;
        assert!(edge.log().contains("unreachable"), "no alarm trapped:\n{}", edge.log());
    });
}

#[test]
fn an_alarm_in_the_past_rings_at_once_and_is_set_again_to_what_is_due() {
    run(async {
        let edge = Edge::start().await;
        let receiver = Receiver::start().await;
        receiver.next(Answer::retry_after(503, "20"));
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        poll::until("recorded attempt", Duration::from_secs(60), || async {
            let row = shop.delivery(&shopper.conversation, "requested").await?;
            row["attempts"][0].is_object().then_some(())
        })
        .await;
        edge.kill9();
        assert_eq!(edge.put_alarms_into_the_past(), 1, "no alarm was set");
        edge.restart().await;
        // Nobody talks to the edge, and the second clock is a minute away.
        let second = receiver.nth(KIND, 2, Duration::from_secs(60)).await;
        let waited = second.0.at - receiver.attempts_of(KIND)[0].0.at;
        assert!(waited >= Duration::from_secs(20), "it did not wait as it was told: {waited:?}");
    });
}

#[test]
fn a_lost_alarm_is_set_again_by_whoever_looks_at_the_conversation() {
    run(async {
        let edge = Edge::start().await;
        let receiver = Receiver::start().await;
        receiver.next(Answer::retry_after(503, "15"));
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        poll::until("recorded attempt", Duration::from_secs(15), || async {
            let row = shop.delivery(&shopper.conversation, "requested").await?;
            row["attempts"][0].is_object().then_some(())
        })
        .await;
        edge.kill9();
        assert!(edge.forget_alarms() > 0, "there were no alarms to lose");
        edge.restart().await;
        // The shopper's frame is back for a moment: that wakes the conversation, and changes nothing in it.
        shopper.missed(0).await;
        receiver.nth(KIND, 2, Duration::from_secs(45)).await;
    });
}
