//! What a streamed turn costs: CPU a turn, and what is added to the time until the first token, beside the
//! model server alone and beside a minimal Worker written by hand (`tests/yardstick`), in the same run:
//! `cargo bench -p tests --bench stream -- --at-once 32 --turns-each 3 --rounds 5`.
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
        false => {
            let at_once = u32::try_from(number("--at-once", 32)).expect("a number of conversations");
            tests::run(measure(at_once, number("--turns-each", 3), number("--rounds", 3)));
        }
    }
}

/// The second process: a model server that says where it is and serves until its parent is gone.
async fn serve() {
    let model =
        Upstream::start(Script::paced(&turn::answer(TOKENS), Duration::from_secs(1) / PER_SECOND)).await;
    println!("{}", model.base_url());
    let mut line = String::new();
    let _ = std::io::stdin().read_line(&mut line);
}

async fn measure(at_once: u32, turns_each: usize, rounds: usize) {
    let model = process::Serving::start();
    println!(
        "{rounds} rounds of {at_once} conversations at once, each of {turns_each} turns of {TOKENS} tokens at \
         {PER_SECOND}/s"
    );
    println!(
        "one commit to the disk under the objects: {:.1} ms\n",
        process::commit().as_secs_f64() * 1_000.0
    );
    let designs = design::all(&model).await;
    let mut measured: Vec<Measured> = designs.iter().map(|_| Measured::default()).collect();
    for design in &designs {
        // Compiles what is compiled late, and opens what is opened once.
        design.run(at_once, turns_each).await;
    }
    // Each design in each round: what a turn costs differs from minute to minute more than it should.
    for _ in 0..rounds {
        for (design, measured) in designs.iter().zip(&mut measured) {
            let (first, cpu) = design.run(at_once, turns_each).await;
            measured.first.extend(first);
            measured.cpu_ms.push(cpu.as_secs_f64() * 1_000.0);
        }
    }
    table(&designs, &mut measured);
}

/// What all rounds of one design took.
#[derive(Default)]
struct Measured {
    first: Vec<Duration>,
    cpu_ms: Vec<f64>,
}

impl Measured {
    /// The time until the first token, of so many in a hundred.
    fn first_ms(&mut self, percent: usize) -> f64 {
        self.first.sort();
        self.first[(self.first.len() * percent / 100).min(self.first.len() - 1)].as_secs_f64() * 1_000.0
    }
}

fn table(designs: &[Design], measured: &mut [Measured]) {
    println!(
        "| design | first token p50 | p99 | added p50 | CPU a turn, median | each round | x yardstick, median |"
    );
    println!("|---|---|---|---|---|---|---|");
    let yardstick = designs.iter().position(|design| matches!(design, Design::Yardstick(_)));
    let of_yardstick = yardstick.map(|at| measured[at].cpu_ms.clone()).unwrap_or_default();
    let alone_ms = measured[0].first_ms(50);
    for (design, measured) in designs.iter().zip(measured) {
        let (median_ms, p99_ms) = (measured.first_ms(50), measured.first_ms(99));
        let ratios = measured.cpu_ms.iter().zip(&of_yardstick).map(|(own, other)| own / other).collect();
        let each: Vec<String> = measured.cpu_ms.iter().map(|cpu_ms| format!("{cpu_ms:.1}")).collect();
        println!(
            "| {} | {median_ms:.1} ms | {p99_ms:.1} ms | {:.1} ms | {:.1} ms | {} | {:.2} |",
            design.name(),
            median_ms - alone_ms,
            median(measured.cpu_ms.clone()),
            each.join(" "),
            median(ratios),
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
