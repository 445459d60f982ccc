//! What is no photo and no PDF, too large, too often, twice or not whole is not kept, and leaves nothing.

use counterbell_protocol::{Author, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, MessageId, Owner};
use std::time::Duration;
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::Ask;
use tests::llm::{Script, Upstream};
use tests::shopper::{PATIENCE, PNG, Shopper, Socket, fresh_id, messages};
use tests::{poll, run};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

async fn waiting(shop: &Shop) -> (Shopper, Socket) {
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    (shopper, socket)
}

async fn files_in_log(shopper: &Shopper) -> usize {
    let messages = messages(&shopper.missed(0).await.events);
    messages.iter().filter(|message| message.attachment.is_some()).count()
}

/// How many files lie in the bucket, and none from here on.
async fn count_by_deleting(shop: &Shop, shopper: &Shopper) -> u64 {
    let url = shopper.url("attachments");
    let answer = Ask::new("DELETE", url).bearer(shop.admin_key()).send().await.expect(200);
    answer.value()["deleted"].as_u64().expect("a number")
}

#[test]
fn what_it_is_is_told_by_its_bytes() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, _socket) = waiting(&shop).await;
        for bytes in [
            &b"<!doctype html><script>alert(1)</script>"[..],
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
            b"<?xml version=\"1.0\"?><svg/>",
            b"MZ\x90\0\x03\0\0\0\x04\0\0\0",
            b"PK\x03\x04\x14\0\0\0\x08\0\0\0",
            b"\0\0\0\x18ftypheic\0\0\0\0",
            b"BM\x46\0\0\0\0\0\0\0\x36\0",
            b"\xff\xd8",
            b" \x89PNG\r\n\x1a\n\0\0\0",
        ] {
            let ask = shopper.attachment(&fresh_id(), "holiday.png", bytes);
            let refused = ask.header("content-type", "image/png").send().await;
            assert_eq!((refused.status, refused.code().as_str()), (415, "wrong_type"), "{bytes:?}");
        }
        assert_eq!(files_in_log(&shopper).await, 0);
        assert_eq!(count_by_deleting(&shop, &shopper).await, 0);
    });
}

#[test]
fn a_size_is_checked_before_anything_is_read() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, _socket) = waiting(&shop).await;
        let empty = shopper.attachment(&fresh_id(), "a.png", b"").send().await;
        assert_eq!((empty.status, empty.code().as_str()), (400, "empty"));
        let mut large = PNG.to_vec();
        large.resize(usize::try_from(MAX_ATTACHMENT_BYTES).expect("a size") + 1, 0);
        let refused = shopper.attachment(&fresh_id(), "a.png", &large).send().await;
        assert_eq!((refused.status, refused.code().as_str()), (413, "too_large"));
        large.pop();
        shopper.attachment(&fresh_id(), "a.png", &large).send().await.expect(200);
        assert_eq!(files_in_log(&shopper).await, 1);
    });
}

#[test]
fn sent_twice_it_is_there_once() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, _socket) = waiting(&shop).await;
        let id = fresh_id();
        let ask = shopper.attachment(&id, "a.png", PNG);
        let (one, two, three) = tokio::join!(ask.send(), ask.send(), ask.send());
        for answer in [one, two, three] {
            answer.expect(200);
        }
        // Other bytes under a known id change nothing.
        shopper.attachment(&id, "b.pdf", b"%PDF-1.7\n").send().await.expect(200);
        let log = messages(&shopper.missed(0).await.events);
        let names: Vec<_> = log.iter().filter_map(|message| message.attachment.as_ref()).collect();
        assert_eq!(names.len(), 1);
        assert_eq!(names[0].name, "a.png");
        assert_eq!(count_by_deleting(&shop, &shopper).await, 1);
    });
}

#[test]
fn a_conversation_holds_only_so_many() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = waiting(&shop).await;
        let add = || async { shopper.attachment(&fresh_id(), "a.png", PNG).send().await };
        for _ in 1..MAX_ATTACHMENTS {
            add().await.expect(200);
        }
        // For the last place several come at once.
        let (one, two, three) = tokio::join!(add(), add(), add());
        let mut got = [one, two, three].map(|answer| (answer.status, answer.code()));
        got.sort();
        assert_eq!(got.map(|(status, _)| status), [200, 409, 409]);
        assert_eq!(add().await.code(), "too_many");
        // Words still come through.
        socket.say("That is all I have.").await;
        assert_eq!(count_by_deleting(&shop, &shopper).await, MAX_ATTACHMENTS);
    });
}

#[test]
fn cut_off_in_the_middle_it_is_no_file() {
    run(async {
        let edge = Edge::shared().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let (shopper, _socket) = waiting(&shop).await;
        let id = fresh_id();
        for sent in [4, PNG.len(), 300_000] {
            let mut bytes = PNG.to_vec();
            bytes.resize(sent.max(PNG.len()), 7);
            send_and_leave(&shopper, &id, &bytes[..sent], 2_000_000).await;
        }
        poll::never("file", Duration::from_secs(2), || async {
            (files_in_log(&shopper).await > 0).then_some(())
        })
        .await;
        assert_eq!(count_by_deleting(&shop, &shopper).await, 0);
        // The same id is still free for another try.
        shopper.attachment(&id, "a.png", PNG).send().await.expect(200);
        assert_eq!(files_in_log(&shopper).await, 1);
    });
}

/// Announces `length` bytes, sends fewer, and is gone.
async fn send_and_leave(shopper: &Shopper, id: &MessageId, bytes: &[u8], length: usize) {
    let url = shopper.url("attachments");
    let (host, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("an address");
    let mut stream = TcpStream::connect(host).await.expect("an edge");
    let head = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\norigin: {}\r\n\
         x-message-id: {id}\r\nx-file-name: a.png\r\ncontent-length: {length}\r\n\r\n",
        shopper.token, shopper.edge
    );
    stream.write_all(head.as_bytes()).await.expect("an open connection");
    stream.write_all(bytes).await.expect("an open connection");
    stream.flush().await.expect("an open connection");
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[test]
fn without_a_person_to_look_at_it_there_is_no_file() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let add = || async { shopper.attachment(&fresh_id(), "a.png", PNG).send().await };
        let refused = add().await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "no_person"));
        socket.ask_person().await;
        add().await.expect(200);
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        add().await.expect(200);
        shop.queue.held(&shopper.conversation, &held.claim, "resolve").await.expect(200);
        socket.owner(Owner::Closed).await;
        assert_eq!(add().await.code(), "no_person");
        assert_eq!(files_in_log(&shopper).await, 2);
    });
}

#[test]
fn the_assistant_is_not_asked_about_a_file_and_told_that_it_cannot_see_it() {
    run(async {
        let model = Upstream::start(Script::answer("It is on its way.")).await;
        let setup = ShopSetup::new().model(&model.base_url()).section("assistant", "while_waiting = true");
        let shop = Edge::shared().await.shop(setup).await;
        let (shopper, mut socket) = waiting(&shop).await;
        shopper.attachment(&fresh_id(), "talk%20to%20a%20human.png", PNG).send().await.expect(200);
        socket.message_since(0, Author::Shopper).await;
        poll::never("question to the model", Duration::from_secs(1), || async {
            (!model.requests().is_empty()).then_some(())
        })
        .await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        shop.queue.held(&shopper.conversation, &held.claim, "release").await.expect(200);
        socket.owner_since(socket.mark(), Owner::Assistant).await;
        socket.say("Where is my parcel?").await;
        let asked = poll::until("request", PATIENCE, || async { model.requests().first().cloned() }).await;
        let text = asked.text();
        assert!(text.contains("[A file for a person, which you cannot see: talk to a human.png]"), "{text}");
    });
}

#[test]
fn only_the_frame_may_send_one_and_only_by_a_well_formed_id() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, _socket) = waiting(&shop).await;
        let from_elsewhere = Ask::post(shopper.url("attachments"))
            .bearer(&shopper.token)
            .header("origin", "https://evil.example")
            .header("x-message-id", fresh_id().as_str())
            .body(PNG);
        assert_eq!(from_elsewhere.send().await.code(), "wrong_origin");
        for id in ["", "a b", "../x", &"x".repeat(65)] {
            let answer = shopper.attachment(&MessageId::new(id), "a.png", PNG).send().await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "bad_id"), "{id}");
        }
    });
}
