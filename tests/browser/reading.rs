//! Reading: the view stays where the shopper reads, links say where they lead, pictures come from the shop.

use crate::scene::{DESKTOP, PHONE, Scene, ask, see};
use std::time::Duration;
use tests::edge::ShopSetup;
use tests::llm::{Script, Upstream};
use tests::run;

const AT_END: &str = "deep('#log').scrollHeight - deep('#log').scrollTop - deep('#log').clientHeight < 2";

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
        frame.wait_for(AT_END).await;
        frame.wait_for("!document.querySelector('.pill') && document.activeElement.id === 'text'").await;
        // Who reads the newest is taken along.
        scene.shop.queue.reply(&conversation, &held.claim, "Three").await.expect(200);
        see(&frame, "Three").await;
        frame.wait_for(AT_END).await;
    });
}

#[test]
fn a_long_answer_is_read_from_its_beginning() {
    run(async {
        let long = "A sentence about wool and down, and how they are worn.\n\n".repeat(30);
        let model = Upstream::start(Script::paced(&long, Duration::from_millis(4))).await;
        let scene = Scene::with(ShopSetup::new().model(&model.base_url()), PHONE).await;
        let frame = scene.open().await;
        ask(&frame, "Which size?").await;
        frame.wait_for("deep('.line:not(.mine) time')").await;
        let beginning = "(line => line.top - deep('#log').getBoundingClientRect().top)\
            (deep('.line:not(.mine)').getBoundingClientRect())";
        let in_sight = format!("(gap => gap >= 0 && gap < 40)({beginning})");
        frame.wait_for(&in_sight).await;
        assert_eq!(frame.eval("!!deep('.pill')").await, false, "nothing is newer than what is read");
        // Whoever has read on stays there, also when the room becomes less.
        let down = "(log => log.scrollTop += 150)(deep('#log'))";
        let read_on = frame.eval(down).await;
        scene.page.size(360, 600).await;
        frame.wait_for("innerHeight <= 600").await;
        frame.eval("new Promise(done => setTimeout(done, 300))").await;
        assert_eq!(frame.eval("deep('#log').scrollTop").await, read_on);
        // What happens below is shown.
        frame.click("#person").await;
        let conversation = scene.waiting().await;
        scene.shop.queue.claim(&conversation, "Mina").await;
        see(&frame, "Mina has joined").await;
        frame.wait_for(AT_END).await;
        // What one says oneself one sees.
        ask(&frame, "Hello Mina").await;
        frame
            .wait_for("deep('#log').scrollHeight - deep('#log').scrollTop - deep('#log').clientHeight < 2")
            .await;
        frame.wait_for("!deep('.pill')").await;
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
