//! Many seeded conversations over a real edge that is killed again and again, and a ledger of everything
//! that was acknowledged: `cargo bench -p tests --bench soak -- --runs 300 --seed 1`.
//!
//! With `--outage-s 600` (the default with 100 runs or more) it also measures how an escalation outlives a
//! receiver that is down for so long. Exit status 1 when anything acknowledged was lost, doubled or
//! disordered.

mod outage;
mod reconnect;

use std::sync::Arc;
use std::time::{Duration, Instant};
use tests::edge::Edge;
use tests::soak;

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
    let (total, kills) = soak::run(&edge, arguments.runs, arguments.seed).await;
    println!("seed {}, {:.0} s", arguments.seed, started.elapsed().as_secs_f64());
    total.print(arguments.runs, kills);
    println!("{}", reconnect::measure(&edge, arguments.sockets).await);
    println!("{}", outage.await.expect("the outage ends"));
    total.is_clean()
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
