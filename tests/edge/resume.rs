//! A client that was away says what it has seen last and gets the rest: once, in order, mid-answer too.

use counterbell_protocol::ServerFrame;
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::shopper::{PATIENCE, assert_no_gaps, messages};
use tests::{poll, run};

#[test]
fn after_a_seq_comes_exactly_what_was_missed() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        for question in ["How many days to return?", "What does shipping cost?"] {
            let mark = socket.mark();
            socket.say(question).await;
            socket.answer_or_person(mark).await;
        }
        let whole = shopper.missed(0).await.events;
        assert_no_gaps(&whole, 0);
        for after in 0..=whole.len() as u64 {
            let rest = &whole[after as usize..];
            let mut again = shopper.connect_after(after).await;
            assert_eq!(again.ready().await.seq, whole.len() as u64);
            assert_eq!(again.events(), rest, "over the socket after {after}");
            let mut again =
                shopper.try_connect(&format!("after={after}&together=1")).await.expect("a socket");
            again.ready().await;
            let together = again.heard.iter().filter_map(|frame| match frame {
                ServerFrame::Events { events } => Some(events.clone()),
                _ => None,
            });
            assert_eq!(together.flatten().collect::<Vec<_>>(), rest, "together after {after}");
            assert_eq!(again.events(), [], "each event once");
            assert_eq!(shopper.missed(after).await.events, rest, "over HTTP after {after}");
        }
        // One who claims to have seen the future is not sent the past, and stays connected.
        for future in [1_000, 1 << 53, i64::MAX as u64, u64::MAX] {
            assert_eq!(shopper.missed(future).await.events, [], "over HTTP after {future}");
            let mut again = shopper.connect_after(future).await;
            assert_eq!(again.ready().await.seq, whole.len() as u64);
            assert_eq!(again.events(), [], "over the socket after {future}");
        }
        for odd in ["after=-1", "after=x", "after=1e3", "after=", "", "after=0&draft=m&offset=-7"] {
            let mut again = shopper.try_connect(odd).await.expect("a socket");
            again.ready().await;
            assert_eq!(again.events(), whole, "{odd}");
        }
    });
}

#[test]
fn a_half_written_answer_goes_on_where_it_was() {
    run(async {
        let model = Upstream::start(Script::tokens(60, 30)).await;
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say("Tell me about sizes").await;
        let message = socket
            .until("delta", |frame| match frame {
                ServerFrame::Delta(delta) if delta.offset > 20 => Some(delta.message.clone()),
                _ => None,
            })
            .await;
        let had = socket.drafted(&message);
        socket.close().await;

        let query = format!("after=2&draft={message}&offset={}", had.len());
        let mut again = shopper.try_connect(&query).await.expect("a socket");
        let first = again
            .until("delta", |frame| match frame {
                ServerFrame::Delta(delta) => Some(delta.clone()),
                _ => None,
            })
            .await;
        assert_eq!(first.message, message);
        assert!(first.offset as usize <= had.len(), "a gap: {} after {}", first.offset, had.len());
        let over_http = poll::until("draft over HTTP", Duration::from_secs(60), || async {
            shopper.missed(0).await.draft
        })
        .await;
        assert_eq!((over_http.message.clone(), over_http.offset), (message.clone(), 0));
        assert!(over_http.text.starts_with(&had[..20]));

        let answer = again.answer().await;
        let mut text = had;
        for frame in &again.heard {
            if let ServerFrame::Delta(delta) = frame {
                text.truncate(delta.offset as usize);
                text.push_str(&delta.text);
            }
        }
        assert_eq!(text.trim_end(), answer.text);
        assert!(answer.text.ends_with("word59"), "{}", answer.text);
    });
}

#[test]
fn an_answer_is_finished_though_nobody_listens() {
    run(async {
        let model = Upstream::start(Script::tokens(40, 40)).await;
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say("Tell me about sizes").await;
        socket.close().await;
        let log = shopper.log_with("finished answer", PATIENCE, |log| messages(log).len() == 2).await;
        assert!(messages(&log)[1].text.ends_with("word39"));
        assert!(!messages(&log)[1].cut);
    });
}

#[test]
fn everything_works_over_http_alone() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let shopper = shop.shopper().await;
        let frame = tests::shopper::say("How many days to return?");
        assert_eq!(shopper.post(&frame).await.expect(200).value()["type"], "accepted");
        let log = shopper.log_with("answer", PATIENCE, |log| messages(log).len() == 2).await;
        assert!(messages(&log)[1].text.contains("30 days"));
        shopper.post(&tests::shopper::ask_person()).await.expect(200);
        assert_eq!(shopper.missed(0).await.ready.owner, counterbell_protocol::Owner::Waiting);
    });
}
