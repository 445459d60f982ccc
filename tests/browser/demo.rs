//! The demo shop with its own pages and its own desk, as `cargo run` serves them: a shopper in one tab, a
//! person in another.

use crate::scene::see;
use counterbell::dev::site::Site;
use counterbell::shop_folder::{Addresses, ShopFolder};
use counterbell_desk::DeskConfig;
use tests::browser::{Browser, Page};
use tests::edge::{Edge, built, webhook_key};
use tests::http::Ask;
use tests::{run, unique};
use tokio::net::TcpListener;

struct Demo {
    addresses: Addresses,
    shop: String,
}

async fn demo() -> Demo {
    let edge = Edge::shared().await;
    let (site, desk) = (listener().await, listener().await);
    let port = |listener: &TcpListener| listener.local_addr().expect("an address").port();
    let addresses = Addresses {
        edge: edge.url.clone(),
        shop: format!("http://localhost:{}", port(&site)),
        desk: format!("http://127.0.0.1:{}", port(&desk)),
    };
    let folder = built().repo.join("examples/shop");
    let shop = ShopFolder::read(&folder, Some(&addresses)).expect("the demo shop can be read");
    let (agent_key, webhook_key) = (unique("agent"), webhook_key());
    let secrets = serde_json::json!({"agent_key": agent_key, "webhook_keys": [webhook_key]});
    let push = serde_json::json!({"settings": shop.settings, "help": shop.help, "secrets": secrets});
    let url = format!("{}/v1/shops/{}", edge.url, shop.id);
    Ask::put(url).bearer(edge.admin_key()).json(&push).send().await.expect(200);
    let config = DeskConfig {
        edge: edge.url.clone(),
        shop: shop.id.clone(),
        agent_key,
        webhook_secrets: vec![webhook_key],
    };
    tokio::spawn(counterbell_desk::serve(desk, config));
    tokio::spawn(Site { folder, addresses: addresses.clone() }.serve(site));
    Demo { addresses, shop: shop.id }
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port on the loopback")
}

#[test]
fn a_shopper_and_a_person_meet() {
    run(async {
        let demo = demo().await;
        let shopper = Browser::shared().await.page().await;
        shopper.size(360, 740).await;
        shopper.goto(&demo.addresses.shop).await;
        shopper.click_role("button", "Chat").await;
        let frame = shopper.frame(&format!("/s/{}/frame", demo.shop));
        frame.wait_for("document.documentElement.dataset.state === 'ready'").await;
        shopper.screenshot("demo-shop").await;
        crate::scene::ask(&frame, "How can I return something?").await;
        frame.wait_for_text("help pages").await;
        shopper.screenshot("demo-answer").await;
        frame.click("#person").await;
        see(&frame, "You are in the queue").await;

        let person = at_desk(&demo, "Mina").await;
        person.wait_for_text("How can I return something?").await;
        person.click_role("button", "Claim").await;
        frame.wait_for_text("Mina has joined").await;
        person.click("#text").await;
        person.insert("Hello, this is Mina. I will send you a label.").await;
        person.press("Enter").await;
        frame.wait_for_text("I will send you a label.").await;
        shopper.screenshot("demo-person").await;
        crate::scene::ask(&frame, "Thank you!").await;
        person.wait_for_text("Thank you!").await;
        let photo = built().repo.join("examples/shop/screenshot.png");
        frame.choose_files("#picker", &[&photo]).await;
        person.wait_for("deep('#log a.file img')?.naturalWidth > 0").await;
        let asked =
            person.requests().into_iter().filter(|request| request.url.contains(&demo.addresses.edge));
        assert_eq!(asked.count(), 0, "the desk's page asked the edge itself");
        person.screenshot("demo-desk").await;
        person.click_role("button", "Resolve").await;
        frame.wait_for_text("has ended the conversation").await;
        shopper.screenshot("demo-end").await;
        shopper.close_quietly(&[]).await;
        person.close_quietly(&[]).await;
    });
}

async fn at_desk(demo: &Demo, name: &str) -> Page {
    crate::desk::log_in(&demo.addresses.desk, name).await
}
