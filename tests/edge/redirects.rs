//! A redirect is a failure: it is tried again, and never followed. What an escalation holds goes where the
//! shop said, and nowhere that its receiver says.

use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::receiver::{Answer, Receiver};
use tests::run;

const KIND: &str = "escalation.requested";

#[test]
fn none_is_followed() {
    run(async {
        let tries = [301, 302, 303, 307, 308].map(|code| async move {
            let elsewhere = Receiver::start().await;
            let location = elsewhere.url();
            let receiver = Receiver::answering(Answer::status(code, &[("location", &location)])).await;
            let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
            let (shopper, mut socket) = shop.talk().await;
            socket.ask_person().await;
            receiver.nth(KIND, 2, Duration::from_secs(60)).await;
            let heard = elsewhere.attempts();
            assert!(heard.is_empty(), "{code} was followed: {heard:?}");
            let row = shop.delivery(&shopper.conversation, "requested").await.expect("the delivery");
            assert_eq!((&row["state"], &row["attempts"][0]["status"]), (&"pending".into(), &code.into()));
        });
        futures_util::future::join_all(tries).await;
    });
}
