//! Somebody opens conversations in a loop: they are slowed, and everybody else still reaches a person.

use counterbell_protocol::Owner;
use tests::edge::{Edge, ShopSetup};
use tests::http::Ask;
use tests::run;
use tests::shopper::{Shopper, ask_person};

const FLOODER: &str = "203.0.113.66";

#[test]
fn who_opens_in_a_loop_is_told_when_to_come_back_and_an_honest_shopper_is_not() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let flood = (0..60).map(|_| Shopper::try_open_from(&shop.edge, &shop.id, FLOODER));
        let answers = futures_util::future::join_all(flood).await;
        let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 201).collect();
        assert!((30..=40).contains(&refused.len()), "{} of 60 were refused", refused.len());
        for answer in refused {
            assert_eq!((answer.status, answer.code().as_str()), (429, "too_many"), "{}", answer.text());
            let wait_s: u64 =
                answer.header("retry-after").and_then(|wait| wait.parse().ok()).expect("a wait");
            assert!((1..=60).contains(&wait_s), "{wait_s} s");
        }
        // The same household by its plain form is told so, and keeps what it wrote.
        let form = Ask::post(format!("{}/s/{}/form", shop.edge, shop.id)).header("origin", &shop.edge);
        let form = form.header("cf-connecting-ip", FLOODER).body("text=Where+is+my+coat%3F&action=person");
        let page = form.send().await;
        assert!(page.text().contains("Where is my coat?"), "{} {}", page.status, page.text());

        for address in ["203.0.113.67", "2001:db8::1"] {
            let opened = Shopper::try_open_from(&shop.edge, &shop.id, address).await.expect(201).json();
            let shopper = Shopper::opened(&shop.edge, &shop.id, &opened);
            shopper.post(&ask_person()).await.expect(200);
            assert_eq!(shopper.missed(0).await.ready.owner, Owner::Waiting);
        }
    });
}

#[test]
fn who_waited_as_told_is_let_in() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let flood = (0..40).map(|_| Shopper::try_open_from(&shop.edge, &shop.id, FLOODER));
        let answers = futures_util::future::join_all(flood).await;
        let waits = answers.iter().filter_map(|answer| answer.header("retry-after")?.parse::<u64>().ok());
        let wait_s = waits.min().expect("somebody is told to wait");
        tokio::time::sleep(std::time::Duration::from_secs(wait_s)).await;
        Shopper::try_open_from(&shop.edge, &shop.id, FLOODER).await.expect(201);
    });
}
