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
        let row = poll::until("refused attempt", Duration::from_secs(15), || async {
            let row = shop.delivery(&shopper.conversation, "requested").await?;
            row["attempts"][0].is_object().then_some(row)
        })
        .await;
        assert_eq!(row["state"], "pending", "{row}");
        assert!(row["attempts"][0]["status"].is_null(), "{row}");
        assert!(receiver.attempts().is_empty());
    });
}
