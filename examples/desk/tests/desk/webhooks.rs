//! What the webhook takes and refuses.

use crate::house::{House, NEXT_SECRET, SECRET, now_s, requested};
use standardwebhooks::Webhook;

#[tokio::test]
async fn only_fresh_deliveries_signed_with_a_key_in_use_are_taken() {
    let house = House::open().await;
    let check = async |secret: &str, age_s: i64, tampered: bool, expected: u16| {
        let body = requested("c1", "e1").to_string();
        let at_s = now_s() - age_s;
        let signature = Webhook::new(secret).unwrap().sign("msg_1", at_s, body.as_bytes()).unwrap();
        let body = if tampered { body.replace("parcel", "refund") } else { body };
        let status = house.post_webhook("msg_1", at_s, &signature, body).await;
        assert_eq!(status.as_u16(), expected, "{secret} {age_s} s old, tampered: {tampered}");
    };
    check("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0, false, 401).await;
    check(SECRET, 0, true, 401).await;
    check(SECRET, 310, false, 401).await;
    check(SECRET, -310, false, 401).await;
    check(SECRET, 290, false, 204).await;
    check(NEXT_SECRET, 0, false, 204).await;
}

#[tokio::test]
async fn two_signatures_during_rotation_verify_by_either() {
    let house = House::open().await;
    let body = requested("c1", "e1").to_string();
    let sign = |secret: &str| Webhook::new(secret).unwrap().sign("msg_1", now_s(), body.as_bytes()).unwrap();
    let both = format!("{} {}", sign("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), sign(NEXT_SECRET));
    assert_eq!(house.post_webhook("msg_1", now_s(), &both, body.clone()).await.as_u16(), 204);
}

#[tokio::test]
async fn a_delivery_counts_once() {
    let house = House::open().await;
    let mut mira = house.log_in("Mira").await;
    assert_eq!(house.deliver("msg_1", &requested("c1", "e1")).await.as_u16(), 204);
    mira.sees_stage("c1", "waiting").await;
    let withdrawn = serde_json::json!({
        "type": "escalation.withdrawn", "timestamp": "2026-11-22T10:00:01Z",
        "data": {"shop": "demo", "conversation": "c1", "escalation": "e1"},
    });
    house.deliver("msg_2", &withdrawn).await;
    mira.sees_stage("c1", "done").await;
    // The same id with an other escalation: were it taken, the case would wait again.
    assert_eq!(house.deliver("msg_1", &requested("c1", "e2")).await.as_u16(), 204);
    assert_eq!(house.deliver("msg_3", &requested("c2", "e3")).await.as_u16(), 204);
    let row = mira.sees("the next row", |it| it["type"] == "row" && it["stage"] == "waiting").await;
    assert_eq!(row["conversation"], "c2");
}

#[tokio::test]
async fn what_a_newer_edge_made_up_is_accepted_and_ignored() {
    let house = House::open().await;
    let news = serde_json::json!({"type": "escalation.sung_to", "timestamp": "x", "data": {}});
    assert_eq!(house.deliver("msg_1", &news).await.as_u16(), 204);
}
