//! A page load and the first click, on slow 4G with a processor four times slower: with and without the
//! widget.

use crate::{WATCH, median};
use serde_json::Value;
use std::collections::BTreeMap;
use tests::browser::{Browser, Network, Page};
use tests::edge::{Edge, ShopSetup};
use tests::shop_page::{self, ShopSite};

const CPU: f64 = 4.0;

type Figures = BTreeMap<&'static str, f64>;

pub async fn measure(rounds: usize) {
    let site = ShopSite::start().await;
    let shop = Edge::shared().await.shop(ShopSetup::new().origins(&[&site.origin()])).await;
    let tag = format!("<script async src=\"{}/loader.js\" data-shop=\"{}\"></script>", shop.edge, shop.id);
    let bare = site.put("/bare", shop_page::Page::html(""));
    let with = site.put("/with", shop_page::Page::html(&tag));
    let (mut without, mut cold, mut warm) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        without.push(load(&fresh().await, &bare).await);
        let page = fresh().await;
        let mut figures = load(&page, &with).await;
        figures.extend(click(&page, &shop.id).await);
        cold.push(figures);
        let page = fresh().await;
        load(&page, &with).await;
        // The pointer rests on the launcher before it is pressed, as pointers do.
        page.hover_role("button", "Chat").await;
        // A frame that is not seen yet draws nothing, so only its own mark says that it runs.
        let ready = "document.documentElement.dataset.state === 'ready'";
        page.frame(&format!("/s/{}/frame", shop.id)).wait_for(ready).await;
        warm.push(click(&page, &shop.id).await);
    }
    println!("slow 4G, {CPU}x CPU, median of {rounds}\n\n| | without | with |\n|---|---|---|");
    for name in ["requests", "LCP ms", "CLS", "long tasks", "launcher ms"] {
        println!("| {name} | {:.2} | {:.2} |", of(&without, name), of(&cold, name));
    }
    println!("\n| after the click | cold | after intent |\n|---|---|---|");
    for name in ["text field ms", "Leptos runs ms", "long tasks in the frame"] {
        println!("| {name} | {:.0} | {:.0} |", of(&cold, name), of(&warm, name));
    }
}

async fn fresh() -> Page {
    let page = Browser::shared().await.page().await;
    page.run_first(WATCH).await;
    page.throttle(CPU, Network::SLOW_4G).await;
    page
}

async fn load(page: &Page, url: &str) -> Figures {
    page.goto(url).await;
    if url.ends_with("/with") {
        page.wait_for("bench.launcher").await;
    }
    page.wait_for("bench.lcp").await;
    let bench = page.eval("bench").await;
    let requests = page.requests().iter().filter(|r| r.url.starts_with("http")).count();
    BTreeMap::from([
        ("requests", requests as f64),
        ("LCP ms", number(&bench, "lcp")),
        ("CLS", number(&bench, "shift")),
        ("long tasks", number(&bench, "long")),
        ("launcher ms", number(&bench, "launcher")),
    ])
}

async fn click(page: &Page, shop: &str) -> Figures {
    page.click_role("button", "Chat").await;
    let frame = page.frame(&format!("/s/{shop}/frame"));
    frame.wait_for("bench.ready").await;
    let (here, there) = (page.eval("bench").await, frame.eval("bench").await);
    let since = |name: &str| (number(&there, name) - number(&here, "click")).max(0.0);
    BTreeMap::from([
        ("text field ms", since("input")),
        ("Leptos runs ms", since("ready")),
        ("long tasks in the frame", number(&there, "long")),
    ])
}

fn number(bench: &Value, name: &str) -> f64 {
    bench[name].as_f64().unwrap_or(f64::NAN)
}

fn of(figures: &[Figures], name: &str) -> f64 {
    median(figures.iter().filter_map(|figures| figures.get(name).copied()).collect())
}
