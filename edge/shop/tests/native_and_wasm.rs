//! The same files give the same settings, hours, decisions and detections, byte for byte, natively and in WASM.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

#[path = "twin/lib.rs"]
mod twin;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use twin::{PART, report};

const TARGET: &str = "wasm32-unknown-unknown";

#[test]
fn decisions_are_the_same_natively_and_in_wasm() {
    let wasm = build();
    let dialogues = file("../../examples/shop/dialogues.jsonl") + &odd_dialogues();
    for settings in [file("reference.toml"), with_rules(), "id = 3".to_owned()] {
        let input = [settings.as_str(), dialogues.as_str(), &moments(), ""].join(PART);
        let native = same_in_wasm(&wasm, &input);
        assert!(native.lines().count() > 3 || settings.len() < 10, "{native}");
    }
}

#[test]
fn detectors_see_the_same_natively_and_in_wasm() {
    let texts = held_out();
    assert!(texts.lines().count() > 500, "{texts}");
    let long: String = texts.replace('\n', " ").chars().step_by(7).take(5_000).collect();
    let input = [&file("reference.toml"), "", "", &(texts.clone() + &long)].join(PART);
    let native = same_in_wasm(&build(), &input);
    assert!(native.matches("\"hit\":true").count() > texts.lines().count() / 2, "{native}");
}

/// The first lines of every language's held-out phrases, which are those that ask for a person, and the last.
fn held_out() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/data/heldout");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let of = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).unwrap();
        let phrases: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("+ ").or_else(|| line.strip_prefix("- ")))
            .collect();
        let (first, last) = (phrases.iter().take(8), phrases.iter().rev().take(4));
        first.chain(last).map(|phrase| format!("{phrase}\n")).collect::<String>()
    };
    files.iter().map(of).collect()
}

/// The report of both, once they are the same.
fn same_in_wasm(wasm: &Path, input: &str) -> String {
    let native = report(input);
    let wasm = in_node(wasm, input);
    assert!(native == wasm, "{}", first_difference(&native, &wasm));
    native
}

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The reference with rules that read numbers, samples and every kind of action.
fn with_rules() -> String {
    let rules = [
        ("message.length * 3 - 1 > 100 && message.anger_score < 0.75", "{ tag = \"long\" }"),
        ("cart.total / 3.0 > 0.1 || message.text.contains('ß')", "{ offer = \"Shall I?\" }"),
        ("answer.length % 7 == 3", "{ handoff = { priority = 3 } }"),
        ("10 / cart.items > 2", "\"block\""),
    ];
    let rules = rules.iter().enumerate().map(|(index, (when, then))| {
        format!("[[rules]]\nname = \"x{index}\"\nwhen = \"{when}\"\nthen = {then}\nsample = 0.{index}7\n")
    });
    file("reference.toml") + &rules.collect::<String>()
}

fn odd_dialogues() -> String {
    let texts = [
        "",
        "🙂",
        "Ⅷ ﬁ",
        "مرحبا، أريد موظف",
        "ＦＵＬＬ",
        "e\\u0301\\u0301",
        "\\u202eabc",
        "Straße İstanbul",
        "1e308",
    ];
    texts.iter().enumerate().map(|(index, text)| {
        format!(
            "\n{{\"id\":\"odd-{index}\",\"turns\":[{{\"role\":\"shopper\",\"text\":\"{text}\"}},{{\"role\":\"assistant\",\"text\":\"{text}\"}}],\"facts\":{{\"cart.total\":{index}.7}}}}"
        )
    }).collect()
}

/// Every seven hours for a while: nights, holidays, the clocks going back and forth.
fn moments() -> String {
    (0..1_200).map(|step| format!("{}\n", 1_760_000_000_000_i64 + step * 25_200_000)).collect()
}

fn build() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    succeed(Command::new("rustup").args(["target", "add", TARGET]).current_dir(folder));
    let target = folder.join("../../target");
    let arguments =
        ["build", "--quiet", "--package", "counterbell-shop", "--example", "twin", "--target", TARGET];
    succeed(Command::new(env!("CARGO")).args(arguments).arg("--target-dir").arg(&target).current_dir(folder));
    target.join(TARGET).join("debug/examples/twin.wasm")
}

fn succeed(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

fn in_node(wasm: &Path, input: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/twin/run.mjs");
    let mut command = Command::new("node");
    let command = command.arg(script).arg(wasm).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut node = command.spawn().unwrap_or_else(|error| panic!("Node is needed: {error}"));
    node.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

fn first_difference(native: &str, wasm: &str) -> String {
    let pair = native.lines().zip(wasm.lines()).find(|(native, wasm)| native != wasm);
    pair.map_or("one is longer".to_owned(), |(native, wasm)| format!("native: {native}\nwasm:   {wasm}"))
}
