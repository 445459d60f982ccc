//! The alarm is only a clock, and clocks get lost: a second one finds what is overdue, without any traffic.

use std::time::Duration;
use tests::edge::{Edge, Shop, ShopSetup};
use tests::receiver::Receiver;
use tests::shopper::Shopper;
use tests::{poll, run};

const KIND: &str = "escalation.requested";
/// As many shops as one run of the cron looks at.
const A_RUN: usize = 400;
const PATIENCE: Duration = Duration::from_secs(150);

/// An escalation that its shop knows of, and whose receiver is down.
async fn stuck(edge: &Edge, receiver: &Receiver) -> (Shop, Shopper) {
    receiver.down();
    let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    poll::until("failed attempt and a registered escalation", Duration::from_secs(60), || async {
        let row = shop.delivery(&shopper.conversation, "requested").await?;
        let open = shop.queue.escalations().await.escalations.len() == 1;
        (open && row["attempts"][0].is_object()).then_some(())
    })
    .await;
    (shop, shopper)
}

#[test]
fn an_escalation_whose_alarm_is_gone_is_found_by_the_cron() {
    run(async {
        let edge = Edge::start().await;
        let receiver = Receiver::start().await;
        stuck(&edge, &receiver).await;
        edge.kill9();
        assert!(edge.forget_alarms() > 0, "there were no alarms to lose");
        receiver.up();
        edge.restart().await;
        poll::never("a delivery without any clock", Duration::from_secs(4), || async {
            receiver.attempts_of(KIND).first().map(|_| ())
        })
        .await;
        poll::until("delivery by the second clock", Duration::from_secs(150), || async {
            edge.cron().await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            receiver.attempts_of(KIND).first().map(|_| ())
        })
        .await;
    });
}

#[test]
fn an_escalation_whose_alarm_is_gone_is_found_by_its_shop() {
    run(async {
        let edge = Edge::start().await;
        let receiver = Receiver::start().await;
        let (shop, shopper) = stuck(&edge, &receiver).await;
        edge.kill9();
        assert_eq!(edge.forget_alarms_of_conversations(), 1, "there was no alarm to lose");
        receiver.up();
        edge.restart().await;
        // Nobody talks to the edge, and there is no cron here: the shop's own alarm is all there is.
        receiver.first(KIND, Duration::from_secs(120)).await;
        assert_eq!(shopper.missed(0).await.ready.owner, counterbell_protocol::Owner::Waiting);
        shop.wait_for_open("open escalation", |count| count == 1).await;
    });
}

#[test]
fn a_tick_with_nothing_to_do_ends() {
    run(async {
        let edge = Edge::start().await;
        edge.cron().await;
        edge.shop(ShopSetup::new()).await;
        edge.cron().await;
    });
}

#[test]
fn the_cron_goes_round_however_many_shops_there_are() {
    run(async {
        let edge = Edge::start().await;
        let receiver = Receiver::start().await;
        stuck(&edge, &receiver).await;
        edge.kill9();
        assert!(edge.forget_alarms() > 0, "there were no alarms to lose");
        // More than one event may ask, and all of them before this shop.
        assert!(edge.add_members(2 * A_RUN) >= 2 * A_RUN);
        receiver.up();
        edge.restart().await;
        for run in 1..=2 {
            edge.cron_within(PATIENCE).await;
            assert_eq!(edge.log().matches("tick of a-member-").count(), run * A_RUN, "run {run}");
        }
        poll::until("delivery by the second clock", PATIENCE, || async {
            edge.cron_within(PATIENCE).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            receiver.attempts_of(KIND).first().map(|_| ())
        })
        .await;
    });
}
