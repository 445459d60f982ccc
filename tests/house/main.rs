//! The house's own order, checked without building anything: which room may know of what.

use std::process::Command;

/// What a crate links, itself and everything behind it, for a target.
fn linked(package: &str) -> Vec<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--package", package, "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
    tree.args(["--target", "wasm32-unknown-unknown", "--offline", "--locked"]);
    let output = tree.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("names are UTF-8");
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// Crates that bring Workers, the DOM, HTTP, a clock of the system or randomness.
const OUTSIDE: &[&str] = &[
    "axum",
    "getrandom",
    "http",
    "hyper",
    "js-sys",
    "leptos",
    "rand",
    "reqwest",
    "tokio",
    "ureq",
    "wasm-bindgen",
    "web-sys",
    "web-time",
    "worker",
];

#[test]
fn the_pure_crates_know_nothing_of_the_outside() {
    for package in ["counterbell-protocol", "counterbell-owner", "counterbell-policy", "counterbell-shop"] {
        let linked = linked(package);
        assert!(linked.len() > 3, "{linked:?}");
        let outside: Vec<&String> = linked.iter().filter(|name| OUTSIDE.contains(&name.as_str())).collect();
        assert!(outside.is_empty(), "{package} links {outside:?}");
    }
}

#[test]
fn the_widget_links_the_protocol_alone() {
    let ours: Vec<String> =
        linked("counterbell-widget").into_iter().filter(|name| name.starts_with("counterbell-")).collect();
    assert_eq!(ours, ["counterbell-widget", "counterbell-protocol"]);
}

#[test]
fn the_edge_links_nothing_of_the_frame_is_what_the_edge_may_not() {
    let edge = linked("counterbell-edge");
    for name in ["counterbell-widget", "gloo", "leptos"] {
        assert!(!edge.iter().any(|linked| linked == name), "the edge links {name}");
    }
}
