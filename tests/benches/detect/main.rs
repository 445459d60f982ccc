//! What the detectors cost in workerd: `cargo bench -p tests --bench detect`.
//!
//! Each text is one request to a Worker that only reads it and runs the detectors; beside it stands the same
//! request without them. What is printed is the whole request as its client sees it, so the detectors alone cost
//! less. Natively they are measured by `cargo bench -p counterbell-policy --bench detectors`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use tests::http::Ask;
use tests::yardstick::Yardstick;

const LONG_BYTES: usize = 4_096;
const ROUNDS: usize = 10;

fn main() {
    let wasm = detectors();
    let worker = Yardstick::start("detect.capnp", &[Path::new("detect.js"), &wasm], &[]);
    let messages = held_out();
    let long: Vec<String> = messages.iter().map(|(_, phrases)| in_length(phrases)).collect();
    let short: Vec<String> = messages.into_iter().flat_map(|(_, phrases)| phrases).collect();
    println!("| text | texts | with the detectors p50 | p99 | the most | without p50 | p99 |");
    println!("|---|---|---|---|---|---|---|");
    tests::run(async {
        // The first message of a Worker unpacks the phrases: that is measured by the other bench.
        micros(&worker, "/", "hello").await;
        row(&worker, "held-out phrases", &short, 1).await;
        row(&worker, "4,096 bytes, a text for each language", &long, ROUNDS).await;
    });
}

async fn row(worker: &Yardstick, name: &str, texts: &[String], rounds: usize) {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for text in std::iter::repeat_n(texts, rounds).flatten() {
        without.push(micros(worker, "/nothing", text).await);
        with.push(micros(worker, "/", text).await);
    }
    with.sort_unstable();
    without.sort_unstable();
    let at = |times: &[u128], share: usize| times[(times.len() - 1) * share / 100] as f64 / 1_000.0;
    println!(
        "| {name} | {} | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms |",
        with.len(),
        at(&with, 50),
        at(&with, 99),
        at(&with, 100),
        at(&without, 50),
        at(&without, 99)
    );
}

async fn micros(worker: &Yardstick, path: &str, text: &str) -> u128 {
    let ask = Ask::post(format!("{}{path}", worker.url)).body(text);
    let started = Instant::now();
    let answer = ask.send().await;
    let took = started.elapsed().as_micros();
    assert_eq!(answer.status, 200, "{}", answer.text());
    took
}

/// The phrases of each language, without their marks.
fn held_out() -> Vec<(PathBuf, Vec<String>)> {
    let folder = root().join("edge/policy/data/heldout");
    let files = std::fs::read_dir(folder).expect("the held-out phrases");
    let phrases = |file: std::io::Result<std::fs::DirEntry>| {
        let path = file.expect("a file of phrases").path();
        let text = std::fs::read_to_string(&path).expect("phrases are text");
        let phrases = text.lines().filter_map(|line| line.strip_prefix("+ ").or(line.strip_prefix("- ")));
        (path, phrases.map(str::to_owned).collect())
    };
    files.map(phrases).collect()
}

/// So many bytes of them, one after the other and again from the start.
fn in_length(phrases: &[String]) -> String {
    let mut text = phrases.join(". ");
    while text.len() < LONG_BYTES {
        text = format!("{text}. {text}");
    }
    text.truncate(text.floor_char_boundary(LONG_BYTES));
    text
}

/// The detectors as WASM, optimised as in a deployment.
fn detectors() -> PathBuf {
    let arguments = ["build", "--quiet", "--release", "--package", "counterbell-shop", "--example", "twin"];
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(arguments).args(["--target", "wasm32-unknown-unknown"]).current_dir(root());
    let target = root().join("target");
    let status = cargo.arg("--target-dir").arg(&target).status().expect("cargo runs");
    assert!(status.success(), "{status}");
    target.join("wasm32-unknown-unknown/release/examples/twin.wasm")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
