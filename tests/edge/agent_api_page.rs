//! Every example of `edge/AGENT-API.md`, run in order against a real edge: each request is answered 200, and
//! each answer has the fields that the page shows.

use counterbell_protocol::Owner;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::http::Ask;
use tests::{poll, run};

const PAGE: &str = include_str!("../../edge/AGENT-API.md");

struct Example {
    method: String,
    path: String,
    body: String,
    answer: Value,
}

#[test]
fn every_example_runs() {
    run(async {
        let edge = Edge::shared().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        socket.owner(Owner::Waiting).await;
        poll::until("an open escalation", Duration::from_secs(15), || async {
            (!shop.queue.escalations().await.escalations.is_empty()).then_some(())
        })
        .await;
        let mut known = BTreeMap::from([
            ("shop".to_owned(), shop.id.clone()),
            ("conversation".to_owned(), shopper.conversation.to_string()),
        ]);
        let examples = examples();
        assert!(examples.len() >= 10, "{} examples", examples.len());
        for (n, example) in examples.iter().enumerate() {
            let url = format!("{}{}", shop.edge, fill(&example.path, &known));
            let ask = Ask::new(&example.method, &url).bearer(&shop.queue.key);
            let ask =
                ask.header("idempotency-key", &format!("example-{n}")).body(fill(&example.body, &known));
            let answer = ask.send().await;
            assert_eq!(answer.status, 200, "{} {}: {}", example.method, example.path, answer.text());
            let got: Value = serde_json::from_str(&answer.text()).unwrap();
            check_shape(&example.path, &example.answer, &got);
            if let Some(claim) = got["claim"].as_str() {
                known.insert("claim".to_owned(), claim.to_owned());
            }
        }
    });
}

fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    for part in PAGE.split("```http\n").skip(1) {
        let (request, rest) = part.split_once("```").unwrap();
        let answer = rest.split_once("```json\n").unwrap().1.split_once("```").unwrap().0;
        let (line, body) = request.split_once('\n').unwrap();
        let (method, path) = line.split_once(' ').unwrap();
        examples.push(Example {
            method: method.to_owned(),
            path: path.trim().to_owned(),
            body: body.trim().to_owned(),
            answer: serde_json::from_str(answer).unwrap(),
        });
    }
    examples
}

fn fill(text: &str, known: &BTreeMap<String, String>) -> String {
    known.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Every field of the page is in the answer, with a value of the same kind.
fn check_shape(what: &str, shown: &Value, got: &Value) {
    match (shown, got) {
        (Value::Object(shown), Value::Object(got)) => {
            for (name, value) in shown {
                let found = got.get(name).unwrap_or_else(|| panic!("{what}: no field {name} in {got:?}"));
                check_shape(&format!("{what} {name}"), value, found);
            }
        }
        (Value::Array(shown), Value::Array(got)) => {
            if let (Some(shown), Some(got)) = (shown.first(), got.first()) {
                check_shape(what, shown, got);
            }
        }
        _ => assert_eq!(std::mem::discriminant(shown), std::mem::discriminant(got), "{what}: {got}"),
    }
}
