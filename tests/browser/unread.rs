//! Who looks elsewhere is told, once: a number on the launcher, the page's title, a sound if it is wanted.

use crate::scene::{OPEN_SHADOWS, Scene, ask, see};
use tests::browser::{Frame, Page};
use tests::run;

/// Counts the sounds, for nobody hears them here.
const COUNT_SOUNDS: &str = "{ const Real = AudioContext; window.sounds = 0;
    window.AudioContext = class extends Real { constructor() { super(); sounds += 1; } }; }";

/// Whether the tab is looked at, as a browser says it.
async fn look(frame: &Frame, hidden: bool) {
    let look = format!(
        "(Object.defineProperty(document, 'hidden', {{get: () => {hidden}, configurable: true}}),
          document.dispatchEvent(new Event('visibilitychange')), true)"
    );
    frame.eval(&look).await;
}

/// With Mina, in a conversation; sounds are on.
async fn with_mina(scene: &Scene) -> (Frame, String, String) {
    scene.page.run_first(OPEN_SHADOWS).await;
    scene.page.run_first(COUNT_SOUNDS).await;
    let frame = scene.open().await;
    scene
        .page
        .eval("(window.unreads = [], counterbell('on', 'unread', event => unreads.push(event.count)), true)")
        .await;
    ask(&frame, "I want to talk to a person").await;
    let conversation = scene.waiting().await;
    let held = scene.shop.queue.claim(&conversation, "Mina").await;
    see(&frame, "Mina has joined").await;
    frame.click("#more").await;
    frame.click("#menu button:nth-child(2)").await;
    frame.wait_for("sounds === 1").await;
    (frame, conversation, held.claim)
}

#[test]
fn a_closed_panel_has_a_number_and_the_page_a_title_until_it_is_opened() {
    run(async {
        let scene = Scene::new().await;
        let (frame, conversation, claim) = with_mina(&scene).await;
        let page = &scene.page;
        // What comes before the frame has heard that it is closed counts as seen.
        frame.eval("(addEventListener('message', ({data}) => window.last = data.type), true)").await;
        page.eval("counterbell('close')").await;
        frame.wait_for("last === 'closed'").await;
        for (count, text) in [(1, "One"), (2, "Two")] {
            scene.shop.queue.reply(&conversation, &claim, text).await.expect(200);
            page.wait_for(&format!("unreads.at(-1) === {count}")).await;
        }
        assert_eq!(page.eval("counterbell('unread')").await, 2);
        page.wait_for("document.title === 'Mina has answered'").await;
        assert_eq!(page.eval_text("deep('i').textContent").await, "2");
        page.wait_for_role("button", "Chat (2)").await;
        assert_eq!(frame.eval("sounds").await, 3, "one each");
        page.screenshot("unread").await;
        page.eval("counterbell('open')").await;
        page.wait_for("unreads.at(-1) === 0").await;
        page.wait_for("document.title === 'A shop'").await;
        assert_eq!(page.eval_text("deep('i').textContent").await, "");
    });
}

#[test]
fn a_tab_in_the_background_counts_and_one_that_is_looked_at_does_not() {
    run(async {
        let scene = Scene::new().await;
        let (frame, conversation, claim) = with_mina(&scene).await;
        scene.shop.queue.reply(&conversation, &claim, "Seen").await.expect(200);
        see(&frame, "Seen").await;
        assert_eq!(scene.page.eval("unreads.length").await, 0);
        look(&frame, true).await;
        scene.shop.queue.reply(&conversation, &claim, "Not seen").await.expect(200);
        scene.page.wait_for("unreads.at(-1) === 1").await;
        look(&frame, false).await;
        scene.page.wait_for("unreads.at(-1) === 0").await;
        scene.page.wait_for("document.title === 'A shop'").await;
    });
}

#[test]
fn of_two_tabs_one_rings_and_what_is_typed_in_one_is_in_the_other() {
    run(async {
        let scene = Scene::new().await;
        let (frame, conversation, claim) = with_mina(&scene).await;
        let other = scene.page.second_tab().await;
        other.run_first(COUNT_SOUNDS).await;
        let there = open_in(&scene, &other).await;
        there.wait_for_text("Mina has joined").await;
        // A draft follows the shopper from tab to tab. Here every tab believes that it has the focus.
        there.eval("(document.activeElement.blur(), true)").await;
        frame.click("#text").await;
        frame.insert("half a sent").await;
        there.wait_for("document.getElementById('text').value === 'half a sent'").await;
        for tab in [&frame, &there] {
            look(tab, true).await;
        }
        for text in ["One", "Two", "Three"] {
            scene.shop.queue.reply(&conversation, &claim, text).await.expect(200);
            for tab in [&frame, &there] {
                tab.wait_for_text(text).await;
            }
        }
        let sounds = async |tab: &Frame| tab.eval("sounds").await.as_u64().unwrap_or_default();
        // One was to try the sound out.
        assert_eq!(sounds(&frame).await - 1 + sounds(&there).await, 3);
        for tab in [&frame, &there] {
            assert_eq!(
                tab.eval("document.getElementById('lines').innerText.split('Two').length - 1").await,
                1
            );
        }
    });
}

async fn open_in(scene: &Scene, page: &Page) -> Frame {
    page.goto(&format!("{}/", scene.site.origin())).await;
    page.click_role("button", "Chat").await;
    let frame = page.frame(&format!("/s/{}/frame", scene.shop.id));
    frame.wait_for("document.documentElement.dataset.state === 'ready'").await;
    frame
}

#[test]
fn a_draft_survives_closing_and_reloading() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        frame.click("#text").await;
        frame.insert("half a sent").await;
        frame.press("Escape").await;
        scene.page.wait_for("counterbell('isOpen').then(open => !open)").await;
        scene.page.click_role("button", "Chat").await;
        frame.wait_for("document.getElementById('text').value === 'half a sent'").await;
        // It is kept a moment after the last key.
        frame.wait_for("Object.values(localStorage).includes('half a sent')").await;
        scene.page.reload().await;
        let frame = scene.running().await;
        frame.wait_for("document.getElementById('text').value === 'half a sent'").await;
    });
}
