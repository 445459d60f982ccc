//! An answer of 2,000 tokens while it is written: dropped frames, long tasks and nodes.

use crate::WATCH;
use std::time::Duration;
use tests::browser::{Browser, PATIENCE};
use tests::edge::{Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::shop_page::{self, ShopSite};

const TOKENS: usize = 2_000;

pub async fn measure() {
    println!(
        "\n{TOKENS} tokens\n\n| pace | frames | dropped | long tasks | longest ms | nodes |\n|---|---|---|---|---|---|"
    );
    // Short words: an answer is at most 16 kB.
    let text: String = (0..TOKENS).map(|n| format!("w{n} ")).collect();
    stream("200/s", Script::paced(&text, Duration::from_millis(5))).await;
    stream("at once", Script::answer(&text)).await;
}

async fn stream(pace: &str, script: Script) {
    let (site, model) = (ShopSite::start().await, Upstream::start(script).await);
    let setup = ShopSetup::new().origins(&[&site.origin()]).model(&model.base_url());
    let shop = Edge::shared().await.shop(setup).await;
    let tag = format!("<script async src=\"{}/loader.js\" data-shop=\"{}\"></script>", shop.edge, shop.id);
    let page = Browser::shared().await.page().await;
    page.run_first(WATCH).await;
    page.goto(&site.put("/", shop_page::Page::html(&tag))).await;
    page.click_role("button", "Chat").await;
    let frame = page.frame(&format!("/s/{}/frame", shop.id));
    frame.wait_for("bench.ready").await;
    frame.click("#text").await;
    frame.insert("Tell me everything about sizes").await;
    frame.wait_for("(Object.assign(bench, {frames: 0, dropped: 0, long: 0, longest: 0}), true)").await;
    frame.press("Enter").await;
    let last = format!("deep('#lines').innerText.includes('w{}')", TOKENS - 1);
    frame.wait_within(&last, PATIENCE * 2).await;
    let bench = frame.eval("({...bench, nodes: document.querySelectorAll('*').length})").await;
    println!(
        "| {pace} | {} | {} | {} | {:.0} | {} |",
        bench["frames"],
        bench["dropped"],
        bench["long"],
        bench["longest"].as_f64().unwrap_or_default(),
        bench["nodes"]
    );
}
