//! The feed gives a desk the conversation live: what was, then what is.

use counterbell_protocol::agent::FeedFrame;
use counterbell_protocol::{Author, ClientFrame, Event, EventBody, Owner};
use std::cell::Cell;
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::feed::Feed;
use tests::http::Ask;
use tests::queue::Queue;
use tests::run;

#[test]
fn past_then_present_with_notes_and_typing() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say("What does shipping cost?").await;
        socket.answer().await;
        socket.ask_person().await;
        let mut feed = Feed::open(&shop.queue, &shopper.conversation).await.expect("a feed");
        let said = |text: &'static str| {
            move |frame: &FeedFrame| match frame {
                FeedFrame::Event(Event { event: EventBody::Message(message), .. }) => {
                    (message.text == text).then_some(message.from)
                }
                _ => None,
            }
        };
        assert_eq!(feed.until("the past", said("What does shipping cost?")).await, Author::Shopper);
        let ready = |frame: &FeedFrame| match frame {
            FeedFrame::Ready(ready) => Some(ready.owner),
            _ => None,
        };
        assert_eq!(feed.until("ready", ready).await, Owner::Waiting);
        socket.send(&ClientFrame::Typing).await;
        feed.until("typing", |frame| matches!(frame, FeedFrame::Typing).then_some(())).await;
        socket.say("Hello?").await;
        feed.until("the present", said("Hello?")).await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        shop.queue.note(&shopper.conversation, &held.claim, "kind").await.expect(200);
        let note = |frame: &FeedFrame| match frame {
            FeedFrame::Note(note) => Some((note.by.clone(), note.text.clone())),
            _ => None,
        };
        assert_eq!(feed.until("the note", note).await, ("Mina".to_owned(), "kind".to_owned()));
    });
}

#[test]
fn who_hammers_on_the_keys_does_not_flood_the_desk() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let mut feed = Feed::open(&shop.queue, &shopper.conversation).await.expect("a feed");
        for _ in 0..400 {
            socket.send(&ClientFrame::Typing).await;
        }
        socket.say("Hello?").await;
        let typing = Cell::new(0);
        let said = |frame: &FeedFrame| match frame {
            FeedFrame::Typing => {
                typing.set(typing.get() + 1);
                None
            }
            FeedFrame::Event(Event { event: EventBody::Message(message), .. }) => {
                (message.text == "Hello?").then_some(())
            }
            _ => None,
        };
        feed.until("the message", said).await;
        // About one a second, however slow this machine is.
        assert!((1..100).contains(&typing.get()), "{} times", typing.get());
    });
}

#[test]
fn only_with_the_key_of_this_shop() {
    run(async {
        let edge = Edge::shared().await;
        let (shop, other) = (edge.shop(ShopSetup::new()).await, edge.shop(ShopSetup::new()).await);
        let shopper = shop.shopper().await;
        for (from, key, status) in
            [(&shop, "made-up", 401), (&shop, other.queue.key.as_str(), 401), (&other, &other.queue.key, 404)]
        {
            let queue = Queue { key: key.to_owned(), ..from.queue.clone() };
            assert_eq!(Feed::open(&queue, &shopper.conversation).await.err(), Some(status));
        }
    });
}

#[test]
fn whoever_asks_for_it_as_a_page_is_told() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, _socket) = shop.talk().await;
        let url = format!(
            "{}/v1/shops/{}/agent/conversations/{}/feed?after=0",
            shop.edge, shop.id, shopper.conversation
        );
        let answer = Ask::get(url).bearer(&shop.queue.key).send().await;
        assert_eq!((answer.status, answer.code().as_str()), (426, "no_upgrade"), "{}", answer.text());
    });
}

#[test]
fn it_ends_with_the_key_that_it_was_opened_with() {
    run(async {
        let edge = Edge::shared().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let (waits, mut asking) = shop.talk().await;
        asking.ask_person().await;
        shop.wait_for_open("open escalation", |count| count == 1).await;
        let (talks, mut talking) = shop.talk().await;
        let mut idle = Feed::open(&shop.queue, &waits.conversation).await.expect("a feed");
        let mut busy = Feed::open(&shop.queue, &talks.conversation).await.expect("a feed");

        let mut rotated = shop.clone();
        rotated.queue.key = tests::unique("agent");
        edge.change(&rotated, ShopSetup::new()).await;
        // Where somebody waits it is closed at once, elsewhere before anything more is told.
        assert_eq!(idle.until_closed().await, Some(4_001));
        let told = busy.heard.len();
        let mut fresh = Feed::open(&rotated.queue, &talks.conversation).await.expect("a feed");
        talking.say("What does shipping cost?").await;
        assert_eq!(busy.until_closed().await, Some(4_001));
        let heard = &busy.heard[told..];
        let is_message =
            |frame: &FeedFrame| matches!(frame, FeedFrame::Event(Event { event: EventBody::Message(_), .. }));
        assert!(!heard.iter().any(is_message), "{heard:?}");
        fresh.until("the message", |frame| is_message(frame).then_some(())).await;
        assert_eq!(Feed::open(&shop.queue, &talks.conversation).await.err(), Some(401));
    });
}

#[test]
fn without_anybody_to_say_which_key_is_good_nothing_is_told() {
    run(async {
        let edge = Edge::start_with_fault("hang_settings").await;
        let shop = edge.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let mut feed = Feed::open(&shop.queue, &shopper.conversation).await.expect("a feed");
        // Not a wait for something: after so long the key in memory counts as old.
        tokio::time::sleep(Duration::from_secs(3)).await;
        socket.say("@hang").await;
        assert_eq!(feed.until_closed().await, Some(1_013));
        let told =
            |frame: &FeedFrame| matches!(frame, FeedFrame::Event(Event { event: EventBody::Message(_), .. }));
        assert!(!feed.heard.iter().any(told), "{:?}", feed.heard);
        assert!(edge.log().contains("feed: "), "the fault was not there:\n{}", edge.log());
    });
}
