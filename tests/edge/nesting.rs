//! JSON ten thousand levels deep, wherever JSON is read: each sender gets a clear answer, and nothing traps.

use counterbell_protocol::ClientFrame;
use serde_json::json;
use std::time::Duration;
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::{Ask, Response};
use tests::llm::{Script, Upstream, head};
use tests::run;
use tests::shopper::{Shopper, fresh_id, messages, say};
use tests::wire::Step;
use tokio_tungstenite::tungstenite::Message;

const LEVELS: usize = 10_000;

/// Well formed, and closed again.
fn deep() -> String {
    "[".repeat(LEVELS) + &"]".repeat(LEVELS)
}

/// A body with a field that nobody asked for, which is deep.
fn with_deep(rest: &str) -> Vec<u8> {
    format!("{{\"extra\":{},{rest}}}", deep()).into_bytes()
}

#[track_caller]
fn assert_clear(what: &str, answer: &Response) {
    let fine = answer.status < 300 || (400..500).contains(&answer.status) && !answer.code().is_empty();
    assert!(fine, "{what}: {} {}", answer.status, answer.text());
}

#[test]
fn every_reader_survives_it() {
    run(async {
        let edge = Edge::start().await;
        let model = Upstream::start(Script::tokens(150, 20)).await;
        let shop = edge.shop(ShopSetup::new().model(&model.base_url())).await;
        // An answer that is written meanwhile in the same isolate: a trap would freeze it.
        let (_, mut reader) = shop.talk().await;
        reader.say("Tell me about sizes").await;

        over_the_socket(&shop).await;
        over_http(&edge, &shop).await;
        agent_api(&shop).await;

        assert!(reader.answer().await.text.ends_with("word149"), "the answer was cut");
        assert!(!edge.log().contains("unreachable"), "something trapped:\n{}", edge.log());
    });
}

async fn over_the_socket(shop: &Shop) {
    let (_, mut socket) = shop.talk().await;
    for rest in ["\"type\":\"say\",\"id\":\"m1\",\"text\":\"x\"", "\"type\":\"from_the_future\""] {
        let mark = socket.mark();
        let frame = String::from_utf8(with_deep(rest)).expect("text");
        socket.send_raw(Message::text(frame)).await.expect("an open socket");
        assert_eq!(socket.refusal_since(mark).await, "bad_json", "{rest}");
    }
    socket.deliver(&ClientFrame::AskPerson { id: fresh_id() }).await;
}

async fn over_http(edge: &Edge, shop: &Shop) {
    let shopper = shop.shopper().await;
    let (conversations, own) = (format!("{}/v1/shops/{}/conversations", shop.edge, shop.id), &shop.id);
    let opening = Ask::post(conversations).header("origin", &shop.edge);
    assert_clear("open", &opening.body(with_deep("\"language\":\"en\"")).send().await);
    let frame = Ask::post(shopper.url("frames")).bearer(&shopper.token).header("origin", &shopper.edge);
    let frame = frame.body(with_deep("\"type\":\"say\",\"id\":\"m1\",\"text\":\"x\""));
    assert_clear("frame", &frame.send().await);
    let push =
        |body: Vec<u8>| Ask::put(format!("{}/v1/shops/{own}", shop.edge)).bearer(edge.admin_key()).body(body);
    assert_clear("push", &push(with_deep("\"settings\":\"\"")).send().await);
    let toml = json!({"settings": format!("id = \"{own}\"\nname = {}\n", deep())});
    let answer = push(toml.to_string().into_bytes()).send().await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    shopper.post(&say("What does shipping cost?")).await.expect(200);
}

async fn agent_api(shop: &Shop) {
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    let base = format!("{}/v1/shops/{}/agent", shop.edge, shop.id);
    let people = Ask::put(format!("{base}/people")).bearer(&shop.queue.key);
    assert_clear("people", &people.body(with_deep("\"online\":1")).send().await);
    for call in ["claim", "renew", "reply", "typing", "note", "transfer", "release", "resolve"] {
        let url = format!("{base}/conversations/{}/{call}", shopper.conversation);
        let ask = Ask::post(url).bearer(&shop.queue.key).header("idempotency-key", call);
        assert_clear(call, &ask.body(with_deep("\"claim\":\"x\",\"id\":\"r\",\"text\":\"t\"")).send().await);
    }
    let held = shop.queue.claim(&shopper.conversation, "Mina").await;
    shop.queue.reply(&shopper.conversation, &held.claim, "Hello").await.expect(200);
}

#[test]
fn a_model_that_sends_it_is_an_answer_or_a_person() {
    run(async {
        let event =
            format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"Yes.\"}}}}],\"x\":{}}}\n\n", deep());
        let script = Script(vec![Step::Send(head()), Step::Send(event.into_bytes())]);
        let model = Upstream::start(script).await;
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (shopper, mut socket): (Shopper, _) = shop.talk().await;
        socket.say("Is the blue coat warm?").await;
        tokio::time::timeout(Duration::from_secs(40), socket.answer_or_person(0)).await.expect("in time");
        assert_eq!(messages(&shopper.missed(0).await.events)[0].text, "Is the blue coat warm?");
    });
}
