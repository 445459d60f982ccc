//! By the deadline a person, or a way to be called back, also with the tab closed.

use counterbell_protocol::event::{Contact, EventBody};
use counterbell_protocol::{ClientFrame, Owner};
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::receiver::Receiver;
use tests::run;
use tests::shopper::{PATIENCE, fresh_id};

#[test]
fn nobody_comes_and_the_tab_is_closed() {
    run(async {
        let receiver = Receiver::start().await;
        let setup = ShopSetup::new().target(&receiver.url()).deadline_s(10);
        let shop = Edge::shared().await.shop(setup).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        socket.close().await;
        // Nothing but the alarm can bring this: nobody talks to the edge meanwhile.
        let overdue = receiver.first("escalation.overdue", Duration::from_secs(60)).await;
        let requested = receiver.first("escalation.requested", PATIENCE).await;
        assert!(overdue.0.at_ms >= requested.requested().deadline_ms);

        let mut socket = shopper.connect().await;
        let log = socket.events();
        assert!(log.iter().any(|event| matches!(event.event, EventBody::ContactAsked(_))), "{log:?}");
        let contact = Contact { reach: "+47 22 12 34 56".to_owned(), name: Some("Kari".to_owned()) };
        socket.deliver(&ClientFrame::LeaveContact { id: fresh_id(), contact }).await;
        let left = receiver.first("escalation.contact_left", PATIENCE).await;
        assert!(left.0.text().contains("+47 22 12 34 56") && left.0.text().contains("Kari"));
        left.verify(&shop.webhook_key).expect("signed");

        // It stays open: whoever comes late can still claim it.
        assert_eq!(shopper.missed(0).await.ready.owner, Owner::Waiting);
        shop.queue.claim(&shopper.conversation, "Mina").await;
        socket.owner(Owner::Person).await;
    });
}

#[test]
fn outside_opening_hours_the_shopper_is_asked_at_once_and_told_when_people_are_back() {
    run(async {
        let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let closed = week.map(|day| format!("{day} = []")).join("\n");
        let hours = format!("timezone = \"Europe/Oslo\"\n{closed}");
        let shop = Edge::shared().await.shop(ShopSetup::new().section("hours", &hours)).await;
        let (_, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let asked = socket
            .until("contact asked", |frame| match tests::shopper::event_of(frame)? {
                EventBody::ContactAsked(asked) => Some(asked.clone()),
                _ => None,
            })
            .await;
        assert_eq!(asked.back_at_ms, None, "nobody is ever back there");
    });
}

#[test]
fn a_claim_in_time_means_no_deadline() {
    run(async {
        let receiver = Receiver::start().await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url()).deadline_s(10)).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        shop.queue.claim(&shopper.conversation, "Mina").await;
        tests::poll::never("an overdue notice", Duration::from_secs(12), || async {
            receiver.attempts_of("escalation.overdue").first().map(|_| ())
        })
        .await;
        let log = shopper.missed(0).await.events;
        assert!(!log.iter().any(|event| matches!(event.event, EventBody::ContactAsked(_))), "{log:?}");
    });
}
