//! Escalations go to public names over https, and to nothing that only looks like one.

use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::receiver::Receiver;
use tests::{poll, run};

#[test]
fn an_address_that_is_no_public_name_is_refused_when_saved() {
    run(async {
        let edge = Edge::shared().await;
        for url in [
            "http://desk.example/hook",
            "https://10.0.0.1/hook",
            "https://169.254.169.254/latest/meta-data",
            "https://2130706433/hook",
            "https://0x7f000001/hook",
            "https://0177.0.0.1/hook",
            "https://127.1/hook",
            "https://[::1]:8443@desk.example/",
            "https://[::ffff:10.0.0.1]/hook",
            "https://user:word@desk.example/hook",
            "https://desk.example./hook",
            "https://desk.internal/hook",
            "https://printer/hook",
            "ftp://desk.example/hook",
            "javascript:alert(1)",
        ] {
            let answer = edge.answer_to(&ShopSetup::new().target(url)).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (422, "bad_settings"),
                "{url}: {}",
                answer.text()
            );
            assert!(answer.text().contains("targets"), "{url}: {}", answer.text());
        }
        assert_eq!(edge.answer_to(&ShopSetup::new().target("https://desk.example/hook")).await.status, 200);
    });
}

#[test]
fn a_deployed_edge_sends_nothing_to_its_own_machine_and_loses_nothing() {
    run(async {
        let edge = Edge::start_as_deployed().await;
        let receiver = Receiver::start().await;
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let row = poll::until("refused attempt", Duration::from_secs(60), || async {
            let row = shop.delivery(&shopper.conversation, "requested").await?;
            row["attempts"][0].is_object().then_some(row)
        })
        .await;
        assert_eq!(row["state"], "pending", "{row}");
        assert!(row["attempts"][0]["status"].is_null(), "{row}");
        assert!(receiver.attempts().is_empty());
    });
}

#[test]
fn an_odd_spelling_that_came_past_the_checks_of_saving_is_refused_when_sent() {
    run(async {
        let edge = Edge::start().await;
        let receiver = Receiver::start().await;
        let plain = receiver.url();
        let port = plain.trim_start_matches("http://127.0.0.1:").trim_end_matches("/hook");
        // Each of these is the receiver's own address to somebody's parser.
        let odd = [
            "http://2130706433:PORT/",
            "http://0x7f000001:PORT/",
            "http://0x7f.1:PORT/",
            "http://0177.0.0.1:PORT/",
            "http://127.1:PORT/",
            "http://127.0.0.1.:PORT/",
            "http://%31%32%37.0.0.1:PORT/",
            "http://[::ffff:127.0.0.1]:PORT/",
            "http://user:word@127.0.0.1:PORT/",
            "http://0.0.0.0:PORT/",
            "http://localhost.:PORT/",
        ]
        .map(|url| url.replace("PORT", port));
        let mut shops = Vec::new();
        for n in 0..odd.len() {
            shops.push(edge.shop(ShopSetup::new().target(&format!("{plain}?n={n}-"))).await);
        }
        edge.kill9();
        for (n, url) in odd.iter().enumerate() {
            let changed = edge.change_stored_address(&format!("{plain}?n={n}-"), &format!("{url}?n={n}-"));
            assert_eq!(changed, 1, "{url}");
        }
        edge.restart().await;
        for (shop, url) in shops.iter().zip(&odd) {
            let (shopper, mut socket) = shop.talk().await;
            socket.ask_person().await;
            let row = poll::until(format!("attempt at {url}"), Duration::from_secs(60), || async {
                let row = shop.delivery(&shopper.conversation, "requested").await?;
                row["attempts"][0].is_object().then_some(row)
            })
            .await;
            assert_eq!(row["state"], "pending", "{url}: {row}");
            let error = row["attempts"][0]["error"].as_str().unwrap_or_default();
            assert!(error.starts_with("address: "), "{url}: {row}");
        }
        assert!(receiver.attempts().is_empty(), "{:?}", receiver.attempts());
        // Nothing is lost by it: where the shop puts it right, all arrive.
        for shop in &shops {
            edge.change(shop, ShopSetup::new().target(&plain)).await;
        }
        receiver.nth("escalation.requested", odd.len(), Duration::from_secs(60)).await;
    });
}
