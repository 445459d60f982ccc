//! A person ends the conversation while the shopper is still writing: what the shopper then sends is heard.

use counterbell_protocol::event::OwnerCause;
use counterbell_protocol::{Author, ClientFrame, Owner};
use tests::edge::{Edge, ShopSetup};
use tests::receiver::{Receiver, Recorded};
use tests::run;
use tests::shopper::{PATIENCE, assert_no_gaps, messages, say};

#[test]
fn what_comes_after_the_end_opens_it_again_and_is_answered() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        socket.send(&ClientFrame::Typing).await;
        shop.queue.held(&shopper.conversation, &held.claim, "resolve").await.expect(200);
        socket.owner(Owner::Closed).await;
        let mark = socket.mark();
        socket.send(&ClientFrame::Typing).await;
        socket.say("How many days to return?").await;
        assert_eq!(socket.owner_since(mark, Owner::Assistant).await.cause, OwnerCause::Reopened);
        assert!(socket.message_since(mark, Author::Assistant).await.text.contains("30 days"));
        // And a person can be asked for again.
        let mark = socket.mark();
        socket.deliver(&tests::shopper::ask_person()).await;
        socket.owner_since(mark, Owner::Waiting).await;
    });
}

#[test]
fn what_comes_in_the_same_moment_is_stored_and_told_in_the_order_of_the_log() {
    run(async {
        let receiver = Receiver::start().await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        let last = say("One more thing");
        let (said, resolved) =
            tokio::join!(shopper.post(&last), shop.queue.held(&shopper.conversation, &held.claim, "resolve"));
        said.expect(200);
        resolved.expect(200);
        let log = shopper.missed(0).await.events;
        assert_no_gaps(&log, 0);
        assert!(messages(&log).iter().any(|message| message.text == "One more thing"), "{log:?}");
        // Whoever comes second sees what the first has made of it.
        receiver.first("conversation.closed", PATIENCE).await;
        let kinds: Vec<String> = receiver.attempts().iter().map(Recorded::kind).collect();
        let closed = kinds.iter().position(|kind| kind == "conversation.closed");
        match kinds.iter().position(|kind| kind == "escalation.message") {
            Some(message) => assert!(Some(message) < closed, "{kinds:?}"),
            None => socket.until("reopening", reopened).await,
        }
    });
}

fn reopened(frame: &counterbell_protocol::ServerFrame) -> Option<()> {
    match tests::shopper::event_of(frame)? {
        counterbell_protocol::EventBody::Owner(change) => {
            (change.cause == OwnerCause::Reopened).then_some(())
        }
        _ => None,
    }
}
