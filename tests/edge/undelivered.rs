//! What receivers do not take is listed for the shop, however many conversations it is from, and can be sent
//! again: one, all of a conversation, all.

use counterbell::undelivered::Outbox;
use counterbell_protocol::agent::{Replay, Standing, Undelivered};
use counterbell_protocol::{ConversationId, Owner, ShopId};
use serde_json::json;
use std::time::Duration;
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::Ask;
use tests::receiver::{Answer, Receiver, Recorded};
use tests::shopper::Shopper;
use tests::wire::{self, Port, Request, Step};
use tests::{poll, run};

const REQUEST: &str = "escalation.requested";
const MESSAGE: &str = "escalation.message";
/// An object whose call was lost is asked again after a minute.
const PATIENCE: Duration = Duration::from_secs(150);
/// Not within the first minute: it is listed at the first try.
const LATER: &str = "600";

fn all() -> Replay {
    Replay { all: true, ..Replay::default() }
}

fn of(shopper: &Shopper) -> Replay {
    Replay { conversation: Some(ConversationId::new(&shopper.conversation)), ..Replay::default() }
}

async fn asked(shop: &Shop) -> Shopper {
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    shopper
}

async fn listed(shop: &Shop, what: &str, test: impl Fn(&[Undelivered]) -> bool) -> Vec<Undelivered> {
    poll::until(what, PATIENCE, || async {
        let list = shop.queue.undelivered().await;
        test(&list).then_some(list)
    })
    .await
}

#[test]
fn what_fails_is_listed_with_its_last_answer_until_it_is_taken() {
    run(async {
        let edge = Edge::shared().await;
        let receiver = Receiver::answering(Answer::retry_after(503, LATER)).await;
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let other = edge.shop(ShopSetup::new()).await;
        let shopper = asked(&shop).await;
        let one = listed(&shop, "failing delivery", |list| list.len() == 1).await.remove(0);
        let attempt = receiver.first(REQUEST, PATIENCE).await;
        assert_eq!(one.conversation.as_str(), shopper.conversation);
        assert_eq!((one.delivery.as_str(), one.event.as_str()), (attempt.id(), REQUEST));
        assert_eq!((one.target.as_str(), one.fallback), ("default", false));
        assert_eq!((one.state, one.tries, one.status), (Standing::Failing, 1, Some(503)));
        let next_ms = one.next_ms.expect("it is tried again");
        assert!(one.since_ms == one.last_ms && next_ms >= one.last_ms + 600_000, "{one:?}");
        assert_eq!(other.queue.undelivered().await, []);

        receiver.calm();
        let which = Replay { delivery: Some(one.delivery.clone()), ..of(&shopper) };
        assert_eq!(other.queue.replay(&which).await, 0, "another shop's");
        assert_eq!(shop.queue.replay(&which).await, 1);
        listed(&shop, "empty list", <[_]>::is_empty).await;
        let ids: Vec<String> = receiver.attempts_of(REQUEST).iter().map(|one| one.id().to_owned()).collect();
        assert_eq!(ids, [one.delivery.as_str(), one.delivery.as_str()]);
    });
}

#[test]
fn what_was_given_up_after_72_hours_outlives_restarts_and_is_delivered_when_it_is_replayed() {
    run(async {
        let edge = Edge::start().await;
        let receiver = Receiver::start().await;
        receiver.down();
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        socket.say("Is anybody there?").await;
        poll::until("failed attempt", PATIENCE, || async {
            shop.delivery(&shopper.conversation, "requested").await?["attempts"][0].is_object().then_some(())
        })
        .await;
        edge.kill9();
        assert!(edge.age_deliveries(72 * 60) >= 2, "the request and the message");
        edge.restart().await;
        let given_up = |list: &[Undelivered]| {
            list.len() == 2 && list.iter().all(|one| one.state == Standing::Undeliverable)
        };
        let before = listed(&shop, "two given up", given_up).await;
        assert_eq!(before.iter().map(|one| one.event.as_str()).collect::<Vec<_>>(), [REQUEST, MESSAGE]);
        assert!(before.iter().all(|one| one.next_ms.is_none() && one.error.is_some()), "{before:?}");
        receiver.up();
        poll::never("attempt of what was given up", Duration::from_secs(4), || async {
            receiver.attempts().first().map(|_| ())
        })
        .await;
        edge.restart().await;
        assert_eq!(shop.queue.undelivered().await, before);

        assert_eq!(shop.queue.replay(&all()).await, 2);
        let message = receiver.first(MESSAGE, PATIENCE).await;
        let request = receiver.first(REQUEST, PATIENCE).await;
        let kinds: Vec<String> = receiver.attempts().iter().map(Recorded::kind).collect();
        assert_eq!(kinds, [REQUEST, MESSAGE], "in the order in which they happened");
        assert_eq!([request.id(), message.id()], [&*before[0].delivery, &*before[1].delivery]);
        request.verify(&shop.webhook_key).expect("signed anew");
        listed(&shop, "empty list", <[_]>::is_empty).await;
        // What arrives after three days still leads to a person.
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        shop.queue.reply(&shopper.conversation, &held.claim, "Sorry that it took so long.").await.expect(200);
        assert_eq!(shopper.missed(0).await.ready.owner, Owner::Person);
    });
}

#[test]
fn what_a_target_refused_for_good_is_replayed_with_what_was_stopped() {
    run(async {
        let receiver = Receiver::answering(Answer::status(410, &[])).await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let gone = listed(&shop, "delivery refused for good", |list| list.len() == 1).await.remove(0);
        assert_eq!((gone.state, gone.status, gone.next_ms), (Standing::Gone, Some(410), None));
        socket.say("Is anybody there?").await;
        receiver.calm();
        assert_eq!(shop.queue.replay(&of(&shopper)).await, 1);
        receiver.first(MESSAGE, PATIENCE).await;
        let kinds: Vec<String> = receiver.attempts().iter().map(Recorded::kind).collect();
        assert_eq!(kinds, [REQUEST, REQUEST, MESSAGE]);
        listed(&shop, "empty list", <[_]>::is_empty).await;
    });
}

#[test]
fn the_list_is_read_page_by_page_by_the_queue_and_by_the_operator() {
    run(async {
        let edge = Edge::shared().await;
        let receiver = Receiver::answering(Answer::retry_after(503, LATER)).await;
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let mut conversations = Vec::new();
        for count in 1..=3 {
            conversations.push(asked(&shop).await.conversation);
            listed(&shop, "one more", |list| list.len() == count).await;
        }
        let first = shop.queue.undelivered_page("limit=2").await;
        let after = first.next.expect("there is more");
        let second = shop.queue.undelivered_page(&format!("limit=2&after={after}")).await;
        let pages = [first.undelivered, second.undelivered].concat();
        let found: Vec<&str> = pages.iter().map(|one| one.conversation.as_str()).collect();
        assert_eq!((found, second.next), (conversations.iter().map(String::as_str).collect(), None));

        let url = format!("{}/v1/shops/{}/undelivered", shop.edge, shop.id);
        let operators = by_operator(&shop, |outbox| outbox.list()).await;
        assert_eq!(operators.expect("a list"), shop.queue.undelivered().await);
        for (ask, status) in [
            (Ask::get(&url), 401),
            (Ask::get(&url).bearer(&shop.queue.key), 401),
            (Ask::post(format!("{url}/replay")).bearer(&shop.queue.key).json(&all()), 401),
            (Ask::post(format!("{url}/replay")).bearer(edge.admin_key()).json(&Replay::default()), 400),
            (Ask::post(&url).bearer(edge.admin_key()).json(&all()), 404),
        ] {
            assert_eq!(ask.send().await.status, status);
        }
        receiver.calm();
        let replayed = by_operator(&shop, |outbox| outbox.replay(&all())).await;
        assert_eq!(replayed.expect("a replay"), 3);
        listed(&shop, "empty list", <[_]>::is_empty).await;
    });
}

/// As `counterbell undelivered` asks.
async fn by_operator<T: Send + 'static>(shop: &Shop, ask: impl FnOnce(&Outbox) -> T + Send + 'static) -> T {
    let shop = shop.clone();
    let asking = move || {
        let id = ShopId::new(&shop.id);
        ask(&Outbox::new(&shop.edge, shop.admin_key(), &id).expect("an address on this machine"))
    };
    tokio::task::spawn_blocking(asking).await.expect("the question ends")
}

#[test]
fn an_operator_gets_every_page() {
    run(async {
        let page = |request: Request| {
            let (n, next) = if request.path.ends_with("after=0") { (1, Some(7)) } else { (2, None) };
            let body = json!({"undelivered": [{"conversation": format!("c{n}"), "delivery": "msg_1",
                "event": "escalation.requested", "target": "default", "state": "failing", "tries": 1,
                "since_ms": 1, "last_ms": 1}], "next": next});
            vec![Step::Send(wire::answer(200, &[("content-type", "application/json")], &body.to_string()))]
        };
        let edge = Port::open(page).await;
        let url = format!("http://127.0.0.1:{}", edge.port());
        let list = tokio::task::spawn_blocking(move || {
            Outbox::new(&url, "key", &ShopId::new("s")).and_then(|outbox| outbox.list())
        });
        let list = list.await.expect("the question ends").expect("a list");
        let found: Vec<&str> = list.iter().map(|one| one.conversation.as_str()).collect();
        assert_eq!(found, ["c1", "c2"]);
    });
}

#[test]
fn a_report_or_a_replay_that_is_lost_on_its_way_is_sent_again() {
    run(async {
        tokio::join!(lost("/report"), lost("/replay_rows"));
    });
}

/// The first call for `path` is never answered.
async fn lost(path: &str) {
    let edge = Edge::start_with_fault(&format!("hang:{path}")).await;
    let receiver = Receiver::answering(Answer::retry_after(503, LATER)).await;
    let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
    asked(&shop).await;
    listed(&shop, "failing delivery", |list| list.len() == 1).await;
    // Nor does it help against a restart that nobody has been told yet.
    edge.restart().await;
    listed(&shop, "failing delivery", |list| list.len() == 1).await;
    receiver.calm();
    assert_eq!(shop.queue.replay(&all()).await, 1);
    listed(&shop, "empty list", <[_]>::is_empty).await;
}
