//! The scripted model sends what its script says, and knows what it was asked.

use std::time::{Duration, Instant};
use tests::llm::{Script, Upstream};
use tests::run;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[test]
fn chooses_by_turn_then_by_mark_then_by_default() {
    run(async {
        let model = Upstream::start(Script::answer("default")).await;
        model.when("coat", Script::status(429, &[("retry-after", "2")], "{}"));
        model.next(Script::html());
        assert!(ask(&model, "coat").await.contains("502 Bad Gateway"));
        assert!(ask(&model, "a coat?").await.starts_with("HTTP/1.1 429"));
        assert!(ask(&model, "else").await.contains("\"default\""));
        assert_eq!(model.requests().len(), 3);
        assert_eq!(model.requests()[1].json()["messages"][0]["content"], "a coat?");
    });
}

#[test]
fn keeps_the_pace_it_was_told() {
    run(async {
        let model = Upstream::start(Script::tokens(10, 50)).await;
        let started = Instant::now();
        let answer = ask(&model, "x").await;
        assert!(started.elapsed() >= Duration::from_millis(190), "{:?}", started.elapsed());
        assert!(answer.contains("word9 ") && answer.ends_with("data: [DONE]\n\n"));
    });
}

async fn ask(model: &Upstream, text: &str) -> String {
    let address = model.base_url().replace("http://", "").replace("/v1", "");
    let body = format!(r#"{{"messages":[{{"role":"user","content":"{text}"}}]}}"#);
    let head = format!("POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
