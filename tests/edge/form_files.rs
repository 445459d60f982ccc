//! A photo or a PDF by the plain form: it reaches a person as from the frame, and whatever becomes of it, what was
//! written with it is not lost.

use counterbell_protocol::{Attachment, Author};
use std::time::Duration;
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::{Ask, Response};
use tests::receiver::Receiver;
use tests::shopper::form::{Page, between};
use tests::shopper::{KINDS, PATIENCE, PNG, messages};
use tests::{poll, run};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const TOO_LARGE: &str = "The file is too large. The limit is 10 MB.";
const WRONG_TYPE: &str = "Only photos and PDFs can be added.";
const NO_PERSON: &str = "Would you like to talk to a person about this?";
const WAIT: &str = "Not sent: please wait a moment";

/// The conversation that a page belongs to.
fn conversation(page: &Page) -> String {
    between(&page.action, "/form/", "/")
}

async fn said(shop: &Shop, page: &Page) -> Vec<String> {
    let events = shop.queue.transcript(&conversation(page)).await.events;
    let mine = messages(&events).into_iter().filter(|message| message.from == Author::Shopper);
    mine.map(|message| message.text).collect()
}

async fn files(shop: &Shop, page: &Page) -> Vec<Attachment> {
    let events = shop.queue.transcript(&conversation(page)).await.events;
    messages(&events).into_iter().filter_map(|message| message.attachment).collect()
}

/// How many files lie in the bucket, and none from here on.
async fn count_by_deleting(shop: &Shop, page: &Page) -> u64 {
    let url = format!("{}/v1/shops/{}/conversations/{}/attachments", shop.edge, shop.id, conversation(page));
    let answer = Ask::new("DELETE", url).bearer(shop.admin_key()).send().await.expect(200);
    answer.value()["deleted"].as_u64().expect("a number")
}

async fn waiting(shop: &Shop) -> Page {
    let first = Page::first(shop).await;
    let answer = first.send("Please help", "person", &[]).send().await.expect(303);
    first.after(&answer).await
}

fn large(bytes: usize) -> Vec<u8> {
    let mut large = PNG.to_vec();
    large.resize(bytes, 7);
    large
}

#[test]
fn a_photo_sent_with_the_first_words_reaches_a_person() {
    run(async {
        let receiver = Receiver::start().await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let first = Page::first(&shop).await;
        let photo: (&str, &[u8]) = ("kaputter Reißverschluss.jpeg", PNG);
        let answer = first.send("It broke", "person", &[photo]).send().await.expect(303);
        let page = first.after(&answer).await;
        assert_eq!((page.alert().as_str(), &page.action), ("", &first.action));
        assert_eq!(said(&shop, &page).await, ["It broke", "kaputter Reißverschluss.png"]);

        let told = receiver.first("escalation.message", PATIENCE).await.0.json();
        let linked = &told["data"]["line"]["attachment"];
        assert_eq!(linked["name"], "kaputter Reißverschluss.png");
        let at_the_desk = Ask::get(linked["url"].as_str().expect("an address")).bearer(&shop.queue.key);
        assert_eq!(at_the_desk.send().await.expect(200).body, PNG);

        // Its shopper has it back by the link in the log, and nobody else has.
        let log = page.log().await;
        assert!(
            log.contains("download=\"kaputter Reißverschluss.png\">kaputter Reißverschluss.png</a>"),
            "{log}"
        );
        let path = between(&log, "<a href=\"", "\" download");
        let got = Ask::get(format!("{}{path}", shop.edge)).send().await.expect(200);
        assert_eq!((got.body.as_slice(), got.header("content-type")), (PNG, Some("image/png")));
        assert_eq!(got.header("content-security-policy"), Some("sandbox; default-src 'none'"));
        let other = Page::first(&shop).await;
        let token = |page: &Page| page.action.rsplit('/').next().unwrap_or_default().to_owned();
        let theirs = format!("{}{}", shop.edge, path.replace(&token(&page), &token(&other)));
        assert_eq!(Ask::get(theirs).send().await.status, 401);
        let file = path.rsplit('/').next().unwrap_or_default();
        let mine = format!("{}{}/file/{file}", shop.edge, other.action);
        assert_eq!(Ask::get(mine).send().await.status, 404);
    });
}

#[test]
fn each_kind_and_several_at_once_are_taken_while_a_person_is_there() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let page = waiting(&shop).await;
        let chosen: Vec<(&str, &[u8])> = KINDS.iter().map(|(bytes, _)| ("x.html", *bytes)).collect();
        let answer = page.send("", "send", &chosen).send().await.expect(303);
        assert_eq!(page.after(&answer).await.alert(), "");
        let found: Vec<String> = files(&shop, &page).await.into_iter().map(|file| file.media_type).collect();
        assert_eq!(found, KINDS.map(|(_, media_type)| media_type));
    });
}

#[test]
fn what_is_refused_is_told_and_takes_no_words_with_it() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let page = waiting(&shop).await;
        let tables: [(&str, Vec<u8>, &str); 6] = [
            ("33 MiB", large(33 << 20), TOO_LARGE),
            ("a byte too much", large(10_000_001), TOO_LARGE),
            ("a program", b"MZ\x90\0\x03\0\0\0\x04\0\0\0".to_vec(), WRONG_TYPE),
            ("a page", b"<!doctype html><script>alert(1)</script>".to_vec(), WRONG_TYPE),
            ("a large page", [&b"<!doctype html>"[..], &large(2_000_000)].concat(), WRONG_TYPE),
            ("nothing", Vec::new(), WRONG_TYPE),
        ];
        let mut words = vec!["Please help".to_owned()];
        for (what, bytes, expected) in tables {
            let answer = page.send(what, "send", &[("holiday.png", &bytes)]).send().await;
            assert_eq!(page.after(&answer).await.alert(), expected, "{what}");
            words.push(what.to_owned());
            assert_eq!(said(&shop, &page).await, words);
        }
        assert_eq!(count_by_deleting(&shop, &page).await, 0);
        let whole = page.send("", "send", &[("holiday.png", &large(10_000_000))]).send().await.expect(303);
        assert_eq!(page.after(&whole).await.alert(), "");
        assert_eq!(files(&shop, &page).await[0].size_bytes, 10_000_000);
    });
}

#[test]
fn what_is_refused_is_told_in_the_language_of_the_browser_and_a_person_is_asked_for_all_the_same() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let first = Page::first(&shop).await;
        let large = large(33 << 20);
        let ask = first.send("Kaputt", "person", &[("urlaub.png", &large)]);
        let answer = ask.header("accept-language", "de-AT,de;q=0.9").send().await.expect(303);
        let url = answer.header("location").expect("the page of a conversation");
        let page = Ask::get(url).header("accept-language", "de-AT,de;q=0.9").send().await.expect(200).text();
        assert!(page.contains("Die Datei ist zu groß. Erlaubt sind 10"), "{page}");
        let page = first.after(&answer).await;
        assert_eq!(said(&shop, &page).await, ["Kaputt"]);
        assert!(page.html.contains("class=\"waiting\""), "nobody was asked for: {}", page.html);
    });
}

#[test]
fn without_a_person_to_look_at_it_one_is_offered() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        // A file alone opens nothing.
        let first = Page::first(&shop).await;
        let answer = first.send("", "send", &[("a.png", PNG)]).send().await.expect(200);
        assert_eq!(first.after(&answer).await.alert(), NO_PERSON);
        let there =
            format!("{}/v1/shops/{}/agent/conversations/{}", shop.edge, shop.id, conversation(&first));
        assert_eq!(Ask::get(there).bearer(&shop.queue.key).send().await.status, 404);
        // Words with it go to the assistant.
        let answer =
            first.send("What does shipping cost?", "send", &[("a.png", PNG)]).send().await.expect(303);
        let page = first.after(&answer).await;
        assert_eq!(page.alert(), NO_PERSON);
        assert_eq!(said(&shop, &page).await, ["What does shipping cost?"]);
        assert_eq!(count_by_deleting(&shop, &page).await, 0);
    });
}

#[test]
fn without_a_file_it_is_an_ordinary_message() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let page = waiting(&shop).await;
        let answer = page.send("One\r\nTwo", "send", &[]).send().await.expect(303);
        assert_eq!(page.after(&answer).await.alert(), "");
        assert_eq!(said(&shop, &page).await, ["Please help", "One\nTwo"]);
        let answer = page.send("", "send", &[]).send().await;
        assert_eq!(page.after(&answer).await.alert(), "Please write a message first.");
        let long = "x".repeat(9_000);
        let after = page.after(&page.send(&long, "send", &[]).send().await).await;
        assert_eq!(after.alert(), "Not sent: the message is too long");
        assert!(after.html.contains(&long), "what was written is gone");
    });
}

#[test]
fn sent_twice_it_is_there_once() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let first = Page::first(&shop).await;
        let ask = first.send("Twice", "person", &[("a.png", PNG)]);
        let answers: [Response; 3] = tokio::join!(ask.send(), ask.send(), ask.send()).into();
        let pages: Vec<_> = answers.iter().map(|answer| answer.header("location")).collect();
        assert!(pages.iter().all(|page| page.is_some() && *page == pages[0]), "{pages:?}");
        let page = first.after(&answers[0]).await;
        assert_eq!(said(&shop, &page).await, ["Twice", "a.png"]);
        // A page that was gone back to says what is new in it, and nothing again.
        for file in [("b.png", PNG), ("a.png", PNG), ("a.png", &large(9_000))] {
            first.send("Twice", "send", &[file]).send().await.expect(303);
        }
        first.send("And more", "send", &[]).send().await.expect(303);
        assert_eq!(said(&shop, &page).await, ["Twice", "a.png", "b.png", "a.png", "And more"]);
        assert_eq!(count_by_deleting(&shop, &page).await, 3);
    });
}

#[test]
fn cut_off_in_the_middle_it_is_nothing() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let page = waiting(&shop).await;
        let bytes = large(400_000);
        let ask = page.send("Half", "send", &[("a.png", &bytes)]);
        for sent in [10, 300, 300_000] {
            begin(&ask, sent).await;
        }
        // Its length is right, and its end is missing; or it is no form at all.
        for (body, content_type) in [
            (ask.bytes()[..300_000].to_vec(), None),
            (ask.bytes()[..300].to_vec(), None),
            (b"text=Half".to_vec(), Some("multipart/form-data")),
            (b"text=Half".to_vec(), Some("multipart/form-data; boundary=")),
            (large(300_000), Some("multipart/form-data")),
        ] {
            let broken = ask.clone().body(body);
            let broken = match content_type {
                Some(content_type) => broken.instead("content-type", content_type),
                None => broken,
            };
            let after = page.after(&broken.send().await).await;
            assert_eq!(
                after.alert(),
                "Your message could not be sent. Please try again.",
                "{content_type:?}"
            );
        }
        poll::never("message", Duration::from_secs(1), || async {
            (said(&shop, &page).await.len() > 1).then_some(())
        })
        .await;
        assert_eq!(count_by_deleting(&shop, &page).await, 0);
        ask.send().await.expect(303);
        assert_eq!(said(&shop, &page).await, ["Please help", "Half", "a.png"]);
    });
}

/// Sends so many bytes of a body, and gives the open connection to whoever wants to hold it.
async fn begin(ask: &Ask, sent: usize) -> TcpStream {
    let (head, host) = ask.head(ask.bytes().len());
    let mut stream = TcpStream::connect(host).await.expect("an edge");
    stream.write_all(head.as_bytes()).await.expect("an open connection");
    stream.write_all(&ask.bytes()[..sent]).await.expect("an open connection");
    stream.flush().await.expect("an open connection");
    tokio::time::sleep(Duration::from_millis(100)).await;
    stream
}

#[test]
fn only_so_many_large_files_are_in_memory_at_once_and_words_always_have_room() {
    run(async {
        // Of its own, for the places are those of its one isolate.
        let edge = Edge::start().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let page = waiting(&shop).await;
        let bytes = large(400_000);
        let ask = page.send("Slow", "send", &[("slow.png", &bytes)]);
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(begin(&ask, 1_000).await);
        }
        let crowded = page.send("Fifth", "send", &[("fifth.png", &bytes)]).send().await;
        let after = page.after(&crowded).await;
        assert_eq!(after.alert(), WAIT);
        assert_eq!(said(&shop, &page).await, ["Please help", "Fifth"]);
        // One that is done makes room.
        let mut first = held.remove(0);
        first.write_all(&ask.bytes()[1_000..]).await.expect("an open connection");
        poll::until("the slow file", PATIENCE, || async { files(&shop, &page).await.pop() }).await;
        poll::until("room", PATIENCE, || async {
            let answer = page.send("Fifth", "send", &[("fifth.png", &bytes)]).send().await;
            page.after(&answer).await.alert().is_empty().then_some(())
        })
        .await;
        assert_eq!(said(&shop, &page).await, ["Please help", "Fifth", "Slow", "slow.png", "fifth.png"]);
    });
}

#[test]
fn where_no_files_are_kept_there_is_no_field_and_words_go_through() {
    run(async {
        let edge = Edge::start_with_fault("no_files").await;
        let shop = edge.shop(ShopSetup::new()).await;
        let page = waiting(&shop).await;
        assert!(!page.html.contains("type=\"file\"") && !page.html.contains("enctype"), "{}", page.html);
        let answer = page.send("All the same", "send", &[("a.png", PNG)]).send().await;
        assert_eq!(page.after(&answer).await.alert(), "That did not work. Please try again.");
        assert_eq!(said(&shop, &page).await, ["Please help", "All the same"]);
    });
}

#[test]
fn only_the_form_itself_may_send_one() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let page = waiting(&shop).await;
        let ask = page.send("Evil", "send", &[("a.png", PNG)]).instead("origin", "https://evil.example");
        assert_eq!(ask.send().await.code(), "wrong_origin");
        assert_eq!(said(&shop, &page).await, ["Please help"]);
    });
}
