//! Reading: the view stays where the shopper reads, links say where they lead, pictures come from the shop.

use crate::scene::{DESKTOP, PHONE, Scene, ask, see};
use tests::edge::ShopSetup;
use tests::llm::{Script, Upstream};
use tests::run;

#[test]
fn who_has_scrolled_up_is_left_there_and_told_what_is_new() {
    run(async {
        let scene = Scene::with(ShopSetup::new(), PHONE).await;
        scene.page.size(360, 500).await;
        let frame = scene.open().await;
        for _ in 0..3 {
            ask(&frame, "What does shipping cost?").await;
            frame.wait_for("!document.querySelector('.typing')").await;
        }
        frame.click("#person").await;
        let conversation = scene.waiting().await;
        let held = scene.shop.queue.claim(&conversation, "Mina").await;
        see(&frame, "Mina has joined").await;
        let log = "document.getElementById('log')";
        frame.wait_for(&format!("{log}.scrollHeight > {log}.clientHeight + 200")).await;
        // Also when the newest line has just been asked to be shown.
        frame.eval(&format!("(counterbell.follow(), {log}.scrollTop = 0)")).await;
        frame.wait_for("document.querySelector('.pill')").await;
        for text in ["One", "Two"] {
            scene.shop.queue.reply(&conversation, &held.claim, text).await.expect(200);
        }
        frame.wait_for("document.querySelector('.pill').innerText === '2 new messages'").await;
        assert_eq!(frame.eval(&format!("{log}.scrollTop")).await, 0);
        scene.page.screenshot("pill").await;
        frame.click(".pill").await;
        frame.wait_for(&format!("{log}.scrollHeight - {log}.scrollTop - {log}.clientHeight < 2")).await;
        frame.wait_for("!document.querySelector('.pill') && document.activeElement.id === 'text'").await;
        // Who reads the newest is taken along.
        scene.shop.queue.reply(&conversation, &held.claim, "Three").await.expect(200);
        see(&frame, "Three").await;
        frame.wait_for(&format!("{log}.scrollHeight - {log}.scrollTop - {log}.clientHeight < 2")).await;
    });
}

#[test]
fn links_show_their_host_and_pictures_come_from_the_shops_hosts_alone() {
    run(async {
        let markdown = "See [our care page](https://elsewhere.example/care), [bank](javascript:alert(1)).\n\n\
            ![a coat](https://img.shop.example/coat.png)\n\n![a pixel](https://track.example/pixel.png)";
        let model = Upstream::start(Script::answer(markdown)).await;
        let setup = ShopSetup::new().model(&model.base_url()).line("image_hosts = [\"img.shop.example\"]");
        let scene = Scene::with(setup, DESKTOP).await;
        let frame = scene.open().await;
        ask(&frame, "Is the coat warm?").await;
        see(&frame, "our care page").await;
        frame
            .wait_for("!document.querySelector('.typing') && document.querySelector('.line:not(.mine) time')")
            .await;
        let link = "(link => [link.innerText, link.target, link.rel].join(' | '))(deep('#lines a[href=\"https://elsewhere.example/care\"]'))";
        let shown = frame.eval_text(link).await;
        assert!(
            shown.contains("elsewhere.example") && shown.contains("_blank") && shown.contains("noopener"),
            "{shown}"
        );
        assert_eq!(frame.eval("document.querySelectorAll('#lines a').length").await, 1, "the script is text");
        assert!(frame.text().await.contains("a pixel"), "the picture's words stay");
        assert_eq!(
            frame.eval_text("[...document.querySelectorAll('#lines img')].map(img => img.src).join()").await,
            "https://img.shop.example/coat.png"
        );
        scene.page.screenshot("links").await;
        let asked = scene.page.requests();
        assert!(
            asked
                .iter()
                .all(|request| !request.url.contains("elsewhere") && !request.url.contains("track.example")),
            "{asked:?}"
        );
    });
}
