//! What the widget costs a shop's page and a shopper, beside the same page without it and with the smallest
//! widget that one would write by hand: `cargo bench -p tests --bench widget -- --rounds 5`. Medians of fresh
//! profiles, all in one run, so that the machine is the same for all of them.

mod history;
mod load;
mod streaming;
mod table;

fn main() {
    let given: Vec<String> = std::env::args().collect();
    let at = given.iter().position(|argument| argument == "--rounds");
    let rounds = at.and_then(|at| given.get(at + 1)?.parse().ok()).unwrap_or(5);
    let wanted =
        |part: &str| !given.iter().any(|argument| argument == "--only") || given.iter().any(|a| a == part);
    tests::run(async {
        if wanted("load") {
            load::measure(rounds).await;
        }
        if wanted("stream") {
            streaming::measure().await;
        }
        if wanted("history") {
            history::measure(rounds).await;
        }
    });
}

/// Watches every document from its first moment. Times are in milliseconds; `ready`, `field`, `focus` and
/// `click` since the Unix epoch, so that page and frame can be compared. A press on the launcher counts from
/// `pointerdown`.
const WATCH: &str = r"(() => {
    const bench = window.bench = {long: 0, longest: 0, shift: 0, lcp: 0, launcher: 0, field: 0, focus: 0, ready: 0,
        down: 0, click: 0, frames: 0, dropped: 0};
    const observe = (type, take) => { try {
        new PerformanceObserver(list => list.getEntries().forEach(take)).observe({type, buffered: true});
    } catch {} };
    observe('longtask', e => { bench.long += 1; bench.longest = Math.max(bench.longest, e.duration); });
    observe('layout-shift', e => { bench.shift += e.value; });
    observe('largest-contentful-paint', e => { bench.lcp = e.startTime; });
    const now = () => performance.timeOrigin + performance.now();
    for (const name of ['pointerdown', 'click'])
        addEventListener(name, () => { bench[name === 'click' ? name : 'down'] ||= now(); }, true);
    let last = 0;
    const look = time => {
        if (last) { bench.frames += 1; bench.dropped += Math.max(0, Math.round((time - last) / 16.67) - 1); }
        last = time;
        const root = document.querySelector('hand-widget')?.shadowRoot || document;
        bench.launcher ||= document.querySelector('counterbell-widget, hand-widget') ? performance.now() : 0;
        const field = root.querySelector('textarea');
        bench.field ||= field ? now() : 0;
        bench.focus ||= field && root.activeElement === field ? now() : 0;
        bench.ready ||= document.documentElement?.dataset.state === 'ready' ? now() : 0;
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()";
