//! What a person writes is text, whatever it looks like.

use tests::edge::{Edge, ShopSetup};
use tests::http::Ask;
use tests::run;
use tests::shopper::messages;

const HTML: &str = "<script>alert(1)</script><img src=x onerror=alert(2)> &lt;b&gt; \"quoted\"";

#[test]
fn html_stays_the_characters_that_it_is() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let held = shop.queue.claim(&shopper.conversation, "<i>Mina</i>").await;
        shop.queue.reply(&shopper.conversation, &held.claim, HTML).await.expect(200);
        let said = messages(&shopper.missed(0).await.events);
        assert_eq!((said[0].text.as_str(), said[0].name.as_deref()), (HTML, Some("<i>Mina</i>")));
        // Over HTTP it is JSON, which no browser takes for a page.
        let raw = Ask::get(shopper.url("events?after=0")).bearer(&shopper.token).send().await.expect(200);
        assert_eq!(raw.header("content-type"), Some("application/json"));
        assert_eq!(raw.header("x-content-type-options"), Some("nosniff"));
        // In the plain form, which is a page, it is escaped.
        let page = format!("{}/s/{}/form/{}/{}", shop.edge, shop.id, shopper.conversation, shopper.token);
        for url in [page.clone(), format!("{page}/log")] {
            let page = Ask::get(url).send().await.expect(200).text();
            for tag in ["<script>alert", "<img", "<i>Mina"] {
                assert!(!page.contains(tag), "{tag} in {page}");
            }
        }
        let log = Ask::get(format!("{page}/log")).send().await.expect(200).text();
        assert!(log.contains("&lt;script&gt;alert(1)"), "{log}");
    });
}
