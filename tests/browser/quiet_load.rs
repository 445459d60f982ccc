//! Before the shopper acts the widget has loaded one script, stored nothing and connected to nothing.

use crate::scene::Scene;
use std::time::Duration;
use tests::run;

/// What the page has asked for beside its own files.
fn not_the_shops(scene: &Scene) -> Vec<String> {
    let own = [scene.site.origin(), "data:".to_owned()];
    let asked = scene.page.requests().into_iter().map(|request| request.url);
    asked.filter(|url| !own.iter().any(|start| url.starts_with(start))).collect()
}

#[test]
fn one_script_and_nothing_else() {
    run(async {
        let scene = Scene::new().await;
        scene.visit().await;
        // Long enough for whatever would come by itself.
        tests::poll::never("a second request", Duration::from_secs(2), || async {
            let asked = not_the_shops(&scene);
            (asked != [format!("{}/s/{}/loader.js", scene.shop.edge, scene.shop.id)]).then_some(asked)
        })
        .await;
        let stored = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])";
        assert_eq!(scene.page.eval_text(stored).await, "[{},{},\"\"]");
        let kept = "Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()]).then(all => all.flat().length)";
        assert_eq!(scene.page.eval(kept).await, 0);
        // As `preconnect` would do it, which no request tells of.
        let links = "document.querySelectorAll('link:not([rel=icon])').length";
        assert_eq!(scene.page.eval(links).await, 0);

        // Opening shows the frame, and still no conversation exists.
        scene.page.click_role("button", "Chat").await;
        let frame = scene.running().await;
        let api = |r: &tests::browser::Requested| r.url.contains("/v1/shops/") || r.kind == "WebSocket";
        let requests = scene.page.requests();
        assert_eq!(requests.iter().filter(|r| api(r)).collect::<Vec<_>>(), Vec::<&_>::new());
        assert_eq!(
            frame.eval_text("JSON.stringify([{...localStorage}, document.cookie])").await,
            "[{},\"\"]"
        );
        crate::scene::ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        assert!(scene.page.requests().iter().any(api));
        scene.page.close_quietly(&[]).await;
    });
}

#[test]
fn before_the_pages_load_no_intent_fetches_the_frame_and_after_it_the_next_one_does() {
    run(async {
        for by_keyboard in [false, true] {
            let scene = Scene::new().await;
            // A picture of the shop's that takes its time: the page can be used and has not loaded.
            scene.page.hold(&["*/late.png"]).await;
            let page = tests::shop_page::Page::html(&scene.script_tag())
                .replacing_body("<p><a href='#'>Blue coat</a></p><img src='/late.png'>");
            scene.page.set_out(&scene.site.put("/", page)).await;
            point_at_it(&scene).await;
            focus_it(&scene).await;
            tests::poll::never("a frame before the load", Duration::from_secs(1), || async {
                let asked = not_the_shops(&scene);
                (asked.len() > 1).then_some(asked)
            })
            .await;
            assert_eq!(scene.page.eval("document.readyState").await, "interactive");
            scene.page.let_go().await;
            scene.page.wait_for("document.readyState === 'complete'").await;
            if by_keyboard {
                focus_it(&scene).await
            } else {
                point_at_it(&scene).await
            }
            scene.running().await;
            assert_eq!(scene.page.eval("counterbell('isOpen')").await, false);
            scene.page.close_quietly(&["404"]).await;
        }
    });
}

/// The pointer comes from elsewhere.
async fn point_at_it(scene: &Scene) {
    scene.page.hover_at((5.0, 5.0)).await;
    scene.page.hover_role("button", scene.launcher_name()).await;
}

/// The focus comes from the page's link.
async fn focus_it(scene: &Scene) {
    scene.page.focus("a").await;
    scene.page.press("Tab").await;
    scene.page.wait_for("document.activeElement.localName === 'counterbell-widget'").await;
}

#[test]
fn everything_comes_from_one_host() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        crate::scene::ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        let socket = scene.shop.edge.replace("http://", "ws://");
        for request in scene.page.requests() {
            let ours = [&scene.shop.edge, &socket, &scene.site.origin(), "data:", "blob:"];
            assert!(ours.iter().any(|start| request.url.starts_with(*start)), "{request:?}");
        }
    });
}

#[test]
fn the_page_does_not_move() {
    run(async {
        let scene = Scene::new().await;
        let shift = "<script>window.shift = 0; new PerformanceObserver(list => {
            for (const entry of list.getEntries()) shift += entry.value;
        }).observe({type: 'layout-shift', buffered: true})</script>";
        let page = tests::shop_page::Page::html(&format!("{shift}{}", scene.script_tag()));
        scene.page.goto(&scene.site.put("/", page)).await;
        scene.page.wait_for_role("button", "Chat").await;
        scene.page.click_role("button", "Chat").await;
        scene.running().await;
        assert_eq!(scene.page.eval("shift").await, 0);
    });
}

#[test]
fn the_document_alone_can_be_typed_into() {
    run(async {
        let scene = Scene::new().await;
        // No other file arrives: neither style nor script may be needed from one.
        scene.page.block(&["*/a/*"]).await;
        scene.visit().await;
        scene.page.click_role("button", "Chat").await;
        let frame = scene.frame();
        // The press that opened it has put the cursor there.
        frame.wait_for("document.hasFocus() && document.activeElement.id === 'text'").await;
        frame.insert("Is this blue?").await;
        frame.wait_for("document.getElementById('text').value === 'Is this blue?'").await;
        assert_eq!(
            frame.eval_text("getComputedStyle(document.querySelector('.unseen')).position").await,
            "absolute"
        );
    });
}

#[test]
fn the_webassembly_comes_beside_the_frame_and_once() {
    run(async {
        let scene = Scene::new().await;
        scene.open().await;
        let requests = scene.page.requests();
        let asked = |end: &str| requests.iter().filter(|r| r.url.ends_with(end)).count();
        assert_eq!((asked("/wasm"), asked(".wasm")), (1, 0), "{requests:#?}");
        scene.page.close_quietly(&[]).await;
    });
}

#[test]
fn a_frame_that_is_left_alone_asks_for_the_webassembly_itself() {
    run(async {
        let scene = Scene::new().await;
        // A page that allows no other frame than the one it expects.
        let alone = "<script>new MutationObserver(() => {
            for (const frame of document.querySelectorAll('counterbell-widget > iframe')) frame.remove();
        }).observe(document, {childList: true, subtree: true})</script>";
        let page = tests::shop_page::Page::html(&format!("{alone}{}", scene.script_tag()));
        scene.page.goto(&scene.site.put("/", page)).await;
        scene.page.click_role("button", "Chat").await;
        scene.running().await;
        assert!(scene.page.requests().iter().any(|r| r.url.ends_with(".wasm")));
    });
}

#[test]
fn webassembly_that_stops_halfway_is_asked_for_by_the_frame() {
    run(async {
        let scene = Scene::new().await;
        // Of its pieces two come, and then neither another nor the end.
        let halts = "if (location.pathname === '/wasm') {
            let kept;
            const halting = give => take => {
                let pieces = 0;
                give(piece => piece && ++pieces < 3 && take(piece));
            };
            Object.defineProperty(window, 'wasm', {get: () => kept, set: ([name, give]) => { kept = [name, halting(give)]; }});
        }";
        scene.page.run_first(halts).await;
        scene.visit().await;
        scene.page.click_role("button", "Chat").await;
        scene.running().await;
        assert!(scene.page.requests().iter().any(|r| r.url.ends_with(".wasm")));
        scene.page.close_quietly(&[]).await;
    });
}
