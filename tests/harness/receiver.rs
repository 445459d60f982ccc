//! The receiver records, answers by script, goes down and comes back at the same address.

use std::time::Duration;
use tests::receiver::{Answer, Receiver, Recorded};
use tests::wire::Request;
use tests::{oracle, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

#[test]
fn plays_its_answers_in_order_and_can_be_down() {
    run(async {
        let receiver = Receiver::start().await;
        receiver.next(Answer::retry_after(503, "7"));
        receiver.next(Answer::reset());
        assert!(post(&receiver, r#"{"type":"a"}"#).await.unwrap().contains("retry-after: 7"));
        assert!(post(&receiver, r#"{"type":"b"}"#).await.is_none_or(|answer| answer.is_empty()));
        assert!(post(&receiver, r#"{"type":"b"}"#).await.unwrap().starts_with("HTTP/1.1 204"));
        assert_eq!(receiver.attempts_of("b").len(), 2);

        receiver.down();
        tests::poll::until("refusal", Duration::from_secs(5), || async {
            post(&receiver, "{}").await.is_none().then_some(())
        })
        .await;
        receiver.up();
        tests::poll::until("answer", Duration::from_secs(5), || post(&receiver, r#"{"type":"c"}"#)).await;
        receiver.first("c", Duration::from_secs(1)).await;
    });
}

#[test]
fn three_official_packages_agree_on_a_signature() {
    run(async {
        let good = signed(r#"{"type":"x","text":"Grüße"}"#, tests::wire::now_ms() / 1000);
        let mut forged = good.clone();
        forged.0.body[9] = b'y';
        let late = signed("{}", tests::wire::now_ms() / 1000 - 301);
        for (delivery, valid) in [(good, true), (forged, false), (late, false)] {
            assert_eq!(delivery.verify(SECRET).is_ok(), valid, "Rust");
            assert_eq!(oracle::npm(&delivery, SECRET).await.is_ok(), valid, "npm");
            assert_eq!(oracle::pypi(&delivery, SECRET).await.is_ok(), valid, "PyPI");
        }
    });
}

fn signed(body: &str, at_s: u64) -> Recorded {
    let webhook = standardwebhooks::Webhook::new(SECRET).unwrap();
    let signature = webhook.sign("msg_1", at_s as i64, body.as_bytes()).unwrap();
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let request = Request {
        at: std::time::Instant::now(),
        at_ms: at_s * 1000,
        method: "POST".to_owned(),
        path: "/hook".to_owned(),
        headers: vec![
            header("webhook-id", "msg_1"),
            header("webhook-timestamp", &at_s.to_string()),
            header("webhook-signature", &signature),
        ],
        body: body.as_bytes().to_vec(),
    };
    Recorded(request, 204)
}

/// The answer, or nothing when the connection is refused or reset.
async fn post(receiver: &Receiver, body: &str) -> Option<String> {
    let address = receiver.url().replace("http://", "").replace("/hook", "");
    let mut stream = TcpStream::connect(address).await.ok()?;
    let head = format!("POST /hook HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(head.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    Some(answer)
}
