//! Seeded conversations over an edge that is killed again and again, and a ledger of everything that was
//! acknowledged. The bench `soak` runs hundreds of them and measures; a test runs a few.

mod ledger;
mod story;

pub use ledger::{Tally, spread};

use crate::dice::Dice;
use crate::edge::Edge;
use crate::http::Ask;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Conversations that share one edge, and so its deaths.
const AT_ONCE: u64 = 12;
/// Between one kill and the next.
const KILL_AFTER_MS: (u64, u64) = (500, 3_000);

/// Lives through `runs` stories: what became of all that was acknowledged, and how often the edge died.
pub async fn run(edge: &Arc<Edge>, runs: u64, seed: u64) -> (Tally, u64) {
    let (stop, kills) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut dice = Dice::new(seed);
    let killer = tokio::spawn(keep_killing(edge.clone(), dice.split(), stop.clone(), kills.clone()));
    let mut total = Tally::default();
    let mut left = runs;
    while left > 0 {
        let now = left.min(AT_ONCE);
        let stories: Vec<_> =
            (0..now).map(|_| tokio::spawn(story::tell(edge.clone(), dice.split()))).collect();
        for story in stories {
            total.add(story.await.unwrap_or_else(|e| panic!("a story broke off: {e}")));
        }
        left -= now;
        eprintln!("soak: {} of {runs} runs, {} kills", runs - left, kills.load(Ordering::Relaxed));
    }
    stop.store(true, Ordering::Relaxed);
    killer.await.expect("the killer ends");
    (total, kills.load(Ordering::Relaxed))
}

async fn keep_killing(edge: Arc<Edge>, mut dice: Dice, stop: Arc<AtomicBool>, kills: Arc<AtomicU64>) {
    let mut slow = Duration::ZERO;
    while !stop.load(Ordering::Relaxed) {
        let (low, high) = KILL_AFTER_MS;
        tokio::time::sleep(Duration::from_millis(low + dice.below(high - low)) + slow).await;
        edge.kill9();
        kills.fetch_add(1, Ordering::Relaxed);
        // Sometimes it stays away for a while.
        tokio::time::sleep(Duration::from_millis(dice.pick(&[(4, 0), (1, 500)]))).await;
        edge.restart().await;
        // On a busy machine it lives longer, or nobody would get anything done between two deaths.
        slow = first_answer(&edge).await * 5;
    }
}

/// How long the edge takes to say anything.
async fn first_answer(edge: &Edge) -> Duration {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(5) && Ask::get(&edge.url).try_send().await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    started.elapsed()
}
