//! `check`, `detect`, `replay` and `explain` as somebody types them: what is printed where, and the status.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what went wrong by panicking")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct Run {
    status: i32,
    out: String,
    err: String,
}

fn counterbell(arguments: &[&str], input: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_counterbell"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Run {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn at(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path).to_str().unwrap().to_owned()
}

/// A file of this test alone.
fn file(name: &str, text: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

const SHOP: &str = "id = \"s\"\nname = \"S\"\norigins = [\"https://s.example\"]\n\
    [[rules]]\nname = \"large\"\nwhen = \"cart.total > 100\"\nthen = { handoff = { queue = \"big\" } }\n";

fn dialogue(id: &str, total: u32, expect: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"turns\":[{{\"role\":\"shopper\",\"text\":\"Hello\"}}],\"facts\":{{\"cart\":{{\"total\":{total}}}}},\"expect\":\"{expect}\",\"at_turn\":0}}\n"
    )
}

#[test]
fn check_names_all_that_is_wrong_and_fails() {
    let shop = file(
        "wrong.toml",
        "nam = \"S\"\norigins = [\"http://s.example\"]\n[[rules]]\nname = \"r\"\nwhen = \"cart.totl > 1\"\nthen = \"offer\"\n",
    );
    let run = counterbell(&["check", &shop], "");
    assert_eq!((run.status, run.out.as_str()), (1, ""));
    for expected in [
        ":1:1: id: is missing",
        ":1:1: nam: there is no such setting — did you mean `name`?",
        ":2:12: origins[0]: plain http is for the loopback only — did you mean `https://s.example`?",
        ":5:9: rules[0].when: unknown fact `cart.totl`; `cart` has total, items — did you mean `cart.total`?",
        "5 problems. Nothing of this file is in force.",
    ] {
        assert!(run.err.contains(expected), "{expected}\n{}", run.err);
    }
}

#[test]
fn the_demo_shop_and_the_reference_are_in_force() {
    for shop in ["examples/shop/shop.toml", "edge/shop/reference.toml"] {
        let run = counterbell(&["check", &at(shop)], "");
        assert_eq!((run.status, run.err.as_str()), (0, ""), "{shop}");
        assert!(run.out.contains("Built in, always first:"), "{}", run.out);
    }
}

#[test]
fn every_dialogue_of_the_demo_shop_goes_as_expected() {
    let run =
        counterbell(&["replay", &at("examples/shop/shop.toml"), &at("examples/shop/dialogues.jsonl")], "");
    let misses: Vec<&str> =
        run.out.lines().filter(|line| line.contains("MISS") || line.contains("TOO")).collect();
    assert_eq!((run.status, run.err.as_str()), (0, ""), "{}", misses.join("\n"));
    assert!(run.out.contains(" 0 misses, 0 too early, 0 too late"), "{}", run.out);
}

#[test]
fn replay_succeeds_when_all_goes_as_expected() {
    let shop = file("replay.toml", SHOP);
    let dialogues = file("good.jsonl", &(dialogue("a", 200, "handoff") + &dialogue("b", 20, "stay")));
    let run = counterbell(&["replay", &shop, &dialogues], "");
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    assert!(
        run.out.contains("handoff  large: The shop's rule “large” holds: cart.total is 200."),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("2 dialogues, 2 with an expectation: 2 hits, 0 misses, 0 too early, 0 too late")
    );
}

#[test]
fn replay_fails_on_a_miss_and_on_a_line_that_is_none() {
    let shop = file("replay-fails.toml", SHOP);
    let missed = file("missed.jsonl", &dialogue("a", 20, "handoff"));
    let run = counterbell(&["replay", &shop, &missed, "--json"], "");
    assert_eq!(run.status, 1);
    let lines: Vec<serde_json::Value> =
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["verdict"], "miss");
    assert_eq!(lines[1]["summary"]["misses"], 1);
    let bad = file("bad.jsonl", &(dialogue("a", 200, "handoff") + "{\"id\": 3}\n"));
    let run = counterbell(&["replay", &shop, &bad], "");
    assert_eq!(run.status, 1);
    assert!(run.err.contains("bad.jsonl:2: missing field `turns`"), "{}", run.err);
    assert!(run.out.contains("a  hit (handoff at turn 0)"), "{}", run.out);
}

#[test]
fn explain_says_why_and_helps_with_a_misspelt_id() {
    let shop = file("explain.toml", SHOP);
    let dialogues = file("explain.jsonl", &dialogue("first-visit", 200, "handoff"));
    let run = counterbell(&["explain", &shop, &dialogues, "--id", "first-visit"], "");
    assert_eq!(run.status, 0);
    assert!(run.out.contains("→ Handed over to a person now: the queue “big”, priority 0."), "{}", run.out);
    assert!(run.out.contains("it read    cart.total = 200"), "{}", run.out);
    let run = counterbell(&["explain", &shop, &dialogues, "--id", "frist-visit"], "");
    assert_eq!(run.status, 1);
    assert!(run.err.contains("has no dialogue “frist-visit”. Did you mean “first-visit”?"), "{}", run.err);
}

#[test]
fn detect_reads_lines_and_writes_objects() {
    let run = counterbell(&["detect", "--json"], "I want to talk to a human\nWhere is my parcel?\n");
    let lines: Vec<serde_json::Value> =
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((run.status, lines.len()), (0, 2));
    assert_eq!(lines[0]["asks_for_human"]["hit"], true);
    assert_eq!(lines[1]["asks_for_human"]["hit"], false);
    assert_eq!(lines[1]["text"], "Where is my parcel?");
}

/// A merchant who begins with the demo shop's file.
#[test]
fn what_only_the_demo_fills_in_is_never_pushed() {
    let run = counterbell(&["check", &at("examples/shop")], "");
    let warned =
        "shop.toml:9: {{shop}} is filled in for the demo shop only: write the real address before you push";
    assert!(run.status == 0 && run.out.contains(warned), "{}", run.out);
    let push =
        |shop: &str| counterbell(&["push", shop, "--to", "http://127.0.0.1:1", "--admin-key", "k"], "");
    let run = push(&at("examples/shop"));
    let refused =
        "shop.toml: line 9 says {{shop}}, which only the demo shop fills in: write the real address";
    assert!(run.status == 1 && run.err.contains(refused), "{}", run.err);
    let run = push(&file("slip.toml", "id = \"s\"\nname = \"S\"\norigins = [\"http://s.example\"]\n"));
    for expected in [
        "counterbell: nothing was sent.\n",
        "slip.toml:3:12: origins[0]: plain http",
        "    origins = [\"http",
        "1 problem.",
    ] {
        assert!(run.status == 1 && run.err.contains(expected), "{expected}\n{}", run.err);
    }
}
