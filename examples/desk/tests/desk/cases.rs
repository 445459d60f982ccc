//! What people do, and what the edge then hears.

use crate::fake_edge::FakeEdge;
use crate::house::{Colleague, House, requested, soon};
use serde_json::{Value, json};
use std::collections::HashSet;

async fn claimed_case(house: &House, lease_ms: u64) -> Colleague {
    house.edge.grants_claims(lease_ms);
    let mut mira = house.log_in("Mira").await;
    house.deliver("msg_1", &requested("c1", "e1")).await;
    mira.sees_stage("c1", "waiting").await;
    house.edge.owner_is(3, "person");
    assert_eq!(mira.post("cases/c1/claim", json!({})).await.status().as_u16(), 204);
    mira.sees_stage("c1", "mine").await;
    mira
}

#[tokio::test]
async fn a_case_is_claimed_answered_and_resolved() {
    let house = House::open().await;
    let mut mira = claimed_case(&house, 60_000).await;
    house.edge.answers("reply", 200, json!({"seq": 5}));
    for (call, body) in [
        ("reply", json!({"id": "r1", "text": "It is on its way."})),
        ("note", json!({"text": "Parcel scanned today"})),
        ("typing", json!({})),
        ("resolve", json!({})),
    ] {
        let status = mira.post(&format!("cases/c1/{call}"), body).await.status();
        assert_eq!(status.as_u16(), 204, "{call}");
    }
    mira.sees_stage("c1", "done").await;
    let reply = house.edge.calls("c1/reply").remove(0);
    assert_eq!(reply.body, json!({"claim": "k1", "id": "r1", "text": "It is on its way."}));
    let all = ["claim", "reply", "note", "typing", "resolve"].map(|call| house.edge.calls(call).remove(0));
    let keys: HashSet<_> = all.iter().map(|call| call.idempotency_key.clone().unwrap()).collect();
    assert_eq!(keys.len(), all.len(), "each call has its own idempotency key");
}

#[tokio::test]
async fn a_try_again_carries_the_same_key() {
    let house = House::open().await;
    let mira = claimed_case(&house, 60_000).await;
    house.edge.answers("reply", 503, json!({"code": "busy", "detail": "Later."}));
    house.edge.answers("reply", 200, json!({"seq": 5}));
    let status = mira.post("cases/c1/reply", json!({"id": "r1", "text": "Hello"})).await.status();
    assert_eq!(status.as_u16(), 204);
    let keys: Vec<_> = house.edge.calls("c1/reply").into_iter().map(|call| call.idempotency_key).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

#[tokio::test]
async fn the_second_to_claim_learns_who_has_it() {
    let house = House::open().await;
    let holder = json!({"code": "held", "detail": "Held.", "held_by": {"id": "p9", "name": "Jo"}});
    house.edge.answers("claim", 409, holder);
    let mut mira = house.log_in("Mira").await;
    house.deliver("msg_1", &requested("c1", "e1")).await;
    mira.sees_stage("c1", "waiting").await;
    let answer = mira.post("cases/c1/claim", json!({})).await;
    assert_eq!(answer.status().as_u16(), 409);
    assert_eq!(answer.json::<Value>().await.unwrap()["held_by"]["name"], "Jo");
    assert_eq!(mira.post("cases/c1/reply", json!({"id": "r1", "text": "Hi"})).await.status().as_u16(), 409);
    assert!(house.edge.calls("reply").is_empty(), "no reply without a claim");
}

#[tokio::test]
async fn a_claim_is_renewed_while_the_page_is_open_and_not_after() {
    let house = House::open().await;
    let mira = claimed_case(&house, 600).await;
    soon("two renewals", || (house.edge.calls("renew").len() >= 2).then_some(())).await;
    drop(mira);
    let mut jo = house.log_in("Jo").await;
    jo.sees_stage("c1", "waiting").await;
}

#[tokio::test]
async fn a_reply_under_a_lapsed_claim_is_refused_and_shown_as_such() {
    let house = House::open().await;
    let mut mira = claimed_case(&house, 60_000).await;
    house.edge.answers("reply", 409, json!({"code": "stale", "detail": "The claim has lapsed."}));
    let answer = mira.post("cases/c1/reply", json!({"id": "r1", "text": "Too late"})).await;
    assert_eq!(answer.status().as_u16(), 409);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "not_yours");
    mira.sees_stage("c1", "waiting").await;
}

#[tokio::test]
async fn the_feed_reaches_the_page_and_the_key_does_not() {
    let house = House::open().await;
    let mut mira = claimed_case(&house, 60_000).await;
    mira.look_at("c1").await;
    mira.sees("the case", |it| it["type"] == "case").await;
    let said = json!({"type": "message", "id": "m2", "from": "shopper", "text": "<b>Thanks</b>"});
    let frame = json!({"type": "event", "seq": 2, "at_ms": 2, "event": said});
    soon("a feed", || house.edge.feed(&frame).then_some(())).await;
    let case = mira.sees("the new message", |it| it["events"].as_array().is_some_and(|e| e.len() == 2)).await;
    assert_eq!(case["events"][1]["event"]["text"], "<b>Thanks</b>");
    let shown = case.to_string();
    assert!(!shown.contains("k1") && !shown.contains(crate::fake_edge::KEY), "{shown}");
    house.edge.feed(&json!({"type": "typing"}));
    mira.sees("typing", |it| it["type"] == "typing").await;
}

#[tokio::test]
async fn a_restart_asks_the_edge_for_open_cases() {
    let edge = FakeEdge::start().await;
    edge.open("c1", "waiting");
    let house = House::beside(edge).await;
    let mut mira = house.log_in("Mira").await;
    mira.sees_stage("c1", "waiting").await;
}

#[tokio::test]
async fn the_edge_hears_who_is_on_duty() {
    let house = House::open().await;
    let told = |online: u64| {
        let people = house.edge.calls("people");
        people.last().filter(|call| call.body["online"] == online).cloned()
    };
    soon("nobody yet", || told(0)).await;
    let mira = house.log_in("Mira").await;
    let one = soon("one is online", || told(1)).await;
    assert!(one.body.get("wait_low_s").is_none(), "no number that nobody can stand for");
    mira.set_duty(false).await;
    soon("off duty", || told(0)).await;
}

#[tokio::test]
async fn strangers_are_refused() {
    let house = House::open().await;
    let check = async |path: &str, origin: Option<&str>, expected: u16| {
        let mut request = house.http.post(format!("{}/api/{path}", house.base)).json(&json!({"name": "X"}));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        assert_eq!(request.send().await.unwrap().status().as_u16(), expected, "{path} {origin:?}");
    };
    check("login", Some("https://evil.example"), 403).await;
    check("login", Some("null"), 403).await;
    check("login", Some(&house.base), 200).await;
    check("cases/c1/claim", None, 401).await;
}
