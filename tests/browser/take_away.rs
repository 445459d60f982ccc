//! What the shopper takes along: a copied message, the conversation as a file, a window of its own.

use crate::scene::{Scene, ask, see};
use tests::run;

#[test]
fn a_message_is_copied_and_the_conversation_saved_as_text() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        let spy = "(window.copied = [], window.saved = [],
            navigator.clipboard.writeText = async text => { copied.push(text); },
            HTMLAnchorElement.prototype.click = function () { saved.push(this.download); },
            URL.createObjectURL = blob => { blob.text().then(text => saved.push(text)); return 'blob:'; }, true)";
        frame.eval(spy).await;
        frame.click(".copy").await;
        frame.wait_for("copied.length === 1 && copied[0].includes('Shipping costs 49 kr.')").await;
        frame.wait_for("document.getElementById('polite').lastChild?.textContent === 'Copied'").await;

        frame.click("#more").await;
        frame.click("#menu button").await;
        frame.wait_for("saved.length === 2").await;
        let (name, text) = (frame.eval_text("saved[0]").await, frame.eval_text("saved[1]").await);
        assert_eq!(name, format!("{}.txt", scene.shop.id));
        let (question, answer) = (text.find("You: What does shipping cost?"), text.find("Assistant: "));
        assert!(question.is_some() && question < answer && text.contains("49 kr"), "{text}");
    });
}

#[test]
fn a_copy_that_the_browser_refuses_is_said_to_have_failed() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        for refuse in [
            "navigator.clipboard.writeText = () => Promise.reject(new Error('no'))",
            "Object.defineProperty(navigator, 'clipboard', {value: undefined})",
        ] {
            frame
                .eval(&format!("(document.getElementById('polite').textContent = '', {refuse}, true)"))
                .await;
            frame.click(".copy").await;
            frame
                .wait_for(
                    "document.getElementById('polite').lastChild?.textContent === 'Could not be copied'",
                )
                .await;
        }
        ask(&frame, "How many days do I have to return it?").await;
        see(&frame, "30 days").await;
    });
}

#[test]
fn the_popped_out_window_has_the_conversation_and_its_address_tells_nothing() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        // Where it would open is looked at instead: storage is partitioned, so the address must carry it all.
        frame.eval("(window.open = (...how) => { window.opened = how; }, true)").await;
        frame.click("#more").await;
        frame.click("#menu button:nth-child(3)").await;
        scene.page.wait_for("counterbell('isOpen').then(open => !open)").await;
        let address = frame.wait_for("window.opened?.[0]").await;
        let window = scene.page.second_tab().await;
        window.size(420, 680).await;
        window.goto(&format!("{}{}", scene.shop.edge, address.as_str().unwrap_or_default())).await;
        window.wait_for("document.documentElement.dataset.state === 'ready'").await;
        window.wait_for_text("49 kr").await;
        assert_eq!(window.eval_text("location.hash").await, "");
        ask(&window, "How many days do I have to return it?").await;
        window.wait_for_text("30 days").await;
        window.screenshot("popped-out").await;
        // Both are in step.
        frame.wait_for_text("30 days").await;
        window.close_quietly(&[]).await;
    });
}

#[test]
fn an_address_that_somebody_broke_is_no_trap() {
    run(async {
        let scene = Scene::new().await;
        for broken in ["#%", "#%7B%22conversation%22%3A1%7D", "#x"] {
            let window = scene.page.second_tab().await;
            window.goto(&format!("{}/s/{}/frame{broken}", scene.shop.edge, scene.shop.id)).await;
            window.wait_for("document.documentElement.dataset.state === 'ready'").await;
            window.close_quietly(&["404"]).await;
        }
    });
}
