//! axe-core finds nothing to complain about, in no state and in no scheme.

use crate::scene::{DESKTOP, PHONE, Scene, ask, see};
use counterbell_protocol::agent::People;
use tests::browser::Frame;
use tests::edge::{ShopSetup, built};
use tests::run;

#[test]
fn in_light_on_a_desktop() {
    run(every_state(DESKTOP, &[("prefers-color-scheme", "light")]));
}

#[test]
fn in_dark_on_a_phone() {
    run(every_state(PHONE, &[("prefers-color-scheme", "dark"), ("prefers-reduced-motion", "reduce")]));
}

async fn every_state(size: (u32, u32), features: &[(&str, &str)]) {
    let setup = ShopSetup::new().deadline_s(10);
    let scene = Scene::with(setup, size).await;
    scene.page.prefer(features).await;
    let mut found = Vec::new();
    scene.visit().await;
    found.extend(complaints(&scene.page, "the launcher").await);
    scene.page.click_role("button", "Chat").await;
    let frame = scene.running().await;
    found.extend(complaints(&frame, "an empty conversation").await);
    ask(&frame, "What does shipping cost?").await;
    see(&frame, "49 kr").await;
    found.extend(complaints(&frame, "an answer").await);
    ask(&frame, "Do you sell gift vouchers for helicopter flights?").await;
    see(&frame, "Would you like to talk to a person").await;
    found.extend(complaints(&frame, "an offer").await);
    let people = People { online: Some(2), wait_low_s: Some(60), wait_high_s: Some(180), ttl_s: Some(600) };
    scene.shop.queue.put("people", &people).await.expect(200);
    frame.click_role("button", "Yes, a person please").await;
    see(&frame, "You are in the queue").await;
    found.extend(complaints(&frame, "waiting").await);
    see(&frame, "How can we reach you?").await;
    found.extend(complaints(&frame, "asked for a contact").await);
    let conversation = scene.waiting().await;
    let held = scene.shop.queue.claim(&conversation, "Mina").await;
    scene.shop.queue.reply(&conversation, &held.claim, "Hello, this is Mina.").await.expect(200);
    see(&frame, "Hello, this is Mina.").await;
    found.extend(complaints(&frame, "a person").await);
    scene.shop.queue.held(&conversation, &held.claim, "resolve").await.expect(200);
    see(&frame, "has ended the conversation").await;
    found.extend(complaints(&frame, "the end").await);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What axe-core finds in a frame, with the state in which it found it.
async fn complaints(frame: &Frame, state: &str) -> Vec<String> {
    let axe = built().node.folder().join("axe-core/axe.min.js");
    let axe = std::fs::read_to_string(axe).expect("axe-core is installed");
    frame.eval(&format!("window.axe ? true : ((() => {{ {axe}\n }})(), true)")).await;
    let run = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        iframes: false}).then(found => found.violations.map(v => v.id + ': ' + v.help + '\\n  '
            + v.nodes.map(n => n.html + ' ' + n.failureSummary).join('\\n  ')))";
    let violations = frame.eval(run).await;
    let texts = violations.as_array().expect("a list of violations").iter();
    texts.map(|text| format!("{state}: {}", text.as_str().unwrap_or_default())).collect()
}
