//! A frame of v1, with the very bytes of then, goes the whole way with today's edge; and what a newer frame
//! may say beyond that is ignored.

use serde_json::{Value, json};
use tests::edge::{Edge, ShopSetup, repository};
use tests::http::Ask;
use tests::run;
use tests::shopper::Shopper;

fn released(group: &str) -> Value {
    let path = repository().join(format!("edge/protocol/golden/v1/{group}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a released file")).expect("JSON")
}

/// As a newer frame would say it.
fn with_news(frame: &Value) -> String {
    let mut frame = frame.clone();
    frame["from_the_future"] = json!({"deep": [1]});
    frame.to_string()
}

/// What a frame of then says on its way, and whether it is taken.
const WAY: [(&str, &str); 8] = [
    ("say", "accepted"),
    ("typing", ""),
    ("ask_person", "accepted"),
    ("leave_contact", "accepted"),
    ("withdraw", "accepted"),
    ("identify", "refused"),
    ("end", "accepted"),
    ("rate", "accepted"),
];

async fn open(shop: &tests::edge::Shop) -> Shopper {
    let mut body = released("open")["open"].clone();
    // The token of then is long past.
    body["identity"].take();
    let url = format!("{}/v1/shops/{}/conversations", shop.edge, shop.id);
    let opened = Ask::post(url).header("origin", &shop.edge).json(&body).send().await.expect(201).value();
    let text = |name: &str| opened[name].as_str().unwrap_or_else(|| panic!("no {name}")).to_owned();
    Shopper {
        edge: shop.edge.clone(),
        shop: shop.id.clone(),
        conversation: text("conversation"),
        token: text("token"),
    }
}

#[test]
fn over_the_socket() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let mut socket = open(&shop).await.try_connect("after=0&draft=m2&offset=0").await.expect("a socket");
        socket.ready().await;
        let client = released("client");
        for (name, answer) in WAY {
            let mark = socket.mark();
            socket.send_text(r#"{"type":"hologram","x":1}"#).await;
            socket.send_text(&with_news(&client[name])).await;
            if answer.is_empty() {
                continue;
            }
            let id = &client[name]["id"];
            let answered = socket.until_since(mark, name, tests::shopper::PATIENCE, |frame| {
                let frame = serde_json::to_value(frame).ok()?;
                (frame["id"] == *id).then(|| frame["type"].as_str().unwrap_or_default().to_owned())
            });
            assert_eq!(answered.await, answer, "{name}");
        }
    });
}

#[test]
fn over_http() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let shopper = open(&shop).await;
        let client = released("client");
        for (name, answer) in WAY {
            let ask = Ask::post(shopper.url("frames")).bearer(&shopper.token).header("origin", &shop.edge);
            let ask = ask.header("content-type", "application/json").body(with_news(&client[name]));
            let answered = ask.send().await.value();
            if !answer.is_empty() {
                assert_eq!(answered["type"], answer, "{name}: {answered}");
            }
        }
        let ask = Ask::get(shopper.url("events?after=0")).bearer(&shopper.token).header("origin", &shop.edge);
        let missed = ask.send().await.expect(200).value();
        // What the frame of then cannot do without.
        let ready = &missed["ready"];
        assert!(
            ["seq", "epoch", "now_ms"].iter().all(|name| ready[name].is_u64()) && ready["owner"] == "closed",
            "{ready}"
        );
        let events = missed["events"].as_array().expect("events");
        assert!(events.iter().all(|event| event["seq"].is_u64()
            && event["at_ms"].is_u64()
            && event["event"]["type"].is_string()));
        let said = events.iter().find(|event| event["event"]["id"] == "m1").expect("what was said");
        assert_eq!(
            (&said["event"]["from"], &said["event"]["text"]),
            (&json!("shopper"), &json!("Can I return it?"))
        );
    });
}
