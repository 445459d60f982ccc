//! The list of who waits is read page by page: the longest waiting first, and nothing in it is hidden.

use counterbell_protocol::EscalationId;
use tests::edge::{Edge, ShopSetup};
use tests::run;

#[test]
fn every_page_goes_on_where_the_one_before_ended() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let mut asked: Vec<EscalationId> = Vec::new();
        for _ in 0..5 {
            let (_, mut socket) = shop.talk().await;
            asked.extend(socket.ask_person().await.escalation);
            shop.wait_for_open("escalation in the list", |count| count == asked.len()).await;
        }
        let ids = |page: &counterbell_protocol::agent::Escalations| -> Vec<EscalationId> {
            page.escalations.iter().map(|one| one.escalation.clone()).collect()
        };
        let first = shop.queue.page("limit=2").await;
        assert_eq!((ids(&first), first.next.as_ref()), (asked[..2].to_vec(), Some(&asked[1])));
        // The last of the first page is served meanwhile.
        let served = &first.escalations[1].conversation;
        let held = shop.queue.claim(served.as_str(), "Mina").await;
        shop.queue.held(served.as_str(), &held.claim, "resolve").await.expect(200);
        shop.wait_for_open("shorter list", |count| count == 4).await;
        let second = shop.queue.page(&format!("limit=2&after={}", asked[1])).await;
        assert_eq!((ids(&second), second.next.as_ref()), (asked[2..4].to_vec(), Some(&asked[3])));
        let third = shop.queue.page(&format!("limit=2&after={}", asked[3])).await;
        assert_eq!((ids(&third), third.next), (asked[4..].to_vec(), None));
        let unknown = shop.queue.get("escalations?after=esc_made_up").await;
        assert_eq!((unknown.status, unknown.code().as_str()), (400, "bad_after"));
    });
}
