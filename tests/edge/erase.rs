//! A conversation that is erased is gone for everybody, and whoever was sent a part of it is told.

use counterbell_protocol::Author;
use std::path::Path;
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::{Ask, Response};
use tests::poll;
use tests::receiver::{Answer, Receiver};
use tests::run;
use tests::shopper::{PATIENCE, PNG, fresh_id, say};

const SECRET: &str = "my-secret-order-4711";

async fn erase(shop: &Shop, conversation: &str, key: &str) -> Response {
    let url = format!("{}/v1/shops/{}/conversations/{conversation}", shop.edge, shop.id);
    Ask::new("DELETE", url).bearer(key).send().await
}

/// Whether a file under the folder holds the text.
fn is_on_disk(folder: &Path, text: &str) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let holds = |path: &Path| {
        let bytes = std::fs::read(path).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    entries.into_iter().any(|path| if path.is_dir() { is_on_disk(&path, text) } else { holds(&path) })
}

#[test]
fn an_erased_conversation_is_gone_for_everybody() {
    run(async {
        let receiver = Receiver::start().await;
        let edge = Edge::start().await;
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let other = edge.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say(SECRET).await;
        socket.answer().await;
        socket.ask_person().await;
        shopper.attachment(&fresh_id(), "secret.png", PNG).send().await.expect(200);
        let file = socket.message_since(0, Author::Shopper).await;
        let file = file.attachment.map(|file| file.file.0).unwrap_or_default();
        let claim = shop.queue.claim(&shopper.conversation, "Ada").await.claim;
        receiver.first("escalation.requested", PATIENCE).await;
        let key = edge.admin_key();

        assert_eq!(erase(&shop, &shopper.conversation, "wrong").await.status, 401);
        assert_eq!(erase(&shop, &shopper.conversation, &shop.queue.key).await.status, 401, "a desk's key");
        assert_eq!(erase(&other, &shopper.conversation, key).await.status, 404, "another shop's");
        assert_eq!(erase(&shop, "0000000000000000000000", key).await.status, 404);
        assert!(shopper.try_missed(0).await.is_some(), "still there");
        erase(&shop, &shopper.conversation, key).await.expect(200);

        while socket.next().await.is_some() {}
        let events = Ask::get(shopper.url("events?after=0")).bearer(&shopper.token).send().await;
        assert_eq!(events.status, 404);
        assert_eq!(shopper.post(&say("anybody?")).await.status, 404);
        assert!(shopper.try_connect("after=0").await.is_err());
        assert_eq!(shopper.file(&file).await.status, 404);
        assert_eq!(shopper.attachment(&fresh_id(), "b.png", PNG).send().await.status, 404);
        let calls = format!("conversations/{}", shopper.conversation);
        assert_eq!(shop.queue.get(&calls).await.status, 404);
        assert_eq!(shop.queue.reply(&shopper.conversation, &claim, "late").await.status, 404);
        shop.wait_for_open("none is listed", |open| open == 0).await;

        let told = receiver.first("conversation.erased", PATIENCE).await.0;
        assert_eq!(told.json()["data"]["conversation"], shopper.conversation.as_str());
    });
}

#[test]
fn erased_stays_erased_over_a_crash_and_the_news_arrives() {
    run(async {
        let receiver = Receiver::start().await;
        let edge = Edge::start().await;
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say(SECRET).await;
        socket.ask_person().await;
        receiver.first("escalation.requested", PATIENCE).await;
        assert!(is_on_disk(edge.state(), SECRET));
        receiver.always(Answer::status(503, &[]));
        erase(&shop, &shopper.conversation, edge.admin_key()).await.expect(200);
        edge.kill9();
        edge.restart().await;
        assert_eq!(shopper.post(&say("anybody?")).await.status, 404);
        receiver.calm();
        poll::until("news that was taken", PATIENCE, async || {
            receiver.attempts_of("conversation.erased").into_iter().find(|attempt| attempt.was_accepted())
        })
        .await;
        poll::until("an empty disk", PATIENCE, async || (!is_on_disk(edge.state(), SECRET)).then_some(()))
            .await;
        assert_eq!(
            erase(&shop, &shopper.conversation, edge.admin_key()).await.status,
            404,
            "nothing is left"
        );
        assert_eq!(shopper.post(&say("anybody?")).await.status, 404);
    });
}
