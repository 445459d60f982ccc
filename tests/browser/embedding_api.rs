//! `counterbell(…)` on the shop's page: legal at any time, promises for answers, events for what happens.

use crate::scene::Scene;
use tests::run;
use tests::shop_page::Page;

/// The stub that a merchant pastes, and an early call.
const EARLY: &str = "<script>
    window.counterbell = window.counterbell || function () { (counterbell.q = counterbell.q || []).push(arguments); };
    window.heard = [];
    counterbell('on', 'ready', event => heard.push(event));
    counterbell('on', 'open', event => heard.push(event));
    counterbell('ask', 'What does shipping cost?', {send: true});
</script>";

#[test]
fn calls_before_the_load_are_kept() {
    run(async {
        let scene = Scene::new().await;
        let page = Page::html(&format!("{EARLY}{}", scene.script_tag()));
        scene.page.goto(&scene.site.put("/", page)).await;
        let frame = scene.running().await;
        frame.wait_for_text("49 kr").await;
        scene.page.wait_for("heard.length >= 2").await;
        let shape = "heard.every(e => typeof e.id === 'string' && typeof e.time === 'number' && typeof e.type === 'string')";
        assert_eq!(scene.page.eval(shape).await, true, "{}", scene.page.eval("heard").await);
    });
}

#[test]
fn it_opens_closes_hands_over_and_goes() {
    run(async {
        let scene = Scene::new().await;
        scene.visit().await;
        let page = &scene.page;
        page.eval("(window.heard = [], ['open', 'close', 'queue', 'handoff', 'person-joined', 'message', 'resolved']
            .forEach(type => counterbell('on', type, event => heard.push(event.type))), true)").await;
        assert_eq!(page.eval("counterbell('isOpen')").await, false);
        page.eval("counterbell('open')").await;
        scene.running().await;
        assert_eq!(page.eval("counterbell('isOpen')").await, true);
        page.eval("counterbell('close')").await;
        page.wait_for("heard.includes('close')").await;
        page.eval("counterbell('handoff')").await;
        let conversation = scene.waiting().await;
        page.wait_for("heard.includes('handoff')").await;
        let held = scene.shop.queue.claim(&conversation, "Mina").await;
        page.wait_for("heard.includes('person-joined')").await;
        scene.shop.queue.held(&conversation, &held.claim, "resolve").await.expect(200);
        page.wait_for("heard.includes('resolved')").await;
        page.eval("counterbell('destroy')").await;
        page.wait_for("!document.querySelector('counterbell-widget')").await;
    });
}

#[test]
fn a_message_from_another_window_is_not_listened_to() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        let forged = "(window.postMessage({counterbell: 1, type: 'close'}, '*'), true)";
        scene.page.eval(forged).await;
        // The page itself may speak to the frame, a stranger's frame may not.
        let stranger = tests::shop_page::ShopSite::start().await;
        let script = "parent.postMessage({counterbell: 1, type: 'close'}, '*');
            for (let n = 0; n < parent.length; n++) parent[n].postMessage({counterbell: 1, type: 'ask', text: 'stolen', send: true}, '*');
            window.done = true;";
        let url = stranger.put("/", Page::html("").replacing_body(&format!("<script>{script}</script>")));
        let url = url.replace("localhost", "127.0.0.1");
        scene.page.eval(&format!("(document.body.append(Object.assign(document.createElement('iframe'), {{src: '{url}'}})), true)")).await;
        scene.page.frame(&url).wait_for("window.done").await;
        crate::scene::ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        assert_eq!(scene.page.eval("counterbell('isOpen')").await, true);
        assert!(!frame.text().await.contains("stolen"));
    });
}
