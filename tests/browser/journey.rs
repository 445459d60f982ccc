//! The whole way of a shopper: asks, reads, asks for a person, is answered by one, and sees the end.

use crate::scene::{DESKTOP, PHONE, Scene, ask, see};
use tests::edge::ShopSetup;
use tests::llm::{Script, Upstream};
use tests::run;

#[test]
fn on_a_phone() {
    run(journey("phone", PHONE));
}

#[test]
fn on_a_desktop() {
    run(journey("desktop", DESKTOP));
}

async fn journey(name: &str, size: (u32, u32)) {
    let scene = Scene::with(ShopSetup::new(), size).await;
    let picture = async |step: &str| scene.page.screenshot(&format!("journey-{name}-{step}")).await;
    scene.visit().await;
    picture("1-launcher").await;
    scene.page.click_role("button", "Chat").await;
    let frame = scene.running().await;
    picture("2-open").await;

    ask(&frame, "How many days do I have to return a coat?").await;
    see(&frame, "How many days do I have to return a coat?").await;
    see(&frame, "within 30 days").await;
    frame.wait_for("deep('a[href=\"https://shop.example/help/returns\"]')").await;
    picture("3-answer").await;
    ask(&frame, "And what does shipping cost?").await;
    see(&frame, "49 kr").await;

    frame.click("#person").await;
    let conversation = scene.waiting().await;
    see(&frame, "You are in the queue").await;
    picture("4-waiting").await;

    let queue = &scene.shop.queue;
    let held = queue.claim(&conversation, "Mina").await;
    see(&frame, "Mina has joined").await;
    let words = "Hello! <b>30 days</b> it is. https://shop.example/help/returns";
    queue.reply(&conversation, &held.claim, words).await.expect(200);
    see(&frame, "<b>30 days</b> it is").await;
    picture("5-person").await;
    ask(&frame, "Thank you, Mina!").await;
    let said = tests::poll::until("message at the queue", tests::browser::PATIENCE, || async {
        let transcript = queue.transcript(&conversation).await;
        serde_json::to_string(&transcript).ok().filter(|text| text.contains("Thank you, Mina!"))
    });
    said.await;
    queue.held(&conversation, &held.claim, "resolve").await.expect(200);
    see(&frame, "has ended the conversation").await;
    picture("6-end").await;

    assert_eq!(
        frame.eval("document.documentElement.scrollWidth <= innerWidth").await,
        true,
        "scrolls sideways"
    );
    scene.page.close_quietly(&[]).await;
}

#[test]
fn an_answer_of_a_model_streams_as_dom_nodes() {
    run(async {
        let markdown = "It is **warm**, see [care](https://shop.example/care).\n\n- wool\n- down\n\n<img src=x onerror=alert(1)>";
        let model = Upstream::start(Script::paced(markdown, std::time::Duration::from_millis(60))).await;
        let scene = Scene::with(ShopSetup::new().model(&model.base_url()), DESKTOP).await;
        let frame = scene.open().await;
        ask(&frame, "Is the coat warm?").await;
        see(&frame, "It is warm, see").await;
        frame
            .wait_for(
                "[...document.querySelectorAll('#lines li')].some(li => li.innerText.trim() === 'down')",
            )
            .await;
        frame.wait_for("deep('#lines strong').textContent === 'warm'").await;
        frame.wait_for("deep('#lines a[href=\"https://shop.example/care\"]')").await;
        assert_eq!(frame.eval("document.querySelector('#lines img') === null").await, true);
        scene.page.close_quietly(&[]).await;
    });
}

#[test]
fn a_model_that_dies_leaves_a_person_within_reach() {
    run(async {
        let model = Upstream::start(Script::dies_after("It is warm. The coat is lined with")).await;
        let scene = Scene::with(ShopSetup::new().model(&model.base_url()), DESKTOP).await;
        let frame = scene.open().await;
        ask(&frame, "Is the coat warm?").await;
        see(&frame, "It is warm.").await;
        // Offered or already asked for: in both cases it is said, and nothing that was shown is gone.
        frame
            .wait_for("/talk to a person about this|You are in the queue/i.test(document.body.innerText)")
            .await;
        assert!(frame.text().await.contains("It is warm."));
        scene.page.screenshot("model-died").await;
    });
}
