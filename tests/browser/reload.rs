//! The conversation outlives the page: a reload, another page of the shop, a second tab.

use crate::scene::{Scene, ask};
use tests::run;
use tests::shop_page;

#[test]
fn it_is_there_after_a_reload_and_on_the_next_page_and_in_a_second_tab() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;

        scene.page.reload().await;
        open_again(&scene.page).await;
        let frame = scene.running().await;
        frame.wait_for_text("What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;

        let next = scene.site.put("/coat", shop_page::Page::html(&scene.script_tag()));
        scene.page.goto(&next).await;
        open_again(&scene.page).await;
        scene.running().await.wait_for_text("49 kr").await;

        let other = scene.page.second_tab().await;
        other.goto(&next).await;
        open_again(&other).await;
        let there = other.frame(&format!("/s/{}/frame", scene.shop.id));
        there.wait_for("document.documentElement.dataset.state === 'ready'").await;
        there.wait_for_text("49 kr").await;
        ask(&there, "And how many days to return it?").await;
        there.wait_for_text("30 days").await;
        // Both tabs are in step, and nothing is there twice.
        let here = scene.frame();
        here.wait_for_text("30 days").await;
        let times = "document.body.innerText.split('And how many days to return it?').length - 1";
        assert_eq!(here.eval(times).await, 1);
        assert_eq!(there.eval(times).await, 1);
    });
}

/// Whether the panel came back by itself or has to be opened.
async fn open_again(page: &tests::browser::Page) {
    let launcher = page.wait_for_role("button", "Chat").await;
    if !launcher.is("expanded") {
        page.click_role("button", "Chat").await;
    }
}
