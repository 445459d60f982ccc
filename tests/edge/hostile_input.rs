//! Whatever is sent, the sender gets a clear answer and nothing already said is lost.

use counterbell_protocol::{ClientFrame, ServerFrame};
use serde_json::json;
use tests::edge::{Edge, ShopSetup};
use tests::http::Ask;
use tests::shopper::{fresh_id, messages, say};
use tests::{run, unique};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

#[test]
fn over_the_socket() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say("What does shipping cost?").await;
        socket.answer_or_person(0).await;
        let say = |text: &str| json!({"type": "say", "id": unique("m"), "text": text}).to_string();
        let cases = [
            ("nothing at all", Message::text(""), "bad_json"),
            ("no JSON", Message::text("{\"type\": \"say\""), "bad_json"),
            ("JSON that is no frame", Message::text("[1, 2]"), "bad_json"),
            ("a frame without its fields", Message::text(r#"{"type":"say","id":"m1"}"#), "bad_json"),
            ("an empty text", Message::text(say("  \n ")), "empty"),
            ("a long text", Message::text(say(&"é".repeat(4_001))), "too_long"),
            ("100 kB", Message::text(say(&"x".repeat(100_000))), "too_long"),
            ("a long page", Message::text(long_page()), "too_long"),
            ("binary", Message::binary(vec![0_u8, 159, 146, 150]), "binary"),
            ("a bad id", Message::text(r#"{"type":"say","id":"<script>","text":"x"}"#), "bad_id"),
            ("deep nesting", Message::text("[".repeat(10_000)), "bad_json"),
        ];
        for (what, message, code) in cases {
            let mark = socket.mark();
            socket.send_raw(message).await.expect(what);
            assert_eq!(socket.refusal_since(mark).await, code, "{what}");
        }
        // From a newer frame: passed over in silence.
        socket.send_text(r#"{"type":"from_the_future","id":"x","text":"y"}"#).await;
        socket.say("How many days to return?").await;
        let said: Vec<_> = messages(&shopper.missed(0).await.events).into_iter().map(|m| m.text).collect();
        assert!(said.iter().any(|t| t == "What does shipping cost?"), "{said:?}");
        assert!(said.iter().any(|t| t == "How many days to return?"), "{said:?}");
    });
}

/// A short text that comes with a page of 40 kB.
fn long_page() -> String {
    let page = json!({"title": "x".repeat(40_000)});
    json!({"type": "say", "id": unique("m"), "text": "x", "page": page}).to_string()
}

#[test]
fn over_http() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let shopper = shop.shopper().await;
        let say =
            |text: &str| json!({"type": "say", "id": unique("m"), "text": text}).to_string().into_bytes();
        let cases = [
            ("nothing at all", Vec::new(), 400, "bad_json"),
            ("no JSON", b"{\"type\": \"say\"".to_vec(), 400, "bad_json"),
            ("bytes", vec![0, 159, 146, 150], 400, "bad_json"),
            ("an empty text", say(" "), 400, "empty"),
            ("a long text", say(&"x".repeat(8_001)), 413, "too_long"),
            ("100 kB", say(&"x".repeat(100_000)), 413, "too_long"),
            ("deep nesting", "{\"a\":".repeat(6_000).into_bytes(), 400, "bad_json"),
        ];
        for (what, body, status, code) in cases {
            let ask = Ask::post(shopper.url("frames")).bearer(&shopper.token).header("origin", &shopper.edge);
            let answer = ask.header("content-type", "application/json").body(body).send().await;
            assert_eq!((answer.status, answer.code().as_str()), (status, code), "{what}: {}", answer.text());
        }
        assert_eq!(messages(&shopper.missed(0).await.events), []);
    });
}

#[test]
fn the_longest_text_that_is_allowed_is_stored_whole() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let text = "é".repeat(counterbell_protocol::MAX_TEXT_BYTES / 2);
        socket.say(&text).await;
        assert_eq!(messages(&shopper.missed(0).await.events)[0].text, text);
    });
}

#[test]
fn a_frame_of_33_mib_closes_that_socket_and_no_other() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut good) = shop.talk().await;
        let mut bad = shopper.connect().await;
        let _ = bad.send_raw(Message::text("x".repeat(33 << 20))).await;
        let refused = tokio::time::timeout(tests::shopper::PATIENCE, async {
            while let Some(frame) = bad.next().await {
                if matches!(frame, ServerFrame::Refused { .. }) {
                    return;
                }
            }
        });
        refused.await.expect("a refusal or the end of the socket");
        good.say("What does shipping cost?").await;
    });
}

#[test]
fn a_body_of_33_mib_is_refused_wherever_it_is_sent() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let base = format!("{}/v1/shops/{}", shop.edge, shop.id);
        let called = format!("{base}/agent/conversations/{}/reply", shopper.conversation);
        let asks = [
            Ask::post(format!("{base}/conversations")),
            Ask::post(shopper.url("frames")).bearer(&shopper.token),
            Ask::post(called).bearer(&shop.queue.key).header("idempotency-key", "big"),
            Ask::put(format!("{base}/agent/people")).bearer(&shop.queue.key),
            Ask::post(format!("{}/s/{}/form", shop.edge, shop.id)),
        ];
        for ask in asks {
            let answer = ask.clone().body(vec![b'x'; 33 << 20]).send().await;
            let told = answer.status == 413 || answer.text().contains("<form");
            assert!(told, "{ask:?}: {} {}", answer.status, answer.text());
        }
        socket.say("What does shipping cost?").await;
    });
}

#[test]
fn a_body_that_does_not_say_its_length_is_cut_off_too() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let status = endless(&shopper.url("frames"), &shopper.token).await;
        assert!(status.contains(" 413 "), "{status:?}");
        socket.say("What does shipping cost?").await;
    });
}

/// Sends chunk after chunk until an answer comes: its first line.
async fn endless(url: &str, token: &str) -> String {
    let (host, path) = url.trim_start_matches("http://").split_once('/').expect("a path");
    let stream = TcpStream::connect(host).await.expect("the edge");
    let (read, mut write) = stream.into_split();
    let head = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let chunk = format!("{:x}\r\n{}\r\n", 64 << 10, "x".repeat(64 << 10));
    let sending = tokio::spawn(async move {
        let mut next = head.into_bytes();
        while write.write_all(&next).await.is_ok() {
            next = chunk.clone().into_bytes();
        }
    });
    let mut line = String::new();
    let mut read = BufReader::new(read);
    let first = read.read_line(&mut line);
    tokio::time::timeout(tests::shopper::PATIENCE, first).await.expect("an answer").expect("a line");
    sending.abort();
    line
}

#[test]
fn a_flood_of_messages_is_slowed_and_a_person_can_still_be_asked_for() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        for _ in 0..80 {
            socket.send(&say("x")).await;
        }
        assert_eq!(socket.refusal_since(0).await, "too_fast");
        let asked = shopper.post(&ClientFrame::AskPerson { id: fresh_id() }).await;
        assert_eq!(asked.status, 200, "{}", asked.text());
        assert_eq!(shopper.missed(0).await.ready.owner, counterbell_protocol::Owner::Waiting);
    });
}
