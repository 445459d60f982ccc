//! A photo or a PDF for a person: it reaches everyone who may have it, whole, and nobody else.

use counterbell_protocol::{Attachment, Author, Event, ServerFrame};
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::{Ask, Response};
use tests::receiver::Receiver;
use tests::run;
use tests::shopper::{KINDS, PATIENCE, PNG, Shopper, Socket, fresh_id, messages};

/// A shopper who waits for a person.
async fn waiting(shop: &Shop) -> (Shopper, Socket) {
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    (shopper, socket)
}

fn attachments(events: &[Event]) -> Vec<Attachment> {
    messages(events).into_iter().filter_map(|message| message.attachment).collect()
}

async fn deleted(shop: &Shop, conversation: &str, key: &str) -> Response {
    let url = format!("{}/v1/shops/{}/conversations/{conversation}/attachments", shop.edge, shop.id);
    Ask::new("DELETE", url).bearer(key).send().await
}

#[test]
fn a_photo_reaches_socket_log_transcript_and_webhook() {
    run(async {
        let receiver = Receiver::start().await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = waiting(&shop).await;
        let id = fresh_id();
        let answer = shopper.attachment(&id, "kaputter%20Rei%C3%9Fverschluss.jpeg", PNG).send().await;
        assert_eq!(answer.expect(200).json::<ServerFrame>(), ServerFrame::Accepted { id: id.clone() });

        let message = socket.message_since(0, Author::Shopper).await;
        let file = message.attachment.clone().expect("a file");
        assert_eq!((message.id, message.text.as_str()), (id.clone(), "kaputter Reißverschluss.png"));
        assert_eq!((file.name.as_str(), file.media_type.as_str()), (message.text.as_str(), "image/png"));
        assert_eq!(file.size_bytes, PNG.len() as u64);
        assert_eq!(attachments(&shopper.missed(0).await.events), std::slice::from_ref(&file));
        let transcript = shop.queue.transcript(&shopper.conversation).await;
        assert_eq!(attachments(&transcript.events), std::slice::from_ref(&file));

        let told = receiver.first("escalation.message", PATIENCE).await.0.json();
        let linked = &told["data"]["line"]["attachment"];
        assert_eq!(linked["name"], file.name);
        let url = linked["url"].as_str().expect("an address");
        let fetched = Ask::get(url).bearer(&shop.queue.key).send().await.expect(200);
        assert_eq!(fetched.body, PNG);
        assert_eq!(Ask::get(url).send().await.status, 401, "the address alone opens nothing");
        // Who claims later finds it in the conversation.
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        shopper.attachment(&fresh_id(), "b.pdf", b"%PDF-1.7\n").send().await.expect(200);
        shop.queue.transfer(&shopper.conversation, &held.claim, "billing").await.expect(200);
        let again = receiver.nth("escalation.requested", 2, PATIENCE).await.requested();
        let carried = again.transcript.iter().filter_map(|line| line.attachment.clone());
        assert_eq!(carried.map(|one| one.attachment.name).collect::<Vec<_>>(), [file.name, "b.pdf".into()]);
    });
}

#[test]
fn each_kind_comes_back_as_it_is_and_runs_nowhere() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = waiting(&shop).await;
        for (bytes, media_type) in KINDS {
            let (id, mark) = (fresh_id(), socket.mark());
            // What the browser says of it is not heard.
            let ask = shopper.attachment(&id, "x.html", bytes).header("content-type", "text/html");
            ask.send().await.expect(200);
            let message = socket.message_since(mark, Author::Shopper).await;
            let file = message.attachment.expect("a file");
            let agents = format!("conversations/{}/attachments/{}", shopper.conversation, file.file);
            for got in [shopper.file(file.file.as_str()).await, shop.queue.get(&agents).await] {
                let got = got.expect(200);
                assert_eq!(got.body, bytes, "{media_type}");
                assert_eq!(got.header("content-type"), Some(media_type));
                assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
                assert_eq!(got.header("content-security-policy"), Some("sandbox; default-src 'none'"));
                assert_eq!(got.header("cross-origin-resource-policy"), Some("same-origin"));
                let way = if media_type == "application/pdf" { "attachment" } else { "inline" };
                let disposition = got.header("content-disposition").unwrap_or_default();
                assert!(disposition.starts_with(&format!("{way}; filename=\"x.")), "{disposition}");
                assert!(!disposition.contains("html"), "{disposition}");
            }
        }
    });
}

#[test]
fn a_large_file_comes_back_whole() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = waiting(&shop).await;
        let mut bytes = PNG.to_vec();
        bytes.extend((0..9_999_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]));
        shopper.attachment(&fresh_id(), "large.png", &bytes).send().await.expect(200);
        let file = socket.message_since(0, Author::Shopper).await.attachment.expect("a file");
        assert_eq!(file.size_bytes, bytes.len() as u64);
        assert!(shopper.file(file.file.as_str()).await.expect(200).body == bytes, "other bytes came back");
    });
}

#[test]
fn nobody_else_gets_it() {
    run(async {
        let edge = Edge::shared().await;
        let (shop, other_shop) = (edge.shop(ShopSetup::new()).await, edge.shop(ShopSetup::new()).await);
        let (shopper, mut socket) = waiting(&shop).await;
        shopper.attachment(&fresh_id(), "a.png", PNG).send().await.expect(200);
        let file = socket.message_since(0, Author::Shopper).await.attachment.expect("a file").file;
        let (another, abroad) = (shop.shopper().await, other_shop.shopper().await);
        for token in ["", "made-up", &another.token, &abroad.token, &shop.queue.key] {
            let thief = Shopper { token: token.to_owned(), ..shopper.clone() };
            assert_eq!(thief.file(file.as_str()).await.status, 401, "{token:?} reads");
            let added = thief.attachment(&fresh_id(), "a.png", PNG).send().await;
            assert_eq!(added.status, 401, "{token:?} adds");
        }
        // With their own token and a name that they have learnt.
        let names = [file.to_string(), format!("..%2f{}%2f{file}", shopper.conversation), "..".to_owned()];
        for name in &names {
            for stranger in [&another, &abroad] {
                assert_eq!(stranger.file(name).await.status, 404, "{name}");
            }
        }
        let path = |id: &str| format!("conversations/{id}/attachments/{file}");
        for (queue, id, status) in [
            (&other_shop.queue, &shopper.conversation, 404),
            (&other_shop.queue, &abroad.conversation, 404),
            (&shop.queue, &another.conversation, 404),
            (&shop.queue, &shopper.conversation, 200),
        ] {
            assert_eq!(queue.get(&path(id)).await.status, status);
        }
    });
}

#[test]
fn all_files_of_a_conversation_can_be_deleted_by_the_admin_alone() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let ((mine, mut socket), (theirs, mut other)) = (waiting(&shop).await, waiting(&shop).await);
        for shopper in [&mine, &mine, &theirs] {
            shopper.attachment(&fresh_id(), "a.png", PNG).send().await.expect(200);
        }
        let file = socket.message_since(0, Author::Shopper).await.attachment.expect("a file").file;
        let kept = other.message_since(0, Author::Shopper).await.attachment.expect("a file").file;
        for key in ["", &mine.token, &shop.queue.key] {
            assert_eq!(deleted(&shop, &mine.conversation, key).await.status, 401, "{key:?}");
        }
        let count = deleted(&shop, &mine.conversation, shop.admin_key()).await.expect(200).value();
        assert_eq!(count["deleted"], 2);
        assert_eq!(mine.file(file.as_str()).await.status, 404);
        assert_eq!(theirs.file(kept.as_str()).await.expect(200).body, PNG);
    });
}
