//! What a streamed turn costs: CPU a turn, and what is added to the time until the first token, beside the
//! model server alone and beside a minimal Worker written by hand (`tests/yardstick`), in the same run:
//! `cargo bench -p tests --bench stream -- --turns 192 --at-once 32`.
//!
//! The model server is a second process, and workerd a third: what is measured is never what measures.
//! The question is committed before a token is shown: what one commit takes is printed, and `TMPDIR` on a disk
//! in memory takes the disk's share away.

mod design;
mod process;
mod turn;

use design::Design;
use std::time::Duration;
use tests::llm::{Script, Upstream};

/// As a fast hosted model writes.
const TOKENS: usize = 300;
const PER_SECOND: u32 = 50;

fn main() {
    let given: Vec<String> = std::env::args().collect();
    let number = |name: &str, usual: usize| {
        let at = given.iter().position(|argument| argument == name);
        at.and_then(|at| given.get(at + 1)?.parse().ok()).unwrap_or(usual)
    };
    match given.iter().any(|argument| argument == "--serve") {
        true => tests::run(serve()),
        false => tests::run(measure(number("--turns", 96), number("--at-once", 32))),
    }
}

/// The second process: a model server that says where it is and serves until its parent is gone.
async fn serve() {
    let model = Upstream::start(Script::tokens(TOKENS, PER_SECOND)).await;
    println!("{}", model.base_url());
    let mut line = String::new();
    let _ = std::io::stdin().read_line(&mut line);
}

async fn measure(turns: usize, at_once: usize) {
    let model = process::Serving::start();
    println!("{turns} turns of {TOKENS} tokens at {PER_SECOND}/s, {at_once} at once");
    println!(
        "one commit to the disk under the objects: {:.1} ms\n",
        process::commit().as_secs_f64() * 1_000.0
    );
    println!("| design | first token p50 | p99 | added p50 | CPU a turn | x yardstick |");
    println!("|---|---|---|---|---|---|");
    let mut alone = Duration::ZERO;
    let mut yardstick = 0.0;
    for design in design::all(&model).await {
        // Compiles what is compiled late, and opens what is opened once.
        design.run(at_once.min(turns), at_once).await;
        let (mut first, cpu) = design.run(turns, at_once).await;
        let cpu_ms = cpu.as_secs_f64() * 1_000.0;
        first.sort();
        let (median, p99) = (first[first.len() / 2], first[first.len() * 99 / 100]);
        if let Design::Model(_) = design {
            alone = median;
        }
        if let Design::Yardstick(_) = design {
            yardstick = cpu_ms;
        }
        let ratio = if yardstick > 0.0 { format!("{:.2}", cpu_ms / yardstick) } else { "–".to_owned() };
        let added_ms = median.as_secs_f64() * 1_000.0 - alone.as_secs_f64() * 1_000.0;
        println!(
            "| {} | {:.1} ms | {:.1} ms | {added_ms:.1} ms | {cpu_ms:.1} ms | {ratio} |",
            design.name(),
            median.as_secs_f64() * 1_000.0,
            p99.as_secs_f64() * 1_000.0,
        );
    }
}
