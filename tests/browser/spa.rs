//! Pages that change without loading, are left and come back: one launcher, one frame, one conversation.

use crate::scene::{Scene, ask};
use serde_json::json;
use tests::run;
use tests::shop_page::Page;

/// As Turbo does it: a new body, its scripts made anew so that they run, another address.
const TURBO: &str = "(() => {
    const body = document.createElement('body');
    body.innerHTML = '<h1>Boots</h1>';
    body.append(Object.assign(document.createElement('script'), {src: SRC, async: true}));
    Object.assign(body.lastChild.dataset, {shop: SHOP});
    document.documentElement.replaceChild(body, document.body);
    history.pushState(null, '', '/boots');
    document.title = 'Boots';
    return new Promise(done => body.lastChild.onload = () => done(true));
})()";

#[test]
fn a_new_body_and_a_new_address_leave_the_chat_as_it_was() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        frame.eval("(window.before = true)").await;
        let src = json!(format!("{}/loader.js", scene.shop.edge)).to_string();
        let turbo = TURBO.replace("SRC", &src).replace("SHOP", &json!(scene.shop.id).to_string());
        for _ in 0..2 {
            scene.page.eval(&turbo).await;
        }
        assert_eq!(scene.page.eval("document.querySelectorAll('counterbell-widget').length").await, 1);
        assert_eq!(scene.page.eval("counterbell('isOpen')").await, true);
        assert_eq!(frame.eval("window.before").await, true, "the frame was loaded anew");
        // People see where the shopper is now: the frame is told as soon as the shopper turns to it.
        scene.page.click("h1").await;
        frame.eval("(addEventListener('message', ({data}) => window.told = data.page?.url), true)").await;
        frame.click("#text").await;
        frame.wait_for("window.told?.endsWith('/boots')").await;
        ask(&frame, "I want to talk to a person").await;
        let requested = scene.receiver.first("escalation.requested", tests::browser::PATIENCE).await;
        assert!(requested.0.text().contains("/boots"), "{}", requested.0.text());
    });
}

#[test]
fn whatever_the_page_removes_comes_back() {
    run(async {
        for remove in [
            "document.querySelector('counterbell-widget').remove()",
            "document.documentElement.replaceChildren(document.createElement('body'))",
            "document.replaceChild(document.createElement('html'), document.documentElement).ownerDocument
                .documentElement.append(document.createElement('body'))",
        ] {
            let scene = Scene::new().await;
            let frame = scene.open().await;
            ask(&frame, "What does shipping cost?").await;
            frame.wait_for_text("49 kr").await;
            frame.eval("(window.before = true)").await;
            scene.page.eval(&format!("({remove}, true)")).await;
            scene.page.wait_for("document.querySelectorAll('counterbell-widget').length === 1").await;
            // What comes back is loaded anew; the browser says a moment later that the old frame has gone.
            frame.wait_for("!window.before").await;
            let frame = scene.running().await;
            frame.wait_for_text("49 kr").await;
            ask(&frame, "How many days do I have to return it?").await;
            frame.wait_for_text("30 days").await;
        }
    });
}

#[test]
fn back_and_forward_find_the_conversation() {
    run(async {
        let scene = Scene::new().await;
        let next = scene.site.put("/coat", Page::html(&scene.script_tag()));
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        scene.page.goto(&next).await;
        scene.running().await.wait_for_text("49 kr").await;
        for (go, at) in [("back", "/"), ("forward", "/coat"), ("back", "/")] {
            scene.page.eval(&format!("(setTimeout(() => history.{go}()), true)")).await;
            scene
                .page
                .wait_for(&format!("location.pathname === '{at}' && document.readyState === 'complete'"))
                .await;
            let frame = scene.running().await;
            frame.wait_for_text("49 kr").await;
            ask(&frame, &format!("And {go} at {at}, what does shipping cost?")).await;
            frame.wait_for_text(&format!("And {go} at {at}")).await;
            frame.wait_for("!document.querySelector('.typing')").await;
        }
        let conversations: Vec<_> = scene
            .page
            .requests()
            .into_iter()
            .filter(|request| request.url.ends_with("/conversations"))
            .collect();
        assert_eq!(conversations.len(), 1, "{conversations:?}");
    });
}

#[test]
fn after_destroy_nothing_ticks_any_more() {
    run(async {
        let scene = Scene::new().await;
        // The page's own clock, quickened, with each tick counted.
        let counting = "if (parent === window) {
            window.ticks = 0;
            window.setInterval = (every => work => every(() => (ticks++, work()), 50))(setInterval);
        }";
        scene.page.run_first(counting).await;
        scene.open().await;
        scene.page.wait_for("ticks > 2").await;
        scene.page.eval("counterbell('destroy')").await;
        let ticks = scene.page.eval("ticks").await;
        tests::poll::never("a tick", std::time::Duration::from_secs(1), || async {
            (scene.page.eval("ticks").await != ticks).then_some(())
        })
        .await;
        scene.page.close_quietly(&[]).await;
    });
}

#[test]
fn after_destroy_the_tag_begins_anew() {
    run(async {
        let scene = Scene::new().await;
        scene.open().await;
        scene.page.eval("counterbell('destroy')").await;
        scene.page.wait_for("!document.querySelector('counterbell-widget')").await;
        // What is called meanwhile waits for the next tag.
        scene.page.eval("(window.later = counterbell('open').then(() => counterbell('isOpen')), true)").await;
        // A script that is copied does not run, one that is made anew does.
        let tag = "(old => { const tag = document.createElement('script'); Object.assign(tag.dataset, old.dataset);
            tag.src = old.src; old.replaceWith(tag); return true; })(document.querySelector('script[src*=loader]'))";
        scene.page.eval(tag).await;
        assert_eq!(scene.page.eval("later").await, true);
        let frame = scene.running().await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        assert_eq!(scene.page.eval("document.querySelectorAll('counterbell-widget').length").await, 1);
    });
}
