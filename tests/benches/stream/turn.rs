//! One turn: a question, the first token, and all the others.
//!
//! The answer is prose, as an assistant writes it: of words without sentences a screen sees none end.

use counterbell_protocol::ServerFrame;
use std::time::{Duration, Instant};
use tests::shopper::{Socket, say};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What shoppers ask one after the other: who asks the same thing again and again is offered a person.
const QUESTIONS: [&str; 4] = [
    "Which size of coat should I take for the north in winter?",
    "And how do I wash it?",
    "How long does delivery to Norway take, and what does it cost?",
    "Can I send it back if it does not fit?",
];
/// The first token of the answer and its last.
const FIRST: &str = "Certainly! ";
const LAST: &str = "Enjoy!";
const PROSE: &str = "For the north a warm coat with a hood is the best choice. Take one size larger if you wear \
    a thick jumper under it, because the sleeves are narrow. The filling keeps you warm down to minus twenty \
    degrees, and the outer fabric lets no wind through. You can wash it at thirty degrees with the zip closed. \
    If it does not fit, send it back within thirty days; the label is in the parcel. Delivery takes two to \
    four working days, and it is free from fifty euros. ";

/// An answer of so many tokens.
pub fn answer(tokens: usize) -> String {
    let prose = PROSE.split_inclusive(' ').cycle().take(tokens.saturating_sub(2));
    [FIRST].into_iter().chain(prose).chain([LAST]).collect()
}

/// What is asked in a conversation's `n`-th turn.
fn question(n: usize) -> &'static str {
    QUESTIONS[n % QUESTIONS.len()]
}

/// A server that answers one `POST` with a stream of events.
pub async fn over_http(url: &str, n: usize) -> Duration {
    let rest = url.strip_prefix("http://").expect("an http address");
    let (host, path) = rest.split_once('/').expect("an address with a path");
    let text = question(n);
    let body = serde_json::json!({"text": text, "messages": [{"role": "user", "content": text}]}).to_string();
    let length = body.len();
    let ask = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(host).await.expect("a server");
    let started = Instant::now();
    stream.write_all(ask.as_bytes()).await.expect("a server that listens");
    let (mut heard, mut first) = (Vec::new(), None);
    while stream.read_buf(&mut heard).await.expect("a stream") > 0 {
        if first.is_none() && contains(&heard, FIRST.as_bytes()) {
            first = Some(started.elapsed());
        }
    }
    assert!(contains(&heard, LAST.as_bytes()), "the stream broke off after {} bytes", heard.len());
    first.expect("a first token")
}

/// The edge, over a socket that is already open.
pub async fn over_the_socket(socket: &mut Socket, n: usize) -> Duration {
    let started = Instant::now();
    socket.send(&say(question(n))).await;
    socket.until("first token", |frame| matches!(frame, ServerFrame::Delta(_)).then_some(())).await;
    let first = started.elapsed();
    let answer = socket.answer().await;
    assert!(answer.text.ends_with(LAST) && !answer.cut, "cut: {}", answer.text);
    first
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}
