//! The widget's static files: Trunk's output, the minified loader, and a brotli twin of each.

use super::budget::{Budget, Parts};
use super::sizes::{self, FileSize};
use super::{Inputs, WIDGET_OUT};
use crate::dev::progress::Step;
use crate::dev::setup::{self, Tools};
use crate::dev::{Progress, SetupError, children, files, pins};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) const INPUTS: [&str; 3] = ["widget", "edge/protocol", "Trunk.toml"];
const MANIFEST: &str = "manifest.json";
/// Stable Rust keeps these behind a door; what they change is size alone. A panic becomes a trap, which the
/// shell in `index.html` hears like a panic: the plain form is back.
const SMALLEST: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    ("RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none"),
];

/// `dist/manifest.json`: what the edge may serve, and for us the proof that the build is current.
#[derive(Serialize, Deserialize)]
struct Manifest {
    /// Changes with every change of any file.
    build: String,
    inputs: String,
    files: BTreeMap<String, FileSize>,
}

/// The manifest is written last, and Trunk removes it first: it is there only beside a whole build.
pub(super) fn is_current(repo: &Path, inputs: &Inputs) -> bool {
    let dist = repo.join(WIDGET_OUT);
    manifest(&dist).is_ok_and(|manifest| {
        manifest.inputs == inputs.0 && manifest.files.keys().all(|name| dist.join(name).is_file())
    })
}

/// What the last build weighs, file by file.
pub fn sizes(repo: &Path) -> Result<BTreeMap<String, FileSize>, SetupError> {
    manifest(&repo.join(WIDGET_OUT)).map(|manifest| manifest.files)
}

fn manifest(dist: &Path) -> Result<Manifest, SetupError> {
    let text = files::read(&dist.join(MANIFEST))?;
    serde_json::from_slice(&text)
        .map_err(|error| SetupError::Other(format!("{MANIFEST} is damaged: {error}")))
}

pub(super) fn build(
    repo: &Path,
    tools: &Tools,
    inputs: &Inputs,
    progress: &Progress,
) -> Result<(), SetupError> {
    let step = progress.step("building the widget (1 to 2 minutes when something changed)");
    let dist = repo.join(WIDGET_OUT);
    build_smallest(repo, tools, progress, &step)?;
    children::run("Minifying the loader", minify_loader(repo, tools)?, &super::log(repo, "loader"), &step)?;
    children::run("Shortening names", rename(&dist, tools), &super::log(repo, "rename"), &step)?;
    children::run("Minifying the frame", inline(&dist, tools)?, &super::log(repo, "minify"), &step)?;
    children::run("Writing the WebAssembly as a document", carry(&dist), &super::log(repo, "carry"), &step)?;
    let sizes = sizes::compress(&dist, &super::log(repo, "compress"), &step)?;
    let parts = Parts::of(&sizes);
    step.done(&parts.summary());
    // Whoever is trying something may look at it first; what is deployed must keep the budget.
    if let Err(over) = Budget::of(repo)?.check(&parts) {
        progress.say(&format!("      warning: {over}"));
    }
    write_manifest(&dist, inputs, sizes)
}

/// With a standard library made for size, which saves a shopper an eighth of the bytes; where that cannot be
/// had, as any stable build. What is wrong with the widget itself fails both, and is told of the second.
fn build_smallest(
    repo: &Path,
    tools: &Tools,
    progress: &Progress,
    step: &Step<'_>,
) -> Result<(), SetupError> {
    let (what, log) = ("Building the widget", super::log(repo, "widget"));
    if setup::has_std_source(repo) {
        let mut small = trunk(repo, tools)?;
        small.envs(SMALLEST).env("CARGO_TARGET_DIR", small_target(repo));
        if children::run_any(what, small, &super::log(repo, "widget-small"), step)?.0 {
            return Ok(());
        }
    }
    progress.say("      Rust's own library could not be made smaller here: the widget will be larger.");
    children::run(what, trunk(repo, tools)?, &log, step).map(drop)
}

/// Beside the plain build's, so that neither throws away what the other has made.
fn small_target(repo: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repo.join("target"), PathBuf::from).join("small")
}

fn trunk(repo: &Path, tools: &Tools) -> Result<Command, SetupError> {
    let mut trunk = children::command(tools.program(&pins::TRUNK));
    trunk.args(["build", "--release", "--skip-version-check"]).current_dir(repo);
    // Trunk reads NO_COLOR as a boolean and refuses the usual "1".
    trunk.env("NO_COLOR", "true").env("PATH", path_with(tools)?);
    Ok(trunk)
}

/// Trunk takes wasm-bindgen and wasm-opt from `PATH` when their versions are those it was asked for.
fn path_with(tools: &Tools) -> Result<OsString, SetupError> {
    let bindgen = tools.program(&pins::WASM_BINDGEN);
    let ours = bindgen.parent().map(Path::to_path_buf).into_iter().chain([tools.node.bin()]);
    let theirs = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(ours.chain(std::env::split_paths(&theirs)))
        .map_err(|error| SetupError::Other(format!("The cache's path cannot be on PATH: {error}")))
}

fn minify_loader(repo: &Path, tools: &Tools) -> Result<Command, SetupError> {
    let mut esbuild = esbuild(tools)?;
    esbuild.args(["widget/loader.js", "--target=es2020"]);
    esbuild.arg(format!("--outfile={WIDGET_OUT}/loader.js")).current_dir(repo);
    Ok(esbuild)
}

fn rename(dist: &Path, tools: &Tools) -> Command {
    let mut node = children::command("node");
    node.args(["--input-type=module", "--eval", include_str!("rename.mjs")]);
    node.arg(dist).arg(tools.node.wasm_opt());
    node
}

/// The document with its style and script in it.
fn inline(dist: &Path, tools: &Tools) -> Result<Command, SetupError> {
    let mut node = children::command("node");
    node.args(["--input-type=module", "--eval", include_str!("inline.mjs")]);
    node.arg(dist).arg(esbuild_program(tools)?);
    Ok(node)
}

fn carry(dist: &Path) -> Command {
    let mut node = children::command("node");
    node.args(["--input-type=module", "--eval", include_str!("carry.mjs")]).arg(dist);
    node
}

fn esbuild(tools: &Tools) -> Result<Command, SetupError> {
    let mut esbuild = children::command(esbuild_program(tools)?);
    esbuild.args(["--minify", "--charset=utf8", "--log-level=warning"]);
    Ok(esbuild)
}

fn esbuild_program(tools: &Tools) -> Result<PathBuf, SetupError> {
    let missing =
        || SetupError::Other("esbuild is missing from the cache: remove it and start again.".into());
    tools.node.esbuild().ok_or_else(missing)
}

fn write_manifest(dist: &Path, inputs: &Inputs, sizes: BTreeMap<String, FileSize>) -> Result<(), SetupError> {
    let all: String = sizes.iter().map(|(name, file)| format!("{name} {}\n", file.sha256)).collect();
    let build = files::hash_bytes(all.as_bytes()).chars().take(16).collect();
    let manifest = Manifest { build, inputs: inputs.0.clone(), files: sizes };
    let text =
        serde_json::to_string_pretty(&manifest).map_err(|error| SetupError::Other(error.to_string()))?;
    files::write(&dist.join(MANIFEST), text)
}
