//! Without script, without WASM, or when WASM fails: a plain form that reaches a person.

use crate::scene::{Scene, ask};
use tests::run;

#[test]
fn the_form_alone_reaches_a_person() {
    run(async {
        let scene = Scene::new().await;
        scene.page.without_script().await;
        // With scripts off for the page the driver's own still run.
        scene.page.goto(&format!("{}/s/{}/form", scene.shop.edge, scene.shop.id)).await;
        scene.page.click("textarea").await;
        scene.page.insert("My parcel is empty. Please call me.").await;
        scene.page.screenshot("form-1").await;
        scene.page.click("button[value=person]").await;
        let log = scene.page.frame("/log");
        log.wait_for_text("You are in the queue").await;
        let requested =
            scene.receiver.first("escalation.requested", tests::browser::PATIENCE).await.requested();
        assert_eq!(requested.transcript[0].text, "My parcel is empty. Please call me.");
        scene.page.screenshot("form-2").await;

        // And an answer can be read there.
        let queue = &scene.shop.queue;
        let conversation = requested.about.conversation.to_string();
        let held = queue.claim(&conversation, "Mina").await;
        scene.page.click("textarea").await;
        scene.page.insert("And the invoice").await;
        queue.reply(&conversation, &held.claim, "I am sorry! A new one is on its way.").await.expect(200);
        // The log looks again by itself, for it has no script to be told by; what is being typed stays.
        log.wait_for_text("A new one is on its way.").await;
        assert_eq!(scene.page.eval_text("document.querySelector('textarea').value").await, "And the invoice");
    });
}

#[test]
fn a_text_that_is_too_long_is_kept_and_keeps_nobody_from_a_person() {
    run(async {
        let scene = Scene::new().await;
        scene.page.without_script().await;
        scene.page.goto(&format!("{}/s/{}/form", scene.shop.edge, scene.shop.id)).await;
        // Within the field's 8,000 characters, beyond the message's 8,000 bytes, and in a form over 32 kB.
        let long = "長".repeat(4_000);
        scene.page.click("textarea").await;
        scene.page.insert(&long).await;
        scene.page.click("button[value=send]").await;
        scene.page.wait_for_text("the message is too long").await;
        assert_eq!(scene.page.eval_text("document.querySelector('textarea').value").await, long);
        scene.page.click("button[value=person]").await;
        scene.page.frame("/log").wait_for_text("You are in the queue").await;
        // The address is the conversation's, and says what became of the text.
        scene.page.wait_for_text("the message is too long").await;
        scene.waiting().await;
        scene.page.screenshot("form-too-long").await;
    });
}

#[test]
fn when_wasm_cannot_be_had_the_frame_is_the_form() {
    run(async {
        let scene = Scene::new().await;
        scene.visit().await;
        scene.page.block(&["*/a/*.js"]).await;
        scene.page.click_role("button", "Chat").await;
        let frame = scene.frame();
        frame.wait_for("document.getElementById('text')").await;
        ask(&frame, "Is anybody there?").await;
        // What was typed is sent by the form, whose page goes on where the frame could not.
        let form = scene.page.frame(&format!("/s/{}/form/", scene.shop.id));
        let log = scene.page.frame("/log");
        log.wait_for_text("Is anybody there?").await;
        form.click("button[value=person]").await;
        log.wait_for_text("You are in the queue").await;
        let requested = scene.receiver.first("escalation.requested", tests::browser::PATIENCE).await;
        assert_eq!(requested.requested().transcript[0].text, "Is anybody there?");
    });
}
