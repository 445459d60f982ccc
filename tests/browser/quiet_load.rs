//! Before the shopper acts the widget has loaded one script, stored nothing and connected to nothing.

use crate::scene::Scene;
use std::time::Duration;
use tests::run;

#[test]
fn one_script_and_nothing_else() {
    run(async {
        let scene = Scene::new().await;
        scene.visit().await;
        // Long enough for whatever would come by itself.
        tests::poll::never("a second request", Duration::from_secs(2), || async {
            let to_edge = scene.page.requests().into_iter().filter(|r| r.url.starts_with(&scene.shop.edge));
            let rest: Vec<_> = to_edge.filter(|r| !r.url.ends_with("/loader.js")).collect();
            (!rest.is_empty()).then_some(rest)
        })
        .await;
        let stored = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])";
        assert_eq!(scene.page.eval_text(stored).await, "[{},{},\"\"]");
        assert_eq!(scene.page.eval("indexedDB.databases().then(all => all.length)").await, 0);

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
