//! The frame's program may fail at any moment: the shop's page never notices, and a person stays within reach.

use crate::scene::{Scene, ask};
use serde_json::json;
use tests::run;

/// Keeps the program at hand for `trap()`, which makes it do what no panic hook sees: touch memory that it
/// does not have. With `AT` it does so by itself, in the middle of that call to the browser.
const TRAPS: &str = "if (location.pathname.endsWith('/frame')) {
    let made, calls = 0;
    window.trap = () => {
        const parts = Object.values(made.instance.exports).filter(part => typeof part === 'function' && part.length > 1);
        for (const part of parts) part(...Array(part.length).fill(0x7fffffff));
    };
    const trapping = call => typeof call !== 'function' ? call
        : function (...values) { if (++calls === AT) trap(); return call.apply(this, values); };
    for (const how of ['instantiate', 'instantiateStreaming']) {
        const make = WebAssembly[how];
        WebAssembly[how] = async (source, imports) => {
            for (const module of Object.values(imports))
                for (const name of Object.keys(module)) module[name] = trapping(module[name]);
            return made = await make.call(WebAssembly, source, imports);
        };
    }
}";

async fn scene(at: &str) -> Scene {
    let scene = Scene::new().await;
    scene.page.run_first(&TRAPS.replace("AT", at)).await;
    scene.visit().await;
    scene
        .page
        .eval("(window.heard = [], counterbell('on', 'error', event => heard.push(event.code)), true)")
        .await;
    scene.page.click_role("button", "Chat").await;
    scene
}

/// The form in the frame, and from there a person who reads `text`.
async fn reach_a_person(scene: &Scene, text: &str) {
    let frame = scene.frame();
    frame.wait_for("!document.getElementById('broken').hidden").await;
    scene.page.wait_for("heard.includes('frame_failed')").await;
    frame.click("#text").await;
    frame.insert(text).await;
    scene.page.screenshot("fallen").await;
    frame.click("#person").await;
    scene.page.frame("/log").wait_for_text("You are in the queue").await;
    let requested = scene.receiver.first("escalation.requested", tests::browser::PATIENCE).await.requested();
    let texts: Vec<_> = requested.transcript.iter().map(|message| message.text.as_str()).collect();
    assert!(texts.contains(&text), "{texts:?}");
}

#[test]
fn a_trap_while_it_starts_leaves_the_form() {
    run(async {
        let scene = scene("40").await;
        reach_a_person(&scene, "My parcel is empty.").await;
    });
}

#[test]
fn a_trap_in_the_middle_leaves_the_form_and_the_conversation() {
    run(async {
        let scene = scene("-1").await;
        let frame = scene.running().await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        frame.eval("(setTimeout(trap), true)").await;
        reach_a_person(&scene, "My parcel is empty.").await;
        // It is the same conversation, so the person reads what was said before.
        scene.page.frame("/log").wait_for_text("49 kr").await;

        // The launcher is there as ever, and brings a frame that works.
        assert_eq!(scene.page.eval("counterbell('isOpen')").await, json!(true));
        scene.page.click_role("button", "Chat").await;
        scene.page.click_role("button", "Chat").await;
        let frame = scene.running().await;
        frame.wait_for_text("My parcel is empty.").await;
        let conversation = scene.waiting().await;
        scene.shop.queue.claim(&conversation, "Mina").await;
        frame.wait_for_text("Mina has joined").await;
    });
}

#[test]
fn a_frame_that_hangs_leaves_a_link_to_the_form_and_a_person_is_there() {
    run(async {
        let scene = Scene::new().await;
        scene.page.run_first(crate::scene::OPEN_SHADOWS).await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        assert_eq!(scene.page.eval("deep('a[target=_blank]').offsetParent").await, json!(null));
        frame.eval("(setTimeout(() => { for (;;); }), true)").await;
        let href =
            scene.page.wait_for("(link => link?.offsetParent && link.href)(deep('a[target=_blank]'))").await;
        scene.page.screenshot("hangs").await;
        // As the link does it: a page of its own, with a process of its own.
        let form = scene.page.second_tab().await;
        form.goto(href.as_str().expect("an address")).await;
        form.click("textarea").await;
        form.insert("My parcel is empty.").await;
        form.click("button[value=person]").await;
        scene.receiver.first("escalation.requested", tests::browser::PATIENCE).await;
        // The page itself goes on.
        assert_eq!(scene.page.eval("counterbell('isOpen')").await, json!(true));
        scene.page.click_role("button", "Chat").await;
        assert_eq!(scene.page.eval("counterbell('isOpen')").await, json!(false));
    });
}

#[test]
fn a_frame_that_comes_to_itself_again_takes_the_link_away() {
    run(async {
        let scene = Scene::new().await;
        scene.page.run_first(crate::scene::OPEN_SHADOWS).await;
        // Before the frame's own ears.
        scene
            .page
            .run_first(
                "addEventListener('message', event => window.silent && event.stopImmediatePropagation())",
            )
            .await;
        let frame = scene.open().await;
        frame.eval("(window.silent = true)").await;
        scene.page.wait_for("!!deep('a[target=_blank]').offsetParent").await;
        frame.eval("(window.silent = false)").await;
        scene.page.wait_for("!deep('a[target=_blank]').offsetParent").await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
    });
}

#[test]
fn a_frame_that_never_comes_leaves_a_link_to_the_form() {
    run(async {
        let scene = Scene::new().await;
        scene.page.run_first(crate::scene::OPEN_SHADOWS).await;
        scene.visit().await;
        scene.page.hold(&["*/frame?*"]).await;
        scene.page.click_role("button", "Chat").await;
        let href =
            scene.page.wait_for("(link => link?.offsetParent && link.href)(deep('a[target=_blank]'))").await;
        assert_eq!(href, json!(format!("{}/s/{}/form", scene.shop.edge, scene.shop.id)));
        scene.page.screenshot("never-came").await;
        // Closed and opened again it is tried again.
        scene.page.let_go().await;
        scene.page.click_role("button", "Chat").await;
        scene.page.click_role("button", "Chat").await;
        let frame = scene.running().await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        assert_eq!(scene.page.eval("deep('a[target=_blank]').offsetParent").await, json!(null));
    });
}
