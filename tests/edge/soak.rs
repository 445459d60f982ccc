//! A short soak: what was acknowledged is neither lost nor doubled nor disordered, however often the edge is
//! killed. `cargo bench -p tests --bench soak` is the long one, with figures.

use std::sync::Arc;
use tests::edge::Edge;
use tests::{run, soak};

const RUNS: u64 = 12;

#[test]
fn twelve_conversations_on_an_edge_that_keeps_dying() {
    run(async {
        let edge = Arc::new(Edge::start().await);
        let seed = std::time::UNIX_EPOCH.elapsed().map_or(1, |now| now.as_secs());
        let (tally, kills) = soak::run(&edge, RUNS, seed).await;
        tally.print(RUNS, kills);
        assert!(kills > 0 && tally.escalations >= RUNS, "nothing was put to the test");
        assert!(tally.is_clean(), "seed {seed}");
    });
}
