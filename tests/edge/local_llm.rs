//! One answer of a real model: llama.cpp's own server with a small model, through the edge.

use counterbell::dev::Progress;
use counterbell::dev::llm::{LocalModel, MODEL};
use counterbell_protocol::{Author, ServerFrame};
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::run;
use tests::shopper::messages;

#[test]
fn a_real_model_streams_an_answer() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder for the model's log");
        let at = folder.path().to_owned();
        let start = move || LocalModel::start(&at, &Progress::stderr()).unwrap_or_else(|e| panic!("{e}"));
        let model = tokio::task::spawn_blocking(start).await.expect("the local model starts");
        let setup = ShopSetup::new().model(&model.base_url()).model_name(MODEL);
        let shop = Edge::shared().await.shop(setup).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say("How many days do I have to return a coat?").await;
        // A small machine that is busy with other tests is slow, and a person may be offered meanwhile.
        let answer = socket.message_within(Duration::from_secs(90), Author::Assistant).await;
        // What it says is its own affair; that it says something, in pieces and stored whole, is ours.
        let pieces = socket.heard.iter().filter(|frame| matches!(frame, ServerFrame::Delta(_))).count();
        assert!(pieces >= 2 && !answer.text.is_empty(), "{pieces} pieces of {answer:?}");
        assert_eq!(socket.drafted(&answer.id).trim_end(), answer.text);
        let stored = messages(&shopper.missed(0).await.events);
        assert_eq!(stored.iter().find(|m| m.from == Author::Assistant), Some(&answer));
    });
}
