//! One voice at a time: of two who claim, one has it; what was written under an older owner is refused.

use counterbell_protocol::{Author, Owner, ServerFrame};
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::run;
use tests::shopper::messages;

#[test]
fn of_two_who_claim_at_once_one_wins_and_the_other_learns_who() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let claims =
            ["Mina", "Jonas", "Aiko", "Omar"].map(|name| shop.queue.try_claim(&shopper.conversation, name));
        let answers = futures_util::future::join_all(claims).await;
        let winners: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(winners.len(), 1);
        let name = socket.owner(Owner::Person).await.name;
        for loser in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!(loser.status, 409);
            assert_eq!(loser.value()["held_by"]["name"].as_str(), name.as_deref(), "{}", loser.text());
        }
    });
}

#[test]
fn a_claim_ends_the_answer_that_is_being_written() {
    run(async {
        let model = Upstream::start(Script::tokens(100, 25)).await;
        let setup = ShopSetup::new().model(&model.base_url()).section("assistant", "while_waiting = true");
        let shop = Edge::shared().await.shop(setup).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        socket.say("Which sizes are there meanwhile?").await;
        socket.until("delta", |f| matches!(f, ServerFrame::Delta(_)).then_some(())).await;
        shop.queue.claim(&shopper.conversation, "Mina").await;
        socket.owner(Owner::Person).await;
        let mark = socket.mark();
        // The model goes on for seconds; nobody hears it.
        let more = tokio::time::timeout(Duration::from_secs(5), async {
            while let Some(frame) = socket.next().await {
                match frame {
                    ServerFrame::Delta(delta) => panic!("talked over Mina: {delta:?}"),
                    ServerFrame::Event(event) => panic!("committed after the claim: {event:?}"),
                    _ => {}
                }
            }
        });
        assert!(more.await.is_err(), "the socket was closed: {:?}", &socket.heard[mark..]);
        let said = messages(&shopper.missed(0).await.events);
        let answer = said.iter().find(|m| m.from == Author::Assistant).expect("what was shown is kept");
        assert!(answer.cut && !answer.text.ends_with("word99"));
    });
}

#[test]
fn asking_for_a_person_in_the_middle_of_an_answer_is_heard_at_once() {
    run(async {
        let model = Upstream::start(Script::tokens(200, 20)).await;
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say("Tell me about sizes").await;
        socket.until("delta", |f| matches!(f, ServerFrame::Delta(_)).then_some(())).await;
        socket.ask_person().await;
        let said = messages(&shopper.missed(0).await.events);
        let cut = said.iter().find(|m| m.from == Author::Assistant && m.cut);
        assert!(cut.is_some_and(|m| !m.text.contains("word199")), "{said:?}");
    });
}

#[test]
fn a_message_and_a_reply_at_once_are_both_kept() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        let said = tests::shopper::say("Are you there?");
        let (posted, replied) = tokio::join!(
            shopper.post(&said),
            shop.queue.reply(&shopper.conversation, &held.claim, "I am here.")
        );
        posted.expect(200);
        replied.expect(200);
        let log = shopper.missed(0).await.events;
        tests::shopper::assert_no_gaps(&log, 0);
        let texts: Vec<String> = messages(&log).into_iter().map(|m| m.text).collect();
        assert!(texts.contains(&"Are you there?".to_owned()) && texts.contains(&"I am here.".to_owned()));
    });
}
