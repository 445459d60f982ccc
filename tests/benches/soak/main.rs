//! Many seeded conversations over a real edge that is killed again and again, and a ledger of everything
//! that was acknowledged: `cargo bench -p tests --bench soak -- --runs 300 --seed 1`.
//!
//! With `--outage-s 600` (the default with 100 runs or more) it also measures how an escalation outlives a
//! receiver that is down for so long. Exit status 1 when anything acknowledged was lost, doubled or
//! disordered.

mod ledger;
mod outage;
mod reconnect;
mod story;

use ledger::Tally;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tests::dice::Dice;
use tests::edge::Edge;

/// Conversations that share one edge, and so its deaths.
const AT_ONCE: u64 = 12;
/// Between one kill and the next.
const KILL_AFTER_MS: (u64, u64) = (500, 3_000);

struct Arguments {
    runs: u64,
    seed: u64,
    outage_s: u64,
    sockets: usize,
}

fn main() {
    let arguments = Arguments::read();
    if !tests::run(soak(&arguments)) {
        std::process::exit(1);
    }
}

async fn soak(arguments: &Arguments) -> bool {
    // A request without an answer for so long is a stall, and counted.
    tests::http::be_patient_for(Duration::from_secs(10));
    let started = Instant::now();
    let outage = tokio::spawn(outage::measure(Duration::from_secs(arguments.outage_s)));
    let edge = Arc::new(Edge::start().await);
    let (stop, kills) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut dice = Dice::new(arguments.seed);
    let killer = tokio::spawn(keep_killing(edge.clone(), dice.split(), stop.clone(), kills.clone()));
    let mut total = Tally::default();
    let mut left = arguments.runs;
    while left > 0 {
        let now = left.min(AT_ONCE);
        let stories: Vec<_> =
            (0..now).map(|_| tokio::spawn(story::tell(edge.clone(), dice.split()))).collect();
        for story in stories {
            total.add(story.await.unwrap_or_else(|e| panic!("a story broke off: {e}")));
        }
        left -= now;
        eprintln!(
            "soak: {} of {} runs, {} kills",
            arguments.runs - left,
            arguments.runs,
            kills.load(Ordering::Relaxed)
        );
    }
    stop.store(true, Ordering::Relaxed);
    killer.await.expect("the killer ends");
    println!("seed {}, {:.0} s", arguments.seed, started.elapsed().as_secs_f64());
    total.print(arguments.runs, kills.load(Ordering::Relaxed));
    println!("{}", reconnect::measure(&edge, arguments.sockets).await);
    println!("{}", outage.await.expect("the outage ends"));
    total.is_clean()
}

async fn keep_killing(edge: Arc<Edge>, mut dice: Dice, stop: Arc<AtomicBool>, kills: Arc<AtomicU64>) {
    while !stop.load(Ordering::Relaxed) {
        let (low, high) = KILL_AFTER_MS;
        tokio::time::sleep(Duration::from_millis(low + dice.below(high - low))).await;
        edge.kill9();
        kills.fetch_add(1, Ordering::Relaxed);
        // Sometimes it stays away for a while.
        tokio::time::sleep(Duration::from_millis(dice.pick(&[(4, 0), (1, 500)]))).await;
        edge.restart().await;
    }
}

impl Arguments {
    fn read() -> Self {
        let given: Vec<String> = std::env::args().collect();
        let number = |name: &str| {
            let at = given.iter().position(|argument| argument == name)?;
            Some(given.get(at + 1)?.parse().unwrap_or_else(|_| panic!("{name} wants a number")))
        };
        let runs = number("--runs").unwrap_or(24);
        let outage_s = number("--outage-s").unwrap_or(if runs >= 100 { 600 } else { 20 });
        let sockets = number("--sockets").unwrap_or(1_000);
        Self {
            runs,
            seed: number("--seed").unwrap_or(1),
            outage_s,
            sockets: usize::try_from(sockets).expect("a number of sockets"),
        }
    }
}
