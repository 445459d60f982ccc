//! One turn: a question, the first token, and all the others.

use counterbell_protocol::ServerFrame;
use std::time::{Duration, Instant};
use tests::shopper::{Socket, say};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const QUESTION: &str = "Which size of coat should I take for the north in winter?";
/// The text of the scripted model's first token and of its last.
const FIRST: &[u8] = b"word0 ";
const LAST: &[u8] = b"word299";

/// A server that answers one `POST` with a stream of events.
pub async fn over_http(url: &str) -> Duration {
    let rest = url.strip_prefix("http://").expect("an http address");
    let (host, path) = rest.split_once('/').expect("an address with a path");
    let body = serde_json::json!({"text": QUESTION, "messages": [{"role": "user", "content": QUESTION}]});
    let body = body.to_string();
    let length = body.len();
    let ask = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(host).await.expect("a server");
    let started = Instant::now();
    stream.write_all(ask.as_bytes()).await.expect("a server that listens");
    let (mut heard, mut first) = (Vec::new(), None);
    while stream.read_buf(&mut heard).await.expect("a stream") > 0 {
        if first.is_none() && contains(&heard, FIRST) {
            first = Some(started.elapsed());
        }
    }
    assert!(contains(&heard, LAST), "the stream broke off after {} bytes", heard.len());
    first.expect("a first token")
}

/// The edge, over a socket that is already open.
pub async fn over_the_socket(mut socket: Socket) -> Duration {
    let started = Instant::now();
    socket.send(&say(QUESTION)).await;
    socket.until("first token", |frame| matches!(frame, ServerFrame::Delta(_)).then_some(())).await;
    let first = started.elapsed();
    let answer = socket.answer().await;
    assert!(answer.text.ends_with("word299") && !answer.cut, "cut: {}", answer.text);
    first
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}
