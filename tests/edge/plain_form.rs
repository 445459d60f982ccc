//! The plain form turns nobody away: a link that is no longer good begins another conversation with what was
//! written.

use counterbell_protocol::ClientFrame;
use tests::edge::{Edge, ShopSetup};
use tests::http::Ask;
use tests::poll;
use tests::receiver::{Answer, Receiver};
use tests::run;
use tests::shopper::{PATIENCE, fresh_id};

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

#[test]
fn a_conversation_that_was_erased_is_begun_anew() {
    run(async {
        let receiver = Receiver::start().await;
        let edge = Edge::shared().await;
        let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
        let erased = shop.shopper().await;
        let url = format!("{}/v1/shops/{}/conversations/{}", shop.edge, shop.id, erased.conversation);
        // The desk that is rung is down, so the mark stays until it has heard the news.
        receiver.always(Answer::status(503, &[]));
        erased.post(&ClientFrame::AskPerson { id: fresh_id() }).await.expect(200);
        Ask::new("DELETE", url).bearer(edge.admin_key()).send().await.expect(200);
        let url = format!("{}/s/{}/form/{}/{}", shop.edge, shop.id, erased.conversation, erased.token);
        let answer = Ask::post(url)
            .header("origin", &shop.edge)
            .header("content-type", "application/x-www-form-urlencoded")
            .body("text=Is+anybody+there&action=person")
            .send()
            .await
            .expect(303);
        let page = answer.header("location").expect("the page of a conversation");
        assert!(!page.contains(&erased.conversation) && !page.contains("problem"), "{page}");
        poll::until("a request with what was written", PATIENCE, async || {
            let requests = receiver.attempts_of("escalation.requested");
            requests.iter().any(|request| request.0.text().contains("Is anybody there")).then_some(())
        })
        .await;
    });
}
