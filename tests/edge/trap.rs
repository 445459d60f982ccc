//! A trap in the Worker, as a bug or a lack of memory makes one: nothing of its transaction stays, and whoever
//! was being answered in the same isolate is brought back.

use counterbell_protocol::ServerFrame;
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::shopper::{messages, say};
use tests::{poll, run};

#[test]
fn nothing_of_a_trapped_transaction_stays() {
    run(async {
        let edge = Edge::start_with_traps().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let shopper = shop.shopper().await;
        // No answer, or an error: either way it is not acknowledged.
        if let Ok(Ok(answer)) =
            tokio::time::timeout(Duration::from_secs(10), shopper.try_post(&say("@trap"))).await
        {
            assert_ne!(answer.status, 200, "{}", answer.text());
        }
        let missed = poll::until("the conversation after the trap", Duration::from_secs(60), || async {
            shopper.try_missed(0).await
        })
        .await;
        assert_eq!(messages(&missed.events), []);
        // And it goes on from there.
        shopper.post(&say("hello again")).await.expect(200);
        assert_eq!(messages(&shopper.missed(0).await.events)[0].text, "hello again");
    });
}

#[test]
fn an_answer_in_the_same_isolate_ends_in_an_answer_or_a_person() {
    run(async {
        let edge = Edge::start_with_traps().await;
        let model = Upstream::start(Script::tokens(400, 20)).await;
        let shop = edge.shop(ShopSetup::new().model(&model.base_url())).await;
        let (reader, mut socket) = shop.talk().await;
        socket.say("Tell me about sizes").await;
        socket
            .until("some of the answer", |frame| match frame {
                ServerFrame::Delta(delta) if delta.offset > 60 => Some(()),
                _ => None,
            })
            .await;
        let other = shop.shopper().await;
        let _ = tokio::time::timeout(Duration::from_secs(3), other.try_post(&say("@trap"))).await;
        // What the frame's own watchdog does: it hears nothing, and comes back.
        let mut again = poll::until("a way back", Duration::from_secs(60), || async {
            reader.try_connect("after=0").await.ok()
        })
        .await;
        again.answer_or_person(0).await;
        let said = messages(&reader.missed(0).await.events);
        assert_eq!(said[0].text, "Tell me about sizes");
    });
}
