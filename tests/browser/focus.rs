//! The focus goes into the text field when the shopper opens the chat, and nowhere else by itself, however slow
//! the frame is.

use crate::scene::{DESKTOP, PHONE, Scene};
use tests::edge::ShopSetup;
use tests::run;

/// On a page whose frame gets its document but not yet its program.
async fn slow_frame(size: (u32, u32)) -> Scene {
    let scene = Scene::with(ShopSetup::new(), size).await;
    scene.visit().await;
    scene.page.hold(&["*/a/*.js"]).await;
    scene
}

#[test]
fn what_is_typed_right_after_enter_is_in_the_field() {
    run(async {
        for size in [DESKTOP, PHONE] {
            let scene = slow_frame(size).await;
            // The page's link, then the launcher: the frame begins to load.
            scene.page.press("Tab").await;
            scene.page.press("Tab").await;
            let frame = scene.frame();
            frame.wait_for("document.readyState !== 'loading' && window.counterbell").await;
            scene.page.press("Enter").await;
            frame.wait_for("document.activeElement.id === 'text'").await;
            frame.type_keys("coat").await;
            assert_eq!(frame.eval("document.getElementById('text').value").await, "coat", "{size:?}");
            scene.page.let_go().await;
            let frame = scene.running().await;
            frame.type_keys("s").await;
            assert_eq!(frame.eval("document.getElementById('text').value").await, "coats", "{size:?}");
        }
    });
}

#[test]
fn a_frame_that_is_late_leaves_the_focus_where_the_shopper_took_it() {
    run(async {
        let scene = slow_frame(DESKTOP).await;
        scene.page.click_role("button", "Chat").await;
        let frame = scene.frame();
        frame.wait_for("document.activeElement.id === 'text'").await;
        frame.press("Tab").await;
        frame.wait_for("document.activeElement.id === 'send'").await;
        scene.page.let_go().await;
        scene.running().await;
        // A task later, so that what the page says to a frame that is ready has been heard.
        frame.eval("new Promise(done => setTimeout(done, 200))").await;
        assert_eq!(frame.eval("document.activeElement.id").await, "send");
    });
}
