//! Each call and each event of the page's API that `embedding_api` does not see on its way.

use crate::scene::{DESKTOP, Scene, ask, see};
use counterbell_protocol::agent::People;
use serde_json::{Value, json};
use tests::edge::ShopSetup;
use tests::run;

/// All events, in their order.
const LISTEN: &str = "(window.heard = [], window.offs = ['ready', 'open', 'close', 'message', 'unread', 'handoff', 'queue',
    'person-joined', 'person-left', 'resolved', 'error'].map(type => counterbell('on', type, event => heard.push(event))), true)";

async fn listening(setup: ShopSetup) -> Scene {
    let scene = Scene::with(setup, DESKTOP).await;
    scene.visit().await;
    scene.page.eval(LISTEN).await;
    scene
}

/// The first event of a kind for which `test` holds.
async fn event(scene: &Scene, kind: &str, test: &str) -> Value {
    let kind = json!(kind);
    scene.page.wait_for(&format!("heard.find(event => event.type === {kind} && ({test}))")).await
}

#[test]
fn every_event_comes_with_what_the_documentation_says() {
    run(async {
        let scene = listening(ShopSetup::new().lease_s(15)).await;
        let queue = &scene.shop.queue;
        let people =
            People { online: Some(2), wait_low_s: Some(60), wait_high_s: Some(180), ttl_s: Some(600) };
        queue.put("people", &people).await.expect(200);
        scene.page.eval("counterbell('toggle')").await;
        let frame = scene.running().await;
        event(&scene, "open", "true").await;
        event(&scene, "ready", "true").await;
        ask(&frame, "What does shipping cost?").await;
        event(&scene, "message", "event.from === 'shopper'").await;
        event(&scene, "message", "event.from === 'assistant' && event.text === undefined").await;
        scene.page.eval("counterbell('handoff')").await;
        event(&scene, "handoff", "true").await;
        event(&scene, "queue", "event.position === 1 && event.waitLowS === 60 && event.waitHighS === 180 && event.peopleOnline === 2").await;
        let conversation = scene.waiting().await;
        let held = queue.claim(&conversation, "Mina").await;
        event(&scene, "person-joined", "event.name === 'Mina'").await;
        queue.reply(&conversation, &held.claim, "Hello").await.expect(200);
        event(&scene, "message", "event.from === 'person' && event.name === 'Mina'").await;
        queue.transfer(&conversation, &held.claim, "returns").await.expect(200);
        event(&scene, "person-left", "event.name === 'Mina'").await;
        let held = queue.claim(&conversation, "Noor").await;
        event(&scene, "person-joined", "event.name === 'Noor'").await;
        queue.held(&conversation, &held.claim, "resolve").await.expect(200);
        event(&scene, "resolved", "true").await;
        scene.page.eval("counterbell('toggle')").await;
        event(&scene, "close", "true").await;
        let shape = "heard.every(e => typeof e.id === 'string' && e.time > 1e12 && e.time < 1e13) && new Set(heard.map(e => e.id)).size === heard.length";
        assert_eq!(scene.page.eval(shape).await, true, "{}", scene.page.eval("heard").await);
    });
}

#[test]
fn who_has_called_off_hears_no_more() {
    run(async {
        let scene = listening(ShopSetup::new()).await;
        scene.page.eval("Promise.all(offs).then(offs => offs.forEach(off => off()))").await;
        scene.page.eval("(counterbell('on', 'open', () => heard.push('late'))(), counterbell('open'))").await;
        scene.running().await;
        assert_eq!(scene.page.eval("heard").await, json!([]));
    });
}

#[test]
fn ask_fills_the_field_and_leaves_the_sending_to_the_shopper() {
    run(async {
        let scene = listening(ShopSetup::new()).await;
        scene.page.eval("counterbell('ask', 'Is the blue coat warm?')").await;
        let frame = scene.running().await;
        frame.wait_for("document.getElementById('text').value === 'Is the blue coat warm?'").await;
        frame.wait_for("document.activeElement.id === 'text'").await;
        assert_eq!(frame.eval("document.querySelectorAll('.mine').length").await, 0);
        frame.press("Enter").await;
        see(&frame, "Is the blue coat warm?").await;
    });
}

#[test]
fn what_the_page_claims_reaches_people_as_claimed() {
    run(async {
        let scene = listening(ShopSetup::new()).await;
        let facts = "counterbell('update', {page: {title: 'Blue coat', url: 'https://shop.example/coat'}, cart: {total: 129.5, items: 2}, order: 'F-1001'})";
        scene.page.eval(facts).await;
        scene.page.eval("counterbell('ask', 'I want to talk to a person', {send: true})").await;
        let requested =
            scene.receiver.first("escalation.requested", tests::browser::PATIENCE).await.requested();
        let page = serde_json::to_value(&requested.page).expect("JSON");
        for (name, value) in [
            ("title", json!("Blue coat")),
            ("url", json!("https://shop.example/coat")),
            ("cart_total", json!(129.5)),
            ("cart_items", json!(2)),
            ("order", json!("F-1001")),
        ] {
            assert_eq!(page[name], value, "{name} in {page}");
        }
        assert_eq!(requested.customer, None, "a claim is no proof");
    });
}

#[test]
fn who_signs_out_leaves_nothing_behind() {
    run(async {
        let scene = listening(ShopSetup::new()).await;
        scene.page.eval("counterbell('open')").await;
        let frame = scene.running().await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        frame.click("#text").await;
        frame.insert("my secret").await;
        frame.wait_for("JSON.stringify({...localStorage}).includes('my secret')").await;
        scene.page.eval("counterbell('logout')").await;
        frame.wait_for("!document.getElementById('lines').innerText.includes('49 kr')").await;
        frame.wait_for("document.getElementById('text').value === ''").await;
        frame.wait_for("!/session|secret/.test(JSON.stringify({...localStorage}))").await;
        scene.page.reload().await;
        scene.page.wait_for_role("button", "Chat").await;
        scene.page.eval("counterbell('open')").await;
        let frame = scene.running().await;
        frame.eval("new Promise(done => setTimeout(done, 300))").await;
        assert!(!frame.text().await.contains("49 kr"));
        assert_eq!(frame.eval("document.getElementById('text').value").await, "");
    });
}

#[test]
fn the_language_changes_at_once_and_nothing_that_was_said_is_lost() {
    run(async {
        let scene = listening(ShopSetup::new()).await;
        scene.page.eval("counterbell('open')").await;
        let frame = scene.running().await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        frame.click("#text").await;
        frame.insert("half").await;
        for (code, person, direction) in
            [("de", "Mit einem Menschen reden", "ltr"), ("ar", "", "rtl"), ("xx", "Talk to a person", "ltr")]
        {
            scene.page.eval(&format!("counterbell('setLanguage', '{code}')")).await;
            frame.wait_for(&format!("document.documentElement.dir === '{direction}' && document.getElementById('person').innerText.includes('{person}')")).await;
            assert!(frame.text().await.contains("49 kr"));
            assert_eq!(frame.eval("document.getElementById('text').value").await, "half");
        }
    });
}

#[test]
fn a_token_that_proves_nothing_is_told_the_shop_and_troubles_nobody() {
    run(async {
        let scene = listening(ShopSetup::new().identity_key("a key of the shop that is long enough")).await;
        scene.page.eval("counterbell('open')").await;
        let frame = scene.running().await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        scene.page.eval("counterbell('identify', 'nonsense')").await;
        event(&scene, "error", "/identity/.test(event.code)").await;
        assert_eq!(frame.eval("document.querySelector('[role=alert].card')").await, json!(null));
        ask(&frame, "How many days do I have to return it?").await;
        see(&frame, "30 days").await;
    });
}

/// What a shop may get wrong, and the frame cannot know: a name, a value that is not there, one that runs in circles.
const REFUSED: [&str; 6] = [
    "()",
    "('openn')",
    "('setLanguage')",
    "('setLanguage', 5)",
    "('update', {order: window})",
    "('identify', 1n)",
];
/// What no message can carry, where a text is meant.
const ODD: [&str; 5] = [
    "('update', {order: () => 1})",
    "('update', {page: {title: new Map, url: location}})",
    "('identify', Promise.resolve('token'))",
    "('ask', document.body)",
    "('ask', () => 'stolen', {send: true})",
];

/// None of it may throw at the page, and who listens is told what was refused.
async fn call_wrongly(scene: &Scene) {
    for call in REFUSED {
        let refused = format!("counterbell{call}.then(() => false, error => error instanceof Error)");
        assert_eq!(scene.page.eval(&refused).await, true, "{call}");
    }
    for call in ODD {
        scene.page.eval(&format!("counterbell{call}.then(() => true)")).await;
    }
}

/// As a shop's page has it in a store that watches who reads: a proxy, which a structured clone refuses.
const REACTIVE: &str =
    "counterbell('update', new Proxy({order: 'F-1001', cart: new Proxy({total: 12.5, items: 2}, {})}, {}))";

#[test]
fn a_wrong_call_is_refused_or_cleaned_and_harms_no_later_one() {
    run(async {
        let scene = Scene::with(ShopSetup::new(), DESKTOP).await.speaking("de");
        let url = scene.site.put("/", tests::shop_page::Page::html(&scene.script_tag()));
        let url = format!("{url}?colour=blue");
        scene.page.goto(&url).await;
        scene.page.wait_for_role("button", scene.launcher_name()).await;
        scene.page.eval(LISTEN).await;
        scene.page.eval(REACTIVE).await;
        // Before there is a frame, and once there is.
        call_wrongly(&scene).await;
        let frame = scene.running().await;
        event(&scene, "open", "true").await;
        call_wrongly(&scene).await;
        assert_eq!(frame.eval("document.documentElement.lang").await, "de");
        scene.page.eval("counterbell('ask', 'Is the blue coat warm?')").await;
        frame.wait_for("document.getElementById('text').value === 'Is the blue coat warm?'").await;
        scene.page.eval("counterbell('handoff')").await;
        let requested = scene.receiver.first("escalation.requested", tests::browser::PATIENCE).await;
        let page = serde_json::to_value(&requested.requested().page).expect("JSON");
        for (name, value) in [
            ("order", json!("F-1001")),
            ("cart_total", json!(12.5)),
            ("cart_items", json!(2)),
            ("url", json!(url)),
        ] {
            assert_eq!(page[name], value, "{name} in {page}");
        }
        scene.page.close_quietly(&[]).await;
    });
}

#[test]
fn early_calls_that_are_wrong_leave_the_others_alone() {
    run(async {
        let scene = Scene::new().await;
        let early = "<script>window.counterbell = function () { (counterbell.q = counterbell.q || []).push(arguments); };
            counterbell(); counterbell('openn'); counterbell('update', {order: window}); counterbell('open');</script>";
        let page = tests::shop_page::Page::html(&format!("{early}{}", scene.script_tag()));
        scene.page.goto(&scene.site.put("/", page)).await;
        scene.running().await;
        assert_eq!(scene.page.eval("counterbell('isOpen')").await, true);
    });
}

#[test]
fn who_calls_off_after_destroy_hears_nothing_of_the_next_loader() {
    run(async {
        let scene = listening(ShopSetup::new()).await;
        scene.page.eval("counterbell('destroy')").await;
        // Of the one that is gone, and of one that is yet to come.
        scene.page.eval("(offs[1](), counterbell('on', 'open', () => heard.push('late'))(), true)").await;
        scene.page.eval("(counterbell('on', 'open', () => heard.push('kept')), true)").await;
        let again = "new Promise(done => { const tag = document.createElement('script'); tag.onload = () => done(true);
            tag.src = document.querySelector('script[src*=loader]').src; document.head.append(tag); })";
        scene.page.eval(again).await;
        scene.page.eval("counterbell('open')").await;
        scene.page.wait_for("heard.includes('kept')").await;
        assert_eq!(
            scene.page.eval("heard.filter(event => event === 'late' || event.type === 'open')").await,
            json!([])
        );
        scene.page.close_quietly(&[]).await;
    });
}
