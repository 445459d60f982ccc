//! `edge/AGENT-API.md` tells the truth: each of its examples is sent, in order, and answered as it says.

use counterbell_protocol::Owner;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::{Ask, Response};
use tests::receiver::{Answer, Receiver};
use tests::shopper::{PATIENCE, PNG, Shopper, fresh_id};
use tests::{poll, run, unique};

/// One example: what is sent, and what the page says comes back.
#[derive(Debug)]
struct Example {
    method: String,
    path: String,
    body: Option<String>,
    answer: Value,
}

#[test]
fn every_example_is_answered_as_written() {
    run(async {
        let page = tests::edge::repository().join("edge/AGENT-API.md");
        let page = std::fs::read_to_string(page).expect("the agent API is documented");
        let examples = examples(&page);
        assert!(examples.len() >= 8, "only {} examples found", examples.len());
        let busy = Receiver::answering(Answer::retry_after(503, "600")).await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&busy.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        shop.wait_for_open("open escalation", |count| count == 1).await;
        poll::until("failing delivery", PATIENCE, || async { shop.queue.undelivered().await.pop() }).await;
        let mut claim = String::new();
        for example in examples {
            let filled = |text: &str| {
                let text = text.replace("{shop}", &shop.id).replace("{conversation}", &shopper.conversation);
                text.replace("{claim}", &claim)
            };
            let answer = send(&shop, &example, &filled).await;
            assert_eq!(answer.status, 200, "{example:?}: {}", answer.text());
            assert_like(&example.answer, &answer.value(), &example.path);
            if let Some(fresh) = answer.value()["claim"].as_str() {
                fresh.clone_into(&mut claim);
            }
        }
    });
}

#[test]
fn a_file_is_told_as_written() {
    run(async {
        let page = tests::edge::repository().join("edge/AGENT-API.md");
        let page = std::fs::read_to_string(page).expect("the agent API is documented");
        let (_, shown) =
            blocks(&page).into_iter().find(|(_, text)| text.contains("\"attachment\"")).expect("a file");
        let receiver = Receiver::start().await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        shopper.attachment(&fresh_id(), "a.png", PNG).send().await.expect(200);
        let told = receiver.first("escalation.message", PATIENCE).await.0.json();
        let shown = serde_json::from_str(shown).unwrap_or_else(|e| panic!("{e} in {shown}"));
        assert_like(&shown, &told["data"]["line"], "line");
    });
}

#[test]
fn a_request_is_told_as_written_in_each_shape() {
    run(async {
        let page = tests::edge::repository().join("edge/AGENT-API.md");
        let page = std::fs::read_to_string(page).expect("the agent API is documented");
        let (_, shown) =
            blocks(&page).into_iter().find(|(_, text)| text.contains("\"transcript\"")).expect("a request");
        let shown: Value = serde_json::from_str(shown).unwrap_or_else(|e| panic!("{e} in {shown}"));
        let [full, flat, text] = [Receiver::start().await, Receiver::start().await, Receiver::start().await];
        let shaped = |receiver: &Receiver, format: &str| {
            format!("[[targets]]\nurl = \"{}\"\nformat = \"{format}\"\n", receiver.url())
        };
        let targets = shaped(&full, "full") + &shaped(&flat, "flat") + &shaped(&text, "text");
        let shop = Edge::shared().await.shop(ShopSetup::new().more(&targets)).await;
        ask_about(&shop, &shown["data"]["page"]).await;
        assert_like(&shown, &first(&full).await, "full");
        let (told, named) = (first(&flat).await, named(&page, "A target with `format = \"flat\"`"));
        let told: BTreeSet<_> = told.as_object().expect("one level").keys().map(String::as_str).collect();
        assert_eq!(told, named, "flat");
        let told = first(&text).await;
        let told = told["text"].as_str().expect("a text");
        assert!(told.starts_with(&format!("[{}] escalation.requested: ", shop.id)), "{told}");
    });
}

/// A guest on this page asks for a person in words, so that the rules decide.
async fn ask_about(shop: &Shop, page: &Value) {
    let open = json!({"language": "en", "page": page});
    let open = serde_json::from_value(open).expect("a page as the frame sends it");
    let opened = Shopper::try_open(&shop.edge, &shop.id, &open).await.expect(201).json();
    let mut socket = Shopper::opened(&shop.edge, &shop.id, &opened).connect().await;
    socket.say("I want to talk to a person").await;
    socket.owner(Owner::Waiting).await;
}

/// The body of the first that came, whatever its shape.
async fn first(receiver: &Receiver) -> Value {
    let came = || async { receiver.attempts().first().map(|delivery| delivery.0.json()) };
    poll::until("delivery", PATIENCE, came).await
}

/// The words in backticks of the sentence that begins so.
fn named<'a>(page: &'a str, beginning: &str) -> BTreeSet<&'a str> {
    let (_, rest) = page.split_once(beginning).expect("the sentence is there");
    let (sentence, _) = rest.split_once(". ").expect("it has an end");
    sentence.split('`').skip(1).step_by(2).collect()
}

async fn send(shop: &Shop, example: &Example, filled: &impl Fn(&str) -> String) -> Response {
    let url = format!("{}{}", shop.edge, filled(&example.path));
    let ask = Ask::new(&example.method, url).bearer(&shop.queue.key);
    match &example.body {
        Some(body) => ask.header("idempotency-key", &unique("call")).body(filled(body)).send().await,
        None => ask.send().await,
    }
}

/// All that the page shows is there, of the same kind; what is there beyond it may be.
#[track_caller]
fn assert_like(shown: &Value, real: &Value, at: &str) {
    match (shown, real) {
        (Value::Object(shown), Value::Object(real)) => {
            for (key, value) in shown {
                let found = real.get(key).unwrap_or_else(|| panic!("{at}: no {key} in {real:?}"));
                assert_like(value, found, &format!("{at}.{key}"));
            }
        }
        (Value::Array(shown), Value::Array(real)) => {
            if let (Some(shown), Some(real)) = (shown.first(), real.first()) {
                assert_like(shown, real, at);
            }
            assert!(shown.is_empty() || !real.is_empty(), "{at}: nothing there");
        }
        _ => assert_eq!(std::mem::discriminant(shown), std::mem::discriminant(real), "{at}: {shown} {real}"),
    }
}

/// All blocks: their language and their text.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    page.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n')).collect()
}

/// An `http` block and the `json` block that follows it.
fn examples(page: &str) -> Vec<Example> {
    let blocks = blocks(page);
    let pairs = blocks.windows(2).filter(|pair| pair[0].0 == "http");
    pairs
        .map(|pair| {
            assert_eq!(pair[1].0, "json", "an example without an answer: {}", pair[0].1);
            let (line, body) = pair[0].1.split_once('\n').unwrap_or((pair[0].1, ""));
            let (method, path) = line.split_once(' ').expect("a method and a path");
            Example {
                method: method.to_owned(),
                path: path.to_owned(),
                body: Some(body.trim().to_owned()).filter(|body| !body.is_empty()),
                answer: serde_json::from_str(pair[1].1).unwrap_or_else(|e| panic!("{e} in {}", pair[1].1)),
            }
        })
        .collect()
}
