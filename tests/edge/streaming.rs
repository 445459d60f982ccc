//! An answer arrives as it is written: the first words at once, then a few times a second, and whole.

use counterbell_protocol::ServerFrame;
use std::time::{Duration, Instant};
use tests::edge::{Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::run;

#[test]
fn the_first_words_come_long_before_the_last() {
    run(async {
        let model = Upstream::start(Script::tokens(100, 50)).await;
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (_, mut socket) = shop.talk().await;
        let started = Instant::now();
        socket.say("Tell me everything about sizes").await;
        let message = socket
            .until("delta", |frame| match frame {
                ServerFrame::Delta(delta) => Some(delta.clone()),
                _ => None,
            })
            .await;
        let (message, first) = (message.message, message.text);
        let answer = socket.answer().await;
        assert!(started.elapsed() >= Duration::from_millis(1_900), "{:?}", started.elapsed());
        assert_eq!(answer.id, message);
        assert!(first.len() * 4 < answer.text.len(), "{first}");
        assert_eq!(socket.drafted(&message).trim_end(), answer.text);
        assert!(answer.text.starts_with("word0 word1 ") && answer.text.ends_with("word99"));
        let deltas = socket.heard.iter().filter(|frame| matches!(frame, ServerFrame::Delta(_))).count();
        // 2 s of tokens in frames of 50 to 80 ms; a frame for each token would be 100.
        assert!((10..=60).contains(&deltas), "{deltas} frames");
    });
}

#[test]
fn every_tab_of_a_shopper_sees_the_same() {
    run(async {
        let model = Upstream::start(Script::tokens(30, 30)).await;
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (shopper, mut one) = shop.talk().await;
        let mut other = shopper.connect().await;
        one.say("Which sizes are there?").await;
        let (answer, same) = (one.answer().await, other.answer().await);
        assert_eq!(answer, same);
        assert_eq!(one.drafted(&answer.id), other.drafted(&answer.id));
        assert_eq!(one.events(), other.events());
    });
}
