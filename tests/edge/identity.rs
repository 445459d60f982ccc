//! Who a shopper is comes from a token that the shop's own server signed, or is not known at all.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use counterbell_protocol::socket::{Open, Opened, Page};
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::Sha256;
use tests::edge::{Edge, ShopSetup};
use tests::receiver::Receiver;
use tests::run;
use tests::shopper::{PATIENCE, Shopper};
use tests::wire::now_ms;

const KEY: &str = "the shop's own identity key";

#[test]
fn a_signed_token_reaches_the_queue_and_a_claim_of_the_page_stays_a_claim() {
    run(async {
        let edge = Edge::shared().await;
        let receiver = Receiver::start().await;
        let shop = edge.shop(ShopSetup::new().target(&receiver.url()).identity_key(KEY)).await;
        let claims =
            json!({"sub": "u1", "name": "Kari", "tier": "vip", "orders": 7, "exp": now_ms() / 1_000 + 600});
        let page =
            Page { title: Some("tier: vip".to_owned()), order: Some("A-1".to_owned()), ..Page::default() };
        let open = Open { identity: Some(token(&claims, KEY)), page: Some(page), ..Open::default() };
        let opened = Shopper::try_open(&edge.url, &shop.id, &open).await.expect(201).json();
        Shopper::opened(&edge.url, &shop.id, &opened).connect().await.ask_person().await;
        let requested = receiver.first("escalation.requested", PATIENCE).await.requested();
        let customer = requested.customer.expect("a verified customer");
        assert_eq!(
            (customer.id.as_str(), customer.tier.as_deref(), customer.orders),
            ("u1", Some("vip"), Some(7))
        );
        assert_eq!(requested.page.and_then(|page| page.order).as_deref(), Some("A-1"));

        let guest = Open {
            page: Some(Page { title: Some("tier: vip".to_owned()), ..Page::default() }),
            ..Open::default()
        };
        let opened = Shopper::try_open(&edge.url, &shop.id, &guest).await.expect(201).json();
        Shopper::opened(&edge.url, &shop.id, &opened).connect().await.ask_person().await;
        let requested = receiver.nth("escalation.requested", 2, PATIENCE).await.requested();
        assert_eq!(requested.customer, None);
    });
}

#[test]
fn with_a_token_that_is_not_good_one_is_a_guest_and_not_turned_away() {
    run(async {
        let edge = Edge::shared().await;
        let shop = edge.shop(ShopSetup::new().identity_key(KEY)).await;
        let without_key = edge.shop(ShopSetup::new()).await;
        let now_s = now_ms() / 1_000;
        let good = token(&json!({"sub": "u1", "exp": now_s + 600}), KEY);
        let stripped = format!("{}.", good.rsplit_once('.').expect("three parts").0);
        for (what, shop, identity) in [
            (
                "another key",
                &shop,
                token(&json!({"sub": "u1", "exp": now_s + 600}), "another shop's identity key"),
            ),
            ("too late", &shop, token(&json!({"sub": "u1", "exp": now_s - 1}), KEY)),
            ("for ever", &shop, token(&json!({"sub": "u1", "exp": now_s + 10_000_000}), KEY)),
            ("nobody", &shop, token(&json!({"exp": now_s + 600}), KEY)),
            ("unsigned", &shop, stripped),
            ("nonsense", &shop, "not a token".to_owned()),
            ("a shop that has no key", &without_key, good),
        ] {
            let open = Open { identity: Some(identity), ..Open::default() };
            let answer = Shopper::try_open(&edge.url, &shop.id, &open).await;
            assert_eq!(
                (answer.status, answer.text().contains(r#""identity_refused":true"#)),
                (201, true),
                "{what}"
            );
            let opened: Opened = answer.json();
            let transcript = shop.queue.transcript(opened.conversation.as_str()).await;
            assert_eq!(transcript.customer, None, "{what}");
        }
    });
}

/// A JWT signed with HS256, as a shop's server makes it.
fn token(claims: &serde_json::Value, key: &str) -> String {
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    let signed =
        format!("{}.{}", encode(r#"{"alg":"HS256","typ":"JWT"}"#.to_owned()), encode(claims.to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}
