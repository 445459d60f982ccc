//! Without script, without WASM, or when WASM fails: a plain form that reaches a person.

use crate::files::{arrives, on_disk};
use crate::scene::{DESKTOP, PHONE, Scene, ask};
use tests::edge::ShopSetup;
use tests::run;
use tests::shopper::PNG;

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
fn a_photo_reaches_a_person_by_the_form_alone() {
    run(async {
        let scene = Scene::new().await;
        scene.page.without_script().await;
        scene.page.goto(&format!("{}/s/{}/form", scene.shop.edge, scene.shop.id)).await;
        scene.page.click("textarea").await;
        scene.page.insert("The zip is broken").await;
        let photo = on_disk("broken \"zip\" – näh.jpeg", PNG);
        scene.page.choose_files("input[type=file]", &[&*photo.path]).await;
        scene.page.screenshot("form-file-1").await;
        scene.page.click("button[value=person]").await;
        let log = scene.page.frame("/log");
        log.wait_for_text("broken _zip_ – näh.png").await;
        let conversation = scene.waiting().await;
        arrives(&scene, &conversation, &["broken _zip_ – näh.png"]).await;
        scene.receiver.first("escalation.message", tests::browser::PATIENCE).await;
        // The link is the photo, for who has the page.
        let fetched = "fetch(deep('li a').href).then(file => file.blob()).then(file => file.size)";
        assert!(log.try_eval(fetched).await.is_err(), "the form's pages may fetch nothing");
        let url = log.eval_text("document.querySelector('li a').href").await;
        assert_eq!(tests::http::Ask::get(url).send().await.expect(200).body, PNG);
        scene.page.screenshot("form-file-2").await;
    });
}

#[test]
fn a_file_that_is_refused_by_the_form_takes_no_words_with_it() {
    run(async {
        let scene = Scene::new().await;
        scene.page.without_script().await;
        scene.page.goto(&format!("{}/s/{}/form", scene.shop.edge, scene.shop.id)).await;
        let large = on_disk("film.png", &[PNG, &vec![7; 33 << 20]].concat());
        let program = on_disk("holiday.png", b"MZ\x90\0\x03\0\0\0\x04\0\0\0");
        for (words, button, file, told) in [
            ("Please look at this", "person", &large, "The file is too large. The limit is 10 MB."),
            ("And at this", "send", &large, "The file is too large. The limit is 10 MB."),
            ("Or this", "send", &program, "Only photos and PDFs can be added."),
        ] {
            scene.page.click("textarea").await;
            scene.page.insert(words).await;
            scene.page.choose_files("input[type=file]", &[&*file.path]).await;
            scene.page.click(&format!("button[value={button}]")).await;
            scene.page.frame("/log").wait_for_text(words).await;
            scene.page.wait_for_text(told).await;
        }
        scene.page.screenshot("form-file-refused").await;
        let conversation = scene.waiting().await;
        arrives(&scene, &conversation, &[]).await;
    });
}

#[test]
fn axe_finds_nothing_in_the_form() {
    run(async {
        for (size, scheme) in [(DESKTOP, "light"), (PHONE, "dark")] {
            let scene = Scene::with(ShopSetup::new(), size).await;
            scene.page.prefer(&[("prefers-color-scheme", scheme)]).await;
            scene.page.goto(&format!("{}/s/{}/form", scene.shop.edge, scene.shop.id)).await;
            assert_eq!(crate::axe::complaints(&scene.page, scheme).await, Vec::<String>::new());
            let photo = on_disk("broken zip.jpeg", PNG);
            scene.page.choose_files("input[type=file]", &[&*photo.path]).await;
            scene.page.click("button[value=person]").await;
            scene.page.frame("/log").wait_for_text("broken zip.png").await;
            scene.page.screenshot(&format!("form-file-{scheme}")).await;
            assert_eq!(crate::axe::complaints(&scene.page, scheme).await, Vec::<String>::new());
            // The log has no other way to look again, and its title stands on the page around it.
            let mut found = crate::axe::complaints(&scene.page.frame("/log"), scheme).await;
            found.retain(|found| {
                !["meta-refresh", "page-has-heading-one"].iter().any(|rule| found.contains(rule))
            });
            assert_eq!(found, Vec::<String>::new());
        }
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
