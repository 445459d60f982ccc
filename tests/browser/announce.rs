//! A screen reader hears a whole answer once, and a change of owner at once.

use crate::scene::{Scene, ask};
use counterbell_protocol::MAX_TEXT_BYTES;
use std::time::Duration;
use tests::edge::ShopSetup;
use tests::llm::{Script, Upstream};
use tests::run;

/// Writes down what is added to a live region, where it is still there a moment later: a browser tells a screen
/// reader of what it finds then, not of each change.
const LISTEN: &str = "(window.heard = [], ['polite', 'urgent'].forEach(id => {
    const later = node => setTimeout(() => node.isConnected && heard.push(node.textContent), 200);
    new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(later)))
        .observe(document.getElementById(id), {childList: true, subtree: true});
}), true)";

#[test]
fn a_streamed_answer_is_announced_once_and_whole() {
    run(async {
        let text = "Take the larger size, and return the other one within thirty days.";
        let model = Upstream::start(Script::paced(text, Duration::from_millis(100))).await;
        let scene = Scene::with(ShopSetup::new().model(&model.base_url()), crate::scene::DESKTOP).await;
        let frame = scene.open().await;
        frame.eval(LISTEN).await;
        ask(&frame, "Which size?").await;
        frame.wait_for(&format!("heard.some(text => text.includes('{text}'))")).await;
        let times = "heard.filter(text => text.includes('larger size')).length";
        assert_eq!(frame.eval(times).await, 1, "{}", frame.eval("heard").await);
        // No other live region says it too.
        let live = frame.eval("[...document.querySelectorAll('[aria-live],[role=log],[role=status],[role=alert]')]
            .filter(node => node.innerText.includes('larger size') && !['polite', 'urgent'].includes(node.id)).length");
        assert_eq!(live.await, 0);

        frame.click("#person").await;
        let conversation = scene.waiting().await;
        frame.wait_for("heard.some(text => text.includes('You are in the queue'))").await;
        scene.shop.queue.claim(&conversation, "Mina").await;
        frame.wait_for("heard.some(text => text.includes('Mina has joined'))").await;
        for said in ["You are in the queue", "Mina has joined"] {
            let times = frame.eval(&format!("heard.filter(text => text.includes('{said}')).length")).await;
            assert_eq!(times, 1, "{said}: {}", frame.eval("heard").await);
        }
    });
}

#[test]
fn what_is_said_at_once_is_heard_one_after_the_other() {
    run(async {
        let scene = Scene::with(ShopSetup::new(), crate::scene::DESKTOP).await;
        let frame = scene.open().await;
        frame.eval(LISTEN).await;
        for _ in 0..2 {
            ask(&frame, "Do you sell gift vouchers for helicopter flights?").await;
            frame.wait_for("deep('#below button.main')").await;
            frame.click("#below .quiet").await;
            frame.wait_for("!deep('#below button.main')").await;
        }
        let answer = "The assistant says: The help pages do not hold the answer to this.";
        let offer = "Would you like to talk to a person about this?";
        frame.wait_for("heard.length >= 4").await;
        assert_eq!(frame.eval("heard").await, serde_json::json!([answer, offer, answer, offer]));
    });
}

#[test]
fn that_a_text_is_too_long_is_heard_when_it_becomes_so_and_when_it_is_sent_not_with_each_key() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        frame.eval(LISTEN).await;
        frame.click("#text").await;
        frame.insert(&"x".repeat(MAX_TEXT_BYTES + 1)).await;
        let hint = "document.getElementById('hint').innerText";
        let first = frame.wait_for(hint).await;
        frame.wait_for("heard.length === 1").await;
        frame.type_keys("abc").await;
        frame.wait_for(&format!("{hint}.includes('4')")).await;
        frame.press("Enter").await;
        frame.wait_for("heard.length > 1").await;
        assert_eq!(frame.eval("heard").await, serde_json::json!([first, frame.eval(hint).await]));
    });
}

#[test]
fn the_accessibility_tree_tells_the_same_as_the_screen() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        let tree = frame.ax_tree().await;
        let has =
            |role: &str, name: &str| tree.iter().any(|node| node.role == role && node.name.contains(name));
        for (role, name) in [
            ("dialog", "Nordlys"),
            ("heading", "Nordlys"),
            ("main", "Conversation"),
            ("textbox", "Your message"),
            ("button", "Send"),
            ("button", "Talk to a person"),
            ("button", "Close"),
            ("link", "Shipping"),
        ] {
            assert!(has(role, name), "no {role} named {name} in {tree:#?}");
        }
        let nameless = |node: &&tests::browser::AxNode| {
            ["button", "link", "textbox"].contains(&node.role.as_str()) && node.name.is_empty()
        };
        assert_eq!(tree.iter().find(nameless), None);
    });
}
