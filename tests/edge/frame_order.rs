//! Frames take effect in the order in which they came, also where an earlier one is held up on its way.

use counterbell_protocol::{Author, ClientFrame, Owner, ServerFrame};
use tests::edge::Edge;
use tests::edge::ShopSetup;
use tests::run;
use tests::shopper::{fresh_id, id_of, messages, say};

#[test]
fn what_comes_after_a_frame_that_is_held_up_does_not_overtake_it() {
    run(async {
        let edge = Edge::start_with_fault("late").await;
        let shop = edge.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let mut frames = vec![say("@late")];
        frames.extend((1..=5).map(|n| say(&format!("message {n}"))));
        for frame in &frames {
            socket.send(frame).await;
        }
        let last = id_of(&frames[5]).expect("an id").clone();
        socket.until("the last acceptance", |frame| is_accepted(frame, &last)).await;
        let log = shopper.missed(0).await.events;
        let said = messages(&log).into_iter().filter(|message| message.from == Author::Shopper);
        let expected = ["@late", "message 1", "message 2", "message 3", "message 4", "message 5"];
        assert_eq!(said.map(|message| message.text).collect::<Vec<_>>(), expected);
    });
}

#[test]
fn a_request_that_was_taken_back_is_not_made_again_by_the_frame_before() {
    run(async {
        let edge = Edge::start_with_fault("late").await;
        let shop = edge.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        // Over the socket, and at once over HTTP, as after a change of network.
        socket.send(&say("@late")).await;
        socket.send(&ClientFrame::AskPerson { id: fresh_id() }).await;
        socket.send(&ClientFrame::Withdraw { id: fresh_id() }).await;
        socket.say("and another thing").await;
        let over_http = say("over HTTP");
        shopper.post(&over_http).await.expect(200);
        let missed = shopper.missed(0).await;
        assert_eq!(missed.ready.owner, Owner::Assistant);
        let refused = socket.heard.iter().any(|frame| matches!(frame, ServerFrame::Refused { .. }));
        assert!(!refused, "{:?}", socket.heard);
        assert_eq!(messages(&missed.events)[0].text, "@late");
    });
}

fn is_accepted(frame: &ServerFrame, wanted: &counterbell_protocol::MessageId) -> Option<()> {
    matches!(frame, ServerFrame::Accepted { id } if id == wanted).then_some(())
}
