//! Where the browser keeps nothing, or keeps it apart for every shop, the chat works all the same.

use crate::scene::{DESKTOP, Scene, ask, see};
use tests::edge::{Edge, ShopSetup};
use tests::run;
use tests::shop_page::{self, ShopSite};

/// As a browser that blocks cookies does it: to look at the storage is to be refused.
const BLOCKED: &str = "for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
    Object.defineProperty(window, name, {get() { throw new DOMException('denied', 'SecurityError'); }});";

#[test]
fn with_all_storage_blocked_it_works_to_the_end() {
    run(async {
        let scene = Scene::new().await;
        scene.page.run_first(BLOCKED).await;
        let frame = scene.open().await;
        scene.go_the_whole_way(&frame).await;
        frame.click("#below .row button").await;
        see(&frame, "Thank you for telling us").await;
        scene.page.close_quietly(&[]).await;
    });
}

#[test]
fn each_shop_site_has_a_conversation_of_its_own_where_storage_is_partitioned() {
    run(async {
        // Two sites with the same shop: the browser keeps what the edge stores apart for each.
        let (one, other) = (ShopSite::start().await, ShopSite::start().await);
        let elsewhere = other.origin().replace("localhost", "shop.localtest.localhost");
        let setup = ShopSetup::new().origins(&[&one.origin(), &elsewhere]);
        let scene = Scene::at(one, Edge::shared().await.shop(setup).await, DESKTOP).await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        let url = other.put("/", shop_page::Page::html(&scene.script_tag()));
        scene.page.goto(&url.replace("localhost", "shop.localtest.localhost")).await;
        scene.page.click_role("button", "Chat").await;
        let there = scene.running().await;
        assert!(!there.text().await.contains("49 kr"));
        ask(&there, "How many days do I have to return it?").await;
        see(&there, "30 days").await;
    });
}
