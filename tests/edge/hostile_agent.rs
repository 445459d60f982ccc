//! Whatever a desk sends, it gets a clear answer, nothing of it is heard, and the conversation goes on.

use counterbell_protocol::agent::{Reply, Transcript};
use counterbell_protocol::{Author, MessageId};
use serde_json::{Value, json};
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::Ask;
use tests::receiver::Receiver;
use tests::shopper::{PATIENCE, Shopper, messages};
use tests::{run, unique};

async fn held(setup: ShopSetup) -> (Shop, Shopper, String) {
    let shop = Edge::shared().await.shop(setup).await;
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    let claim = shop.queue.claim(&shopper.conversation, "Mina").await.claim;
    (shop, shopper, claim)
}

#[test]
fn bodies_that_are_not_what_a_call_wants() {
    run(async {
        let (shop, shopper, claim) = held(ShopSetup::new()).await;
        let reply = |id: &str, text: String| json!({"claim": claim, "id": id, "text": text});
        let person = |id: &str, name: &str| json!({"person": {"id": id, "name": name}});
        let transfer = |queue: String| json!({"claim": claim, "queue": queue});
        let long = |bytes: usize| "x".repeat(bytes);
        let cases: Vec<(&str, Value, u16, &str)> = vec![
            ("claim", json!(null), 400, "bad_json"),
            ("claim", json!({"person": "Ada"}), 400, "bad_json"),
            ("claim", person("", "Ada"), 400, "bad_person"),
            ("claim", person("ada", " \n"), 400, "bad_person"),
            ("claim", person(&long(81), "Ada"), 400, "bad_person"),
            ("claim", person("ada", &long(81)), 400, "bad_person"),
            ("renew", json!({"claim": 5}), 400, "bad_json"),
            ("renew", json!({"claim": long(20_000)}), 409, "claim_lapsed"),
            ("typing", json!([]), 400, "bad_json"),
            ("reply", reply("r1", String::new()), 400, "empty"),
            ("reply", reply("r1", " \n\t ".to_owned()), 400, "empty"),
            ("reply", reply("r1", "é".repeat(4_001)), 413, "too_long"),
            ("reply", reply("", "x".to_owned()), 400, "bad_id"),
            ("reply", reply("<script>", "x".to_owned()), 400, "bad_id"),
            ("reply", reply(&long(65), "x".to_owned()), 400, "bad_id"),
            ("reply", json!({"claim": claim, "id": 7, "text": "x"}), 400, "bad_json"),
            ("reply", json!({"claim": claim, "id": "r1", "text": ["x"]}), 400, "bad_json"),
            ("note", json!({"claim": claim, "text": ""}), 400, "empty"),
            ("note", json!({"claim": claim, "text": long(8_001)}), 413, "too_long"),
            ("transfer", transfer(String::new()), 400, "bad_queue"),
            ("transfer", transfer(long(65)), 400, "bad_queue"),
            ("release", json!({}), 400, "bad_json"),
            ("resolve", json!({"claim": ""}), 409, "claim_lapsed"),
            ("poke", json!({"claim": claim}), 404, "not_found"),
            ("%2e%2e", json!({"claim": claim}), 404, "not_found"),
        ];
        for (call, body, status, code) in cases {
            let answer = shop.queue.call(&shopper.conversation, call, &body).await;
            let told = (answer.status, answer.code());
            assert_eq!(told, (status, code.to_owned()), "{call} {body}: {}", answer.text());
        }
        assert!(messages(&shopper.missed(0).await.events).is_empty());
        shop.queue.reply(&shopper.conversation, &claim, "Still here.").await.expect(200);
    });
}

#[test]
fn a_key_that_was_used_for_other_words_sends_nothing() {
    run(async {
        let (shop, shopper, claim) = held(ShopSetup::new()).await;
        let say =
            |text: &str| Reply { claim: claim.clone(), id: MessageId(unique("r")), text: text.to_owned() };
        let (queue, id) = (&shop.queue, &shopper.conversation);
        queue.call_again(id, "reply", &say("first"), "key").await.expect(200);
        let other = queue.call_again(id, "reply", &say("second"), "key").await;
        assert_eq!((other.status, other.code().as_str()), (422, "key_reused"));
        for key in [String::new(), "k".repeat(201)] {
            let answer = queue.call_again(id, "reply", &say("third"), &key).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "no_idempotency_key"));
        }
        let said: Vec<_> = messages(&shopper.missed(0).await.events).into_iter().map(|m| m.text).collect();
        assert_eq!(said, ["first"]);
    });
}

#[test]
fn conversations_that_cannot_be() {
    run(async {
        let (shop, _, _) = held(ShopSetup::new()).await;
        for id in ["made-up", "%00", "%2e%2e", "a%2fb", "*", &"x".repeat(300)] {
            let read = shop.queue.get(&format!("conversations/{id}")).await;
            assert_eq!(read.status, 404, "{id}: {}", read.text());
            assert_eq!(shop.queue.try_claim(id, "Mina").await.status, 404, "{id}");
        }
    });
}

#[test]
fn what_is_said_of_the_people_must_be_possible() {
    run(async {
        let (shop, _, _) = held(ShopSetup::new()).await;
        let url = format!("{}/v1/shops/{}/agent/people", shop.edge, shop.id);
        let cases = [
            (json!({"online": -1}), "bad_json"),
            (json!({"online": 1e30}), "bad_json"),
            (json!({"online": "three"}), "bad_json"),
            (json!("three"), "bad_json"),
            (json!({"wait_low_s": 180, "wait_high_s": 60}), "bad_people"),
        ];
        for (body, code) in cases {
            let answer = Ask::put(&url).bearer(&shop.queue.key).json(&body).send().await;
            let told = (answer.status, answer.code());
            assert_eq!(told, (400, code.to_owned()), "{body}: {}", answer.text());
        }
    });
}

#[test]
fn a_transfer_to_a_queue_that_nobody_serves_reaches_somebody_all_the_same() {
    run(async {
        let receiver = Receiver::start().await;
        let (shop, shopper, claim) = held(ShopSetup::new().target(&receiver.url())).await;
        receiver.first("escalation.requested", PATIENCE).await;
        shop.queue.transfer(&shopper.conversation, &claim, "no such queue").await.expect(200);
        let again = receiver.nth("escalation.requested", 2, PATIENCE).await.requested();
        assert_eq!(again.queue, "no such queue");
        shop.queue.claim(&shopper.conversation, "Jonas").await;
    });
}

#[test]
fn a_transcript_is_read_from_any_point() {
    run(async {
        let (shop, shopper, claim) = held(ShopSetup::new()).await;
        shop.queue.reply(&shopper.conversation, &claim, "Hello").await.expect(200);
        let page = |after: &'static str| {
            let path = format!("conversations/{}?after={after}", shopper.conversation);
            let queue = shop.queue.clone();
            async move { queue.get(&path).await.expect(200).json::<Transcript>() }
        };
        let whole = page("0").await.events;
        assert_eq!(messages(&whole)[0].from, Author::Person);
        assert_eq!(page("2").await.events, whole[2..]);
        assert_eq!(page("18446744073709551615").await.events, []);
        assert_eq!(page("-1").await.events, whole);
    });
}

#[test]
fn what_is_too_long_to_mean_anything_wakes_nobody() {
    run(async {
        let (shop, shopper, claim) = held(ShopSetup::new()).await;
        let long = "x".repeat(2_000);
        let conversation = format!("conversations/{}", shopper.conversation);
        for path in ["escalations", "undelivered", "budget", &conversation] {
            let answer = shop.queue.get(&format!("{path}?after={long}")).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (414, "too_long"),
                "{path}: {}",
                answer.text()
            );
        }
        let events = Ask::get(shopper.url(&format!("events?after={long}"))).bearer(&shopper.token);
        assert_eq!(events.send().await.status, 414);
        // There is no such conversation, and nobody was asked whether there is.
        for (key, status, code) in
            [(&long[..201], 400, "no_idempotency_key"), (&long[..200], 404, "not_found")]
        {
            let call = shop.queue.call_again("nobody", "renew", &json!({"claim": claim}), key).await;
            assert_eq!((call.status, call.code().as_str()), (status, code), "{}", call.text());
        }
        let file = shopper.attachment(&MessageId::new(&long), "a.png", tests::shopper::PNG).send().await;
        assert_eq!((file.status, file.code().as_str()), (400, "bad_id"), "{}", file.text());
    });
}
