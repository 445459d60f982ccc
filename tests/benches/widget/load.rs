//! A page load and the first press on the launcher, on slow 4G with a processor four times slower.

use crate::WATCH;
use crate::table::{self, Figures};
use serde_json::Value;
use std::time::Duration;
use tests::browser::{Browser, Frame, Network, Page};
use tests::edge::{Edge, ShopSetup};
use tests::shop_page::{self, ShopSite};

const CPU: f64 = 4.0;
/// How long a finger rests on what it taps.
const TAP: Duration = Duration::from_millis(80);
/// What is measured is left in peace: it is looked at seldom.
const LOOK_EVERY: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(60);

/// How the shopper comes to the launcher.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Press {
    /// Out of nothing, and up in the same moment.
    Cold,
    /// With a finger.
    Tap,
    /// With a pointer that rested there before, long enough for the frame to load.
    Intent,
}

struct Bench {
    bare: String,
    hand: String,
    with: String,
    shop: String,
}

pub async fn measure(rounds: usize) {
    let (site, scripts) = (ShopSite::start().await, ShopSite::start().await);
    let shop = Edge::shared().await.shop(ShopSetup::new().origins(&[&site.origin()])).await;
    let script = scripts.put("/hand.js", shop_page::Page::script(include_str!("hand.js")));
    let page = |path: &str, head: &str| site.put(path, shop_page::Page::html(head));
    let bench = Bench {
        bare: page("/bare", ""),
        hand: page("/hand", &format!("<script async src=\"{script}\"></script>")),
        with: page(
            "/with",
            &format!("<script async src=\"{}/loader.js\" data-shop=\"{}\"></script>", shop.edge, shop.id),
        ),
        shop: shop.id.clone(),
    };
    // The browser's own first time is nobody's.
    bench.ours(Press::Intent).await;
    let mut all: [Vec<Figures>; 5] = Default::default();
    for _ in 0..rounds {
        all[0].push(bench.bare().await);
        all[1].push(bench.by_hand().await);
        all[2].push(bench.ours(Press::Cold).await);
        all[3].push(bench.ours(Press::Tap).await);
        all[4].push(bench.ours(Press::Intent).await);
    }
    print(rounds, &all);
}

fn print(rounds: usize, [bare, hand, cold, tap, intent]: &[Vec<Figures>; 5]) {
    println!("page load on slow 4G, {CPU}x CPU, median of {rounds}");
    let names = ["bytes", "requests", "launcher ms", "LCP ms", "CLS", "long tasks", "longest ms", "heap kB"];
    table::print(&[("without", bare), ("by hand", hand), ("Counterbell", cold)], &names);
    let names = [
        "field ms",
        "focus in it ms",
        "Leptos runs ms",
        "the same from the click",
        "bytes since",
        "requests since",
        "CLS since",
        "long tasks in the frame",
        "longest there ms",
        "heap of the frame kB",
    ];
    println!("\nafter the press on the launcher");
    table::print(&[("by hand", hand), ("cold", cold), ("tap", tap), ("after intent", intent)], &names);
}

impl Bench {
    async fn bare(&self) -> Figures {
        let page = fresh().await;
        load(&page, &self.bare, "bench.lcp").await
    }

    async fn by_hand(&self) -> Figures {
        let page = fresh().await;
        let mut figures = load(&page, &self.hand, "bench.lcp && bench.launcher").await;
        page.press_at(launcher(&page).await).await;
        seldom(&page, "bench.focus").await;
        let bench = page.eval("bench").await;
        figures.insert("field ms", number(&bench, "field") - number(&bench, "down"));
        figures.insert("focus in it ms", number(&bench, "focus") - number(&bench, "down"));
        figures
    }

    async fn ours(&self, press: Press) -> Figures {
        let page = fresh().await;
        let mut figures = load(&page, &self.with, "bench.lcp && bench.launcher").await;
        let frame = page.frame(&format!("/s/{}/frame", self.shop));
        let spot = launcher(&page).await;
        let before = (page.received_bytes(), page.requests().len(), figures["CLS"]);
        if press == Press::Intent {
            page.hover_at(spot).await;
            // A frame that is not seen yet draws nothing, so only its own mark says that it runs.
            seldom(&frame, "document.documentElement.dataset.state === 'ready'").await;
        }
        match press {
            Press::Tap => page.tap_at(spot, TAP).await,
            _ => page.press_at(spot).await,
        }
        // The frame starts: looking for it now would hold it up.
        tokio::time::sleep(Duration::from_secs(2)).await;
        seldom(&frame, "bench.ready && bench.focus").await;
        let (here, there) = (page.eval("bench").await, frame.eval("bench").await);
        let since = |start: &str, name: &str| (number(&there, name) - number(&here, start)).max(0.0);
        figures.extend([
            ("field ms", since("down", "field")),
            ("focus in it ms", since("down", "focus")),
            ("Leptos runs ms", since("down", "ready")),
            ("the same from the click", since("click", "ready")),
            ("bytes since", (page.received_bytes() - before.0) as f64),
            ("requests since", (page.requests().len() - before.1) as f64),
            ("CLS since", number(&here, "shift") - before.2),
            ("long tasks in the frame", number(&there, "long")),
            ("longest there ms", number(&there, "longest")),
            ("heap of the frame kB", frame.heap_bytes().await / 1000.0),
        ]);
        figures
    }
}

async fn fresh() -> Page {
    let page = Browser::shared().await.page().await;
    page.size(1280, 800).await;
    page.run_first(WATCH).await;
    page.throttle(CPU, Network::SLOW_4G).await;
    page
}

async fn load(page: &Page, url: &str, until: &str) -> Figures {
    page.goto(url).await;
    seldom(page, until).await;
    // Whatever comes late belongs to it too.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let bench = page.eval("bench").await;
    let requests = page.requests().iter().filter(|r| r.url.starts_with("http")).count();
    let mut figures = Figures::from([
        ("bytes", page.received_bytes() as f64),
        ("requests", requests as f64),
        ("LCP ms", number(&bench, "lcp")),
        ("CLS", number(&bench, "shift")),
        ("long tasks", number(&bench, "long")),
        ("longest ms", number(&bench, "longest")),
        ("heap kB", page.heap_bytes().await / 1000.0),
    ]);
    let launcher = number(&bench, "launcher");
    figures.extend((launcher > 0.0).then_some(("launcher ms", launcher)));
    figures
}

/// Both widgets have theirs in the corner at the right.
async fn launcher(page: &Page) -> (f64, f64) {
    let corner = page.eval("[innerWidth, innerHeight]").await;
    let from = |index: usize, px: f64| corner[index].as_f64().unwrap_or_default() - px;
    (from(0, 50.0), from(1, 45.0))
}

async fn seldom(frame: &Frame, expression: &str) {
    tests::poll::until(expression, PATIENCE, || async {
        tokio::time::sleep(LOOK_EVERY).await;
        let value = frame.try_eval(&format!("!!({expression})")).await;
        (value == Ok(Value::Bool(true))).then_some(())
    })
    .await;
}

fn number(bench: &Value, name: &str) -> f64 {
    bench[name].as_f64().unwrap_or(f64::NAN)
}
