//! Opening a conversation of 500 messages.

use crate::WATCH;
use crate::table::median;
use tests::browser::{Browser, Network, Page};
use tests::edge::{Edge, ShopSetup};
use tests::receiver::Receiver;
use tests::shop_page::{self, ShopSite};

const MESSAGES: usize = 500;
/// As fast as this machine is.
const UNLIMITED: Network = Network { latency_ms: 0, bytes_per_s: 1_000_000_000 };

pub async fn measure(rounds: usize) {
    let (site, receiver) = (ShopSite::start().await, Receiver::start().await);
    let setup = ShopSetup::new().origins(&[&site.origin()]).target(&receiver.url());
    let shop = Edge::shared().await.shop(setup).await;
    let tag = format!("<script async src=\"{}/loader.js\" data-shop=\"{}\"></script>", shop.edge, shop.id);
    let page = Browser::shared().await.page().await;
    page.run_first(WATCH).await;
    let url = site.put("/", shop_page::Page::html(&tag));
    let frame = page.frame(&format!("/s/{}/frame", shop.id));
    page.goto(&url).await;
    page.click_role("button", "Chat").await;
    frame.wait_for("bench.ready").await;
    frame.click("#person").await;
    let requested = receiver.first("escalation.requested", tests::browser::PATIENCE).await.requested();
    let conversation = requested.about.conversation.to_string();
    let held = shop.queue.claim(&conversation, "Mina").await;
    for n in 0..MESSAGES {
        shop.queue.reply(&conversation, &held.claim, &format!("message {n}")).await.expect(200);
    }
    println!(
        "\nopening {MESSAGES} messages, median of {rounds}\n\n| CPU | until the last is shown ms | nodes |\n|---|---|---|"
    );
    for cpu in [1.0, 4.0] {
        let mut times = Vec::new();
        for _ in 0..rounds {
            times.push(open(&page, cpu, &shop.id).await);
        }
        let nodes = frame.eval("document.querySelectorAll('*').length").await;
        println!("| {cpu}x | {:.0} | {nodes} |", median(times));
    }
}

/// From Leptos' first moment to the last message on the screen.
async fn open(page: &Page, cpu: f64, shop: &str) -> f64 {
    page.eval("counterbell('close')").await;
    page.throttle(cpu, UNLIMITED).await;
    page.reload().await;
    page.click_role("button", "Chat").await;
    let frame = page.frame(&format!("/s/{shop}/frame"));
    let shown = format!(
        "deep('#lines').innerText.includes('message {}') && (bench.shown ||= performance.timeOrigin + performance.now())",
        MESSAGES - 1
    );
    frame.wait_for(&shown).await;
    let bench = frame.eval("bench").await;
    (bench["shown"].as_f64().unwrap_or(f64::NAN) - bench["ready"].as_f64().unwrap_or(f64::NAN)).max(0.0)
}
