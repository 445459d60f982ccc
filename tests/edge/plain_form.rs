//! The plain form turns nobody away: a link that is no longer good begins another conversation with what was
//! written.

use tests::edge::{Edge, ShopSetup};
use tests::http::Ask;
use tests::receiver::Receiver;
use tests::run;
use tests::shopper::PATIENCE;

#[test]
fn a_conversation_that_is_gone_is_begun_anew() {
    run(async {
        let receiver = Receiver::start().await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let (good, token) = (shop.shopper().await, "not-a-token");
        let nowhere = "00000000-0000-4000-8000-000000000000";
        for (conversation, token) in
            [(good.conversation.as_str(), token), (nowhere, &good.token), ("nonsense", token)]
        {
            let url = format!("{}/s/{}/form/{conversation}/{token}", shop.edge, shop.id);
            let answer = Ask::post(url)
                .header("origin", &shop.edge)
                .header("content-type", "application/x-www-form-urlencoded")
                .body("text=My+parcel+is+empty&action=person")
                .send()
                .await
                .expect(303);
            let page = answer.header("location").expect("the page of a conversation");
            assert!(!page.contains(&good.conversation) && page.contains("/form/"), "{page}");
        }
        let requested = receiver.first("escalation.requested", PATIENCE).await.requested();
        assert_eq!(requested.transcript[0].text, "My parcel is empty");
    });
}
