//! On a bad line nothing is lost and nothing is pretended: what was not taken can be sent again, what was written
//! while the line was down is sent when it is back, and the shopper reads and hears how it stands.

use crate::rough::{DOWN, REFUSES};
use crate::scene::{Scene, ask, see};
use serde_json::json;
use tests::proxy::Proxy;
use tests::run;

const TIMES: &str = "document.getElementById('lines').innerText.split('What does shipping cost?').length - 1";

#[test]
fn a_message_that_was_not_taken_is_tried_again_and_is_there_once() {
    run(async {
        let scene = Scene::new().await;
        scene.page.run_first(REFUSES).await;
        let frame = scene.open().await;
        for (code, words) in [
            ("too_fast", "Not sent: please wait a moment"),
            ("text_too_long", "Not sent: the message is too long"),
            ("closed", "Not sent: the conversation has ended"),
            ("storage", "Not sent"),
        ] {
            frame.eval(&format!("(window.refuse = '{code}')")).await;
            ask(&frame, "Hello?").await;
            see(&frame, words).await;
            assert_eq!(frame.eval("deep('.typing')").await, json!(null), "nobody answers what was not taken");
            frame.click_role("button", "Discard").await;
            frame.wait_for("!deep('.mine') && document.activeElement.id === 'text'").await;
        }
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "Not sent").await;
        // It fails again, and is still there after the page has been loaded anew.
        frame.click_role("button", "Try again").await;
        see(&frame, "Not sent").await;
        frame.eval("(window.refuse = '')").await;
        frame.click_role("button", "Try again").await;
        see(&frame, "49 kr").await;
        assert_eq!(frame.eval(TIMES).await, 1);
        frame.wait_for("deep('.mine .sent') && !deep('.failed')").await;
    });
}

#[test]
fn what_is_written_offline_is_kept_and_sent_when_the_network_is_back() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        ask(&frame, "How many days do I have to return it?").await;
        see(&frame, "30 days").await;
        scene.page.offline(true).await;
        see(&frame, "You are offline. Your messages are kept and will be sent.").await;
        frame.wait_for("deep('#polite').innerText.includes('You are offline')").await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "Sending…").await;
        // Nobody writes over a line that is down.
        assert_eq!(frame.eval("deep('.typing')?.getClientRects().length ?? 0").await, 0);
        scene.page.offline(false).await;
        see(&frame, "49 kr").await;
        frame.wait_for(&format!("!{DOWN}")).await;
        see(&frame, "The assistant answers at once").await;
        assert_eq!(frame.eval(TIMES).await, 1);
    });
}

#[test]
fn a_line_that_is_cut_is_said_and_what_a_person_wrote_meanwhile_is_there_when_it_is_back() {
    run(async {
        let mut scene = Scene::new().await;
        let line = Proxy::before(&scene.shop.edge, |_| true).await;
        scene.shop.edge.clone_from(&line.url);
        let frame = scene.open().await;
        frame.click("#person").await;
        let conversation = scene.waiting().await;
        let held = scene.shop.queue.claim(&conversation, "Mina").await;
        see(&frame, "Mina has joined").await;
        line.cut();
        see(&frame, "Reconnecting…").await;
        frame.wait_for("deep('#polite').innerText.includes('Reconnecting')").await;
        scene.shop.queue.reply(&conversation, &held.claim, "Are you still there?").await.expect(200);
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "Sending…").await;
        line.mend();
        see(&frame, "Are you still there?").await;
        see(&frame, "You are talking to Mina").await;
        frame.wait_for("!deep('.mine .meta span:not(.sent)')").await;
        assert_eq!(frame.eval(TIMES).await, 1);
    });
}
