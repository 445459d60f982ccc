//! Everything by keyboard, and the focus is always where one would look for it.

use crate::scene::{DESKTOP, PHONE, Scene, see};
use tests::edge::ShopSetup;
use tests::run;

/// That keys go to the text field: the frame has the focus on its page, and the field within the frame.
const FIELD_HAS_FOCUS: &str = "document.hasFocus() && document.activeElement.id === 'text'";

#[test]
fn tab_enter_escape() {
    run(async {
        for size in [DESKTOP, PHONE] {
            let scene = Scene::with(ShopSetup::new(), size).await;
            scene.visit().await;
            let page = &scene.page;
            // The page's own link, then the launcher.
            page.press("Tab").await;
            page.press("Tab").await;
            page.wait_for("document.activeElement.localName === 'counterbell-widget'").await;
            page.press("Enter").await;
            let frame = scene.running().await;
            frame.wait_for(FIELD_HAS_FOCUS).await;
            frame.type_keys("What does shipping cost?").await;
            frame.press("Enter").await;
            frame.wait_for_text("49 kr").await;
            frame.wait_for(FIELD_HAS_FOCUS).await;
            frame.press("Escape").await;
            tests::poll::until("focus on the launcher", tests::browser::PATIENCE, || async {
                page.ax_tree().await.into_iter().find(|node| node.name == "Chat" && node.is("focused"))
            })
            .await;
            // And open again: the conversation is still there.
            page.press("Enter").await;
            frame.wait_for_text("49 kr").await;
            frame.wait_for(FIELD_HAS_FOCUS).await;
        }
    });
}

#[test]
fn a_line_break_is_shift_enter() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        frame.click("#text").await;
        frame.type_keys("one").await;
        frame.press("Shift+Enter").await;
        frame.type_keys("two").await;
        frame.wait_for("document.getElementById('text').value === 'one\\ntwo'").await;
    });
}

#[test]
fn a_person_can_be_asked_for_by_keyboard_alone() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        frame.wait_for(FIELD_HAS_FOCUS).await;
        for _ in 0..20 {
            if frame.eval("document.activeElement.id === 'person'").await == true {
                break;
            }
            frame.press("Tab").await;
        }
        frame.press("Enter").await;
        scene.waiting().await;
        see(&frame, "You are in the queue").await;
    });
}
