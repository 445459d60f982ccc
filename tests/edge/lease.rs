//! A claim is a lease: who gives no sign of life loses it, the shopper is told, and a late reply is refused.

use counterbell_protocol::agent::Lease;
use counterbell_protocol::event::OwnerCause;
use counterbell_protocol::{Author, Owner};
use std::time::{Duration, Instant};
use tests::edge::{Edge, ShopSetup};
use tests::receiver::Receiver;
use tests::run;
use tests::shopper::{PATIENCE, messages};

/// The shortest that a shop may choose.
const LEASE_S: u32 = 10;

#[test]
fn a_person_who_vanishes_gives_it_back_to_the_queue() {
    run(async {
        let receiver = Receiver::start().await;
        let setup = ShopSetup::new().target(&receiver.url()).lease_s(LEASE_S);
        let shop = Edge::shared().await.shop(setup).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let first = receiver.first("escalation.requested", PATIENCE).await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        let started = Instant::now();
        socket.owner(Owner::Person).await;
        let mark = socket.mark();
        let back = socket.owner_since(mark, Owner::Waiting).await;
        assert_eq!(back.cause, OwnerCause::Lapsed);
        assert_eq!(back.escalation, Some(held.escalation.clone()));
        let took = started.elapsed();
        assert!(took >= Duration::from_secs(9), "{took:?}");

        let late = shop.queue.reply(&shopper.conversation, &held.claim, "Sorry, I was away.").await;
        assert_eq!((late.status, late.code().as_str()), (409, "claim_lapsed"));
        let said = messages(&shopper.missed(0).await.events);
        assert!(said.iter().all(|m| m.from != Author::Person), "{said:?}");
        // The queue hears of it again, as the same case under a new delivery.
        let again = receiver.nth("escalation.requested", 2, PATIENCE).await;
        assert_eq!(again.requested().about.escalation, held.escalation);
        assert_ne!(again.id(), first.id());

        let taken = shop.queue.claim(&shopper.conversation, "Jonas").await;
        assert_ne!(taken.claim, held.claim);
        shop.queue.reply(&shopper.conversation, &taken.claim, "Hello, I took over.").await.expect(200);
        socket.message_since(mark, Author::Person).await;
    });
}

#[test]
fn who_renews_keeps_it() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new().lease_s(LEASE_S)).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        assert_eq!(held.lease.lease_ms, u64::from(LEASE_S) * 1_000);
        let (started, mut expires_at_ms) = (Instant::now(), held.lease.expires_at_ms);
        while started.elapsed() < Duration::from_secs(13) {
            // Not a wait for something: this is the heartbeat's own pace.
            tokio::time::sleep(Duration::from_secs(3)).await;
            let renewed: Lease =
                shop.queue.held(&shopper.conversation, &held.claim, "renew").await.expect(200).json();
            assert!(renewed.expires_at_ms > expires_at_ms);
            expires_at_ms = renewed.expires_at_ms;
        }
        shop.queue.reply(&shopper.conversation, &held.claim, "Still here.").await.expect(200);
        assert_eq!(shopper.missed(0).await.ready.owner, Owner::Person);
    });
}
