//! Who has not shown that they may, may not: unknown shops, other origins, other people's tokens.

use counterbell_protocol::SUBPROTOCOL;
use counterbell_protocol::socket::Open;
use serde_json::json;
use tests::edge::{Edge, ShopSetup};
use tests::http::Ask;
use tests::run;
use tests::shopper::{Shopper, say};

#[test]
fn an_unknown_shop_opens_nothing() {
    run(async {
        let edge = Edge::shared().await;
        for (shop, status) in [("nobody", 404), ("..%2f..", 404), ("%00", 404)] {
            let answer = Shopper::try_open(&edge.url, shop, &Open::default()).await;
            assert_eq!(answer.status, status, "{shop}: {}", answer.text());
        }
    });
}

#[test]
fn other_origins_may_neither_open_nor_connect() {
    run(async {
        let edge = Edge::shared().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let shopper = shop.shopper().await;
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
            let url = format!("{}/v1/shops/{}/conversations", edge.url, shop.id);
            let answer = Ask::post(url).header("origin", origin).json(&json!({})).send().await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "wrong_origin"), "{origin}");
            let stranger = Shopper { edge: edge.url.clone(), ..shopper.clone() };
            let refused = connect_from(&stranger, origin).await;
            assert_eq!(refused, 403, "{origin}");
        }
    });
}

#[test]
fn a_token_opens_its_own_conversation_alone() {
    run(async {
        let edge = Edge::shared().await;
        let (shop, other_shop) = (edge.shop(ShopSetup::new()).await, edge.shop(ShopSetup::new()).await);
        let (mine, another, abroad) =
            (shop.shopper().await, shop.shopper().await, other_shop.shopper().await);
        let mut forged = mine.token.clone();
        let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
        forged.push(last);
        let wrong = ["", "made-up", "a.b.c", &forged, &another.token, &abroad.token];
        for token in wrong {
            let thief = Shopper { token: token.to_owned(), ..mine.clone() };
            assert_eq!(thief.post(&say("x")).await.status, 401, "{token:?} says");
            let read = Ask::get(thief.url("events?after=0")).bearer(token).header("origin", &edge.url);
            assert_eq!(read.send().await.status, 401, "{token:?} reads");
            assert_eq!(connect_from(&thief, &edge.url).await, 401, "{token:?} connects");
        }
        // The right token, but through another shop's address.
        let through = Shopper { shop: other_shop.id.clone(), ..mine.clone() };
        assert_eq!(through.post(&say("x")).await.status, 401);
        assert_eq!(mine.post(&say("What does shipping cost?")).await.status, 200);
    });
}

#[test]
fn an_agent_key_opens_its_own_shop_alone() {
    run(async {
        let edge = Edge::shared().await;
        let (shop, other) = (edge.shop(ShopSetup::new()).await, edge.shop(ShopSetup::new()).await);
        let shopper = shop.shopper().await;
        shopper.post(&tests::shopper::ask_person()).await.expect(200);
        for key in ["", "made-up", &other.queue.key, &shopper.token] {
            let mut thief = shop.queue.clone();
            key.clone_into(&mut thief.key);
            assert_eq!(thief.get("escalations").await.status, 401, "{key:?} lists");
            assert_eq!(thief.try_claim(&shopper.conversation, "Mallory").await.status, 401, "{key:?} claims");
        }
        // The right key of a shop does not reach a conversation of another.
        assert_eq!(other.queue.try_claim(&shopper.conversation, "Mallory").await.status, 404);
        assert_eq!(other.queue.get(&format!("conversations/{}", shopper.conversation)).await.status, 404);
    });
}

#[test]
fn only_the_admin_key_changes_a_shop() {
    run(async {
        let edge = Edge::shared().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let push = json!({"settings": ShopSetup::new().toml()});
        for key in ["", "made-up", &shop.queue.key] {
            let url = format!("{}/v1/shops/{}", edge.url, shop.id);
            assert_eq!(Ask::put(url).bearer(key).json(&push).send().await.status, 401, "{key:?}");
        }
    });
}

/// The status that a handshake is answered with, 101 when it succeeds.
async fn connect_from(shopper: &Shopper, origin: &str) -> u16 {
    let url = shopper.url("socket?after=0");
    let answer = Ask::get(url)
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("sec-websocket-protocol", &format!("{SUBPROTOCOL}, {}", shopper.token))
        .header("origin", origin);
    answer.send().await.status
}
