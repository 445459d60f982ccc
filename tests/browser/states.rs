//! The way through every state of a conversation, for whoever wants to look at each.

use crate::rough;
use crate::scene::{Scene, ask};
use counterbell_protocol::agent::People;
use tests::browser::Frame;
use tests::edge::ShopSetup;

/// The deadline is short, so that the contact form is seen too.
pub fn setup() -> ShopSetup {
    ShopSetup::new()
        .deadline_s(10)
        .line("suggestions = [\"What does shipping cost?\", \"How do I return something?\"]")
}

/// Both ways, each in a conversation of its own: the one to a person and its end, and the one on which the answer is
/// slow and the line is bad. `prepare` sees a page before it is loaded.
pub async fn every(
    size: (u32, u32),
    language: &str,
    prepare: impl AsyncFn(&Scene),
    mut look: impl AsyncFnMut(&Scene, &Frame, &str),
) {
    let scene = Scene::with(setup(), size).await.speaking(language);
    prepare(&scene).await;
    walk(&scene, async |frame, state| look(&scene, frame, state).await).await;
    scene.page.close_quietly(&[]).await;
    let rough = rough::Way::new(size, language).await;
    prepare(&rough.scene).await;
    rough.walk(async |frame, state| look(&rough.scene, frame, state).await).await;
}

/// Goes from the launcher to the end and shows each state to `look`, by its name. It waits for what is drawn,
/// not for words, so that it works in every language.
pub async fn walk(scene: &Scene, mut look: impl AsyncFnMut(&Frame, &str)) {
    scene.visit().await;
    look(&scene.page, "1-launcher").await;
    scene.page.click_role("button", scene.launcher_name()).await;
    let frame = scene.running().await;
    look(&frame, "2-empty").await;
    ask(&frame, "What does shipping cost?").await;
    answered(&frame, "49 kr").await;
    look(&frame, "3-answer").await;
    ask(&frame, "Do you sell gift vouchers for helicopter flights?").await;
    card(&frame, "button.main").await;
    look(&frame, "4-offer").await;
    let people = People { online: Some(2), wait_low_s: Some(60), wait_high_s: Some(180), ttl_s: Some(600) };
    scene.shop.queue.put("people", &people).await.expect(200);
    frame.click("#below button.main").await;
    let conversation = scene.waiting().await;
    frame.wait_for("deep('#person').hidden").await;
    card(&frame, "#waiting").await;
    look(&frame, "5-waiting").await;
    card(&frame, "input").await;
    look(&frame, "6-contact").await;
    frame.click("#below input").await;
    frame.insert("kari@example.no").await;
    frame.press("Enter").await;
    scene.receiver.first("escalation.contact_left", tests::browser::PATIENCE).await;
    frame.wait_for("!deep('#below input')").await;
    look(&frame, "7-promised").await;
    let held = scene.shop.queue.claim(&conversation, "Mina").await;
    let words = "Hello, this is Mina.\nYour coat left us today: https://shop.example/track/NO-1234567890123456789012345678901234567890";
    scene.shop.queue.reply(&conversation, &held.claim, words).await.expect(200);
    answered(&frame, "this is Mina").await;
    look(&frame, "8-person").await;
    scene.shop.queue.held(&conversation, &held.claim, "resolve").await.expect(200);
    card(&frame, ".row button").await;
    look(&frame, "9-end").await;
    frame.click("#below .row button").await;
    card(&frame, "textarea").await;
    look(&frame, "10-rated").await;
}

pub async fn answered(frame: &Frame, words: &str) {
    frame.wait_for(&format!("deep('#lines').innerText.includes('{words}')")).await;
}

async fn card(frame: &Frame, selector: &str) {
    frame.wait_for(&format!("deep('#below {selector}')")).await;
}
