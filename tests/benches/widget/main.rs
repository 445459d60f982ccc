//! What the widget costs a shop's page and a shopper, beside the same page without it:
//! `cargo bench -p tests --bench widget -- --rounds 5`. Medians of fresh profiles.

mod history;
mod load;
mod streaming;

fn main() {
    let given: Vec<String> = std::env::args().collect();
    let at = given.iter().position(|argument| argument == "--rounds");
    let rounds = at.and_then(|at| given.get(at + 1)?.parse().ok()).unwrap_or(5);
    tests::run(async {
        load::measure(rounds).await;
        streaming::measure().await;
        history::measure(rounds).await;
    });
}

/// Watches every document from its first moment. Times are in milliseconds; `ready`, `input` and `click` since
/// the Unix epoch, so that page and frame can be compared.
const WATCH: &str = r"(() => {
    const bench = window.bench = {long: 0, longest: 0, shift: 0, lcp: 0, launcher: 0, input: 0, ready: 0, click: 0,
        frames: 0, dropped: 0};
    const observe = (type, take) => { try {
        new PerformanceObserver(list => list.getEntries().forEach(take)).observe({type, buffered: true});
    } catch {} };
    observe('longtask', e => { bench.long += 1; bench.longest = Math.max(bench.longest, e.duration); });
    observe('layout-shift', e => { bench.shift += e.value; });
    observe('largest-contentful-paint', e => { bench.lcp = e.startTime; });
    const now = () => performance.timeOrigin + performance.now();
    addEventListener('pointerdown', () => { bench.click ||= now(); }, true);
    let last = 0;
    const look = time => {
        if (last) { bench.frames += 1; bench.dropped += Math.max(0, Math.round((time - last) / 16.67) - 1); }
        last = time;
        if (!bench.launcher && document.querySelector('counterbell-widget')) bench.launcher = performance.now();
        if (!bench.input && document.getElementById('text')) bench.input = now();
        if (!bench.ready && document.documentElement && document.documentElement.dataset.state === 'ready') bench.ready = now();
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()";

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
