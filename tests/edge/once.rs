//! What a client sends under one id takes effect once, however often and by whatever way it is sent.

use counterbell_protocol::{Author, ClientFrame, EventBody, MessageId, Owner};
use tests::edge::{Edge, ShopSetup};
use tests::receiver::Receiver;
use tests::run;
use tests::shopper::{PATIENCE, ask_person, messages, say};

#[test]
fn a_message_sent_ten_times_is_stored_once() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let frame = say("How many days to return?");
        socket.deliver(&frame).await;
        let posts = (0..5).map(|_| shopper.post(&frame));
        for answer in futures_util::future::join_all(posts).await {
            assert_eq!(answer.expect(200).value()["type"], "accepted");
        }
        for _ in 0..4 {
            socket.deliver(&frame).await;
        }
        let log = shopper.log_with("answer", PATIENCE, |log| messages(log).len() >= 2).await;
        let authors: Vec<Author> = messages(&log).iter().map(|message| message.from).collect();
        assert_eq!(authors, [Author::Shopper, Author::Assistant]);
    });
}

#[test]
fn two_requests_for_a_person_at_once_make_one_escalation() {
    run(async {
        let receiver = Receiver::start().await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let shopper = shop.shopper().await;
        let requests: Vec<ClientFrame> = (0..4).map(|_| ask_person()).collect();
        for answer in futures_util::future::join_all(requests.iter().map(|frame| shopper.post(frame))).await {
            answer.expect(200);
        }
        let changes = shopper.missed(0).await.events;
        let waiting = changes
            .iter()
            .filter(|event| matches!(&event.event, EventBody::Owner(o) if o.owner == Owner::Waiting));
        assert_eq!(waiting.count(), 1);
        let first = receiver.first("escalation.requested", PATIENCE).await;
        shop.wait_for_open("one open escalation", |count| count == 1).await;
        let ids: Vec<_> =
            receiver.attempts_of("escalation.requested").iter().map(|a| a.id().to_owned()).collect();
        assert_eq!(ids, [first.id()]);
    });
}

#[test]
fn two_messages_at_once_are_both_stored_in_one_order() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let (one, other) = (say("How many days to return?"), say("What does shipping cost?"));
        let (a, b) = tokio::join!(shopper.post(&one), shopper.post(&other));
        a.expect(200);
        b.expect(200);
        let log = shopper.log_with("an answer", PATIENCE, |log| {
            messages(log).last().is_some_and(|last| last.from == Author::Assistant)
        });
        let log = log.await;
        tests::shopper::assert_no_gaps(&log, 0);
        let ids: Vec<MessageId> =
            messages(&log).into_iter().filter(|m| m.from == Author::Shopper).map(|m| m.id).collect();
        for frame in [one, other] {
            assert_eq!(ids.iter().filter(|id| Some(*id) == tests::shopper::id_of(&frame)).count(), 1);
        }
        let last = log.last().expect("events").seq;
        socket
            .until("the last event", |frame| match frame {
                counterbell_protocol::ServerFrame::Event(event) if event.seq == last => Some(()),
                _ => None,
            })
            .await;
        assert_eq!(socket.events(), log, "the socket tells the same story");
    });
}
