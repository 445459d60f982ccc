//! Of a receiver's answer the status counts. What else it sends is read a little and not waited for long.

use serde_json::Value;
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::receiver::{Answer, Receiver};
use tests::wire::Step;
use tests::{poll, run};

/// The first attempt's record.
async fn recorded(answer: Answer) -> Value {
    let receiver = Receiver::answering(answer).await;
    let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    poll::until("record of an attempt", Duration::from_secs(60), || async {
        let row = shop.delivery(&shopper.conversation, "requested").await?;
        row["attempts"][0].is_object().then(|| row["attempts"][0].clone())
    })
    .await
}

#[test]
fn no_more_than_20_kb_are_waited_for_and_1_kb_is_kept() {
    run(async {
        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 100000000\r\n\r\n";
        let begun = vec![Step::Send(head.as_bytes().to_vec()), Step::Flood(64_000), Step::Hang];
        let attempt = recorded(Answer(begun)).await;
        assert_eq!(attempt["status"], 200);
        assert!(attempt["duration_ms"].as_u64().is_some_and(|ms| ms < 12_000), "{attempt}");
        assert_eq!(attempt["answer"].as_str().map(str::len), Some(1_000));
    });
}

#[test]
fn one_that_never_ends_is_left_after_15_s_and_its_status_counts() {
    run(async {
        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
        let mut steps = vec![Step::Send(head.as_bytes().to_vec())];
        for _ in 0..40 {
            steps.extend([Step::Send(b"x".to_vec()), Step::Wait(Duration::from_secs(1))]);
        }
        let attempt = recorded(Answer(steps)).await;
        assert_eq!(attempt["status"], 200);
        assert!(attempt["duration_ms"].as_u64().is_some_and(|ms| ms < 25_000), "{attempt}");
    });
}
