//! An escalation arrives at least once under one id and with one body, whatever the receiver does.

use std::time::Duration;
use tests::edge::{Edge, Shop, ShopSetup};
use tests::receiver::{Answer, Receiver, Recorded};
use tests::shopper::Shopper;
use tests::{poll, run};

const KIND: &str = "escalation.requested";

async fn asked(setup: ShopSetup) -> (Shop, Shopper) {
    asked_on(Edge::shared().await, setup).await
}

async fn asked_on(edge: &Edge, setup: ShopSetup) -> (Shop, Shopper) {
    let shop = edge.shop(setup).await;
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    (shop, shopper)
}

/// Fails unless all attempts are one delivery: the same id, the same bytes, each signed anew.
#[track_caller]
fn assert_one(attempts: &[Recorded], shop: &Shop) {
    for attempt in attempts {
        assert_eq!(attempt.id(), attempts[0].id());
        assert_eq!(attempt.0.body, attempts[0].0.body);
        attempt.verify(&shop.webhook_key).expect("each attempt is signed");
    }
}

#[test]
fn what_fails_is_tried_again_after_a_second_or_two() {
    let faults: Vec<(&str, Answer)> = vec![
        ("500", Answer::status(500, &[])),
        ("404", Answer::status(404, &[])),
        ("a redirect", Answer::moved_to("http://127.0.0.1:9/elsewhere")),
        ("a reset", Answer::reset()),
        ("garbage in Retry-After", Answer::retry_after(503, "soon, I promise")),
        ("Retry-After in the past", Answer::retry_after(503, "Thu, 01 Jan 1970 00:00:00 GMT")),
    ];
    run(async {
        let tries = faults.into_iter().map(|(what, fault)| async move {
            let receiver = Receiver::start().await;
            receiver.next(fault);
            let (shop, _) = asked(ShopSetup::new().target(&receiver.url())).await;
            let second = receiver.nth(KIND, 2, Duration::from_secs(60)).await;
            let attempts = receiver.attempts_of(KIND);
            assert_one(&attempts, &shop);
            let gap = second.0.at - attempts[0].0.at;
            assert!(gap >= Duration::from_millis(700), "{what}: {gap:?}");
            poll::never(format!("third attempt after {what}"), Duration::from_secs(4), || async {
                receiver.attempts_of(KIND).get(2).map(|_| ())
            })
            .await;
        });
        futures_util::future::join_all(tries).await;
    });
}

#[test]
fn retry_after_is_obeyed_within_reason() {
    run(async {
        let receiver = Receiver::start().await;
        receiver.next(Answer::retry_after(429, "5"));
        let (shop, _) = asked(ShopSetup::new().target(&receiver.url())).await;
        let second = receiver.nth(KIND, 2, Duration::from_secs(60)).await;
        let attempts = receiver.attempts_of(KIND);
        assert_one(&attempts, &shop);
        let gap = second.0.at - attempts[0].0.at;
        assert!(gap >= Duration::from_secs(5), "{gap:?}");
    });
}

#[test]
fn a_retry_after_may_be_a_date() {
    run(async {
        let receiver = Receiver::start().await;
        let back = std::time::SystemTime::now() + Duration::from_secs(8);
        receiver.next(Answer::retry_after(503, &httpdate::fmt_http_date(back)));
        let (shop, _) = asked(ShopSetup::new().target(&receiver.url())).await;
        let second = receiver.nth(KIND, 2, Duration::from_secs(60)).await;
        assert_one(&receiver.attempts_of(KIND), &shop);
        let back_ms = back.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis() as u64;
        // A date has whole seconds.
        assert!(second.0.at_ms + 1_000 >= back_ms, "{} ms too early", back_ms - second.0.at_ms);
    });
}

#[test]
fn a_retry_after_of_thirty_years_is_cut_to_a_quarter_of_an_hour() {
    run(async {
        let receiver = Receiver::answering(Answer::retry_after(429, "1000000000")).await;
        let (shop, shopper) = asked(ShopSetup::new().target(&receiver.url())).await;
        let sent = receiver.first(KIND, Duration::from_secs(60)).await;
        let due_ms = poll::until("recorded attempt", Duration::from_secs(60), || async {
            let row = shop.delivery(&shopper.conversation, "requested").await?;
            (row["attempts"].as_array()?.len() == 1).then(|| row["due_ms"].as_u64())?
        })
        .await;
        let wait_s = due_ms.saturating_sub(sent.0.at_ms) / 1_000;
        assert!((890..=910).contains(&wait_s), "{wait_s} s");
    });
}

#[test]
fn gone_stops_that_target_and_the_fallback_gets_the_escalation() {
    run(async {
        let (gone, fallback) = (Receiver::answering(Answer::status(410, &[])).await, Receiver::start().await);
        let setup = ShopSetup::new().target_with_fallback(&gone.url(), &fallback.url()).deadline_s(10);
        let (shop, _) = asked(setup).await;
        let first = gone.first(KIND, Duration::from_secs(60)).await;
        let copy = fallback.first(KIND, Duration::from_secs(60)).await;
        assert_one(&[first, copy], &shop);
        assert_eq!(gone.attempts_of(KIND).len(), 1);
    });
}

#[test]
fn slow_is_waited_for_up_to_15_s_and_then_tried_again() {
    run(async {
        let slow = async {
            let receiver = Receiver::start().await;
            receiver.next(Answer::slow(Duration::from_secs(14)));
            let (shop, shopper) = asked(ShopSetup::new().target(&receiver.url())).await;
            let row = poll::until("acceptance", Duration::from_secs(60), || async {
                let row = shop.delivery(&shopper.conversation, "requested").await?;
                (row["state"] == "delivered").then_some(row)
            })
            .await;
            assert_eq!(receiver.attempts_of(KIND).len(), 1, "{row}");
        };
        let too_slow = async {
            let receiver = Receiver::start().await;
            receiver.next(Answer::slow(Duration::from_secs(16)));
            let (shop, _) = asked(ShopSetup::new().target(&receiver.url())).await;
            let second = receiver.nth(KIND, 2, Duration::from_secs(60)).await;
            let attempts = receiver.attempts_of(KIND);
            assert_one(&attempts, &shop);
            let gap = second.0.at - attempts[0].0.at;
            assert!(gap >= Duration::from_secs(15), "{gap:?}");
        };
        tokio::join!(slow, too_slow);
    });
}

#[test]
fn a_receiver_that_was_down_gets_it_when_it_is_back() {
    run(async {
        let receiver = Receiver::start().await;
        receiver.down();
        let (shop, shopper) = asked(ShopSetup::new().target(&receiver.url())).await;
        poll::until("three failed attempts", Duration::from_secs(60), || async {
            let row = shop.delivery(&shopper.conversation, "requested").await?;
            (row["attempts"].as_array()?.len() >= 3).then_some(())
        })
        .await;
        receiver.up();
        receiver.first(KIND, Duration::from_secs(60)).await;
    });
}

#[test]
fn a_receiver_and_an_edge_that_were_down_for_ten_minutes() {
    run(async {
        let edge = Edge::start().await;
        let receiver = Receiver::start().await;
        receiver.down();
        let (shop, shopper) = asked_on(&edge, ShopSetup::new().target(&receiver.url())).await;
        let attempts = async || {
            let row = shop.delivery(&shopper.conversation, "requested").await?;
            Some((row["attempts"].as_array()?.len(), row["state"].as_str()?.to_owned()))
        };
        poll::until("failed attempt", Duration::from_secs(60), || async {
            attempts().await.filter(|(count, _)| *count > 0)
        })
        .await;
        // Ten minutes pass while the edge is down too; what was due then is due at once.
        edge.kill9();
        assert!(edge.age_deliveries(10) >= 1, "no delivery");
        edge.restart().await;
        receiver.up();
        let delivery = receiver.first(KIND, Duration::from_secs(60)).await;
        delivery.verify(&shop.webhook_key).expect("signed now, not ten minutes ago");
        poll::until("its record", Duration::from_secs(60), || async {
            attempts().await.filter(|(_, state)| state == "delivered")
        })
        .await;
        assert_eq!(shop.queue.undelivered().await, []);
    });
}

#[test]
fn what_a_receiver_says_after_2xx_does_not_matter() {
    let cases = [("a reset", Answer::ok_then_reset()), ("100 MB", Answer::flood())];
    run(async {
        let tries = cases.into_iter().map(|(what, answer)| async move {
            let receiver = Receiver::answering(answer).await;
            let (shop, shopper) = asked(ShopSetup::new().target(&receiver.url())).await;
            poll::until(format!("acceptance in spite of {what}"), Duration::from_secs(60), || async {
                let row = shop.delivery(&shopper.conversation, "requested").await?;
                (row["state"] == "delivered").then_some(())
            })
            .await;
            assert_one(&receiver.attempts_of(KIND), &shop);
        });
        futures_util::future::join_all(tries).await;
    });
}

#[test]
fn one_lane_keeps_the_order() {
    run(async {
        let receiver = Receiver::start().await;
        receiver.next(Answer::status(500, &[]));
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let (_, mut socket) = shop.talk().await;
        socket.ask_person().await;
        for n in 0..5 {
            socket.say(&format!("message {n}")).await;
        }
        receiver.nth("escalation.message", 5, Duration::from_secs(60)).await;
        let kinds: Vec<String> = receiver.attempts().iter().map(Recorded::kind).collect();
        assert_eq!(kinds[..2], [KIND, KIND], "nothing overtakes the escalation");
        let texts: Vec<String> =
            receiver.attempts_of("escalation.message").iter().map(|a| a.0.text()).collect();
        for (n, text) in texts.iter().enumerate() {
            assert!(text.contains(&format!("message {n}")), "{n}: {text}");
        }
    });
}
