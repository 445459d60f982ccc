//! The widget's static files: Trunk's output, the minified loader, and a brotli twin of each.

use super::budget::{Budget, Parts};
use super::sizes::{self, FileSize};
use super::{Inputs, WIDGET_OUT};
use crate::dev::setup::Tools;
use crate::dev::{Progress, SetupError, children, files, pins};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

pub(super) const INPUTS: [&str; 3] = ["widget", "edge/protocol", "Trunk.toml"];
const MANIFEST: &str = "manifest.json";

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
    let log = tools.log("widget");
    children::run("Building the widget", trunk(repo, tools)?, &log, &step)?;
    children::run("Minifying the loader", esbuild(repo, tools)?, &tools.log("loader"), &step)?;
    let sizes = sizes::compress(&dist, &tools.log("compress"), &step)?;
    let parts = Parts::of(&sizes);
    step.done(&parts.summary());
    // Whoever is trying something may look at it first; what is deployed must keep the budget.
    if let Err(over) = Budget::of(repo)?.check(&parts) {
        progress.say(&format!("      warning: {over}"));
    }
    write_manifest(&dist, inputs, sizes)
}

fn trunk(repo: &Path, tools: &Tools) -> Result<std::process::Command, SetupError> {
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

fn esbuild(repo: &Path, tools: &Tools) -> Result<std::process::Command, SetupError> {
    let missing =
        || SetupError::Other("esbuild is missing from the cache: remove it and start again.".into());
    let mut esbuild = children::command(tools.node.esbuild().ok_or_else(missing)?);
    esbuild.args([
        "widget/loader.js",
        "--minify",
        "--target=es2020",
        "--charset=utf8",
        "--log-level=warning",
    ]);
    esbuild.arg(format!("--outfile={WIDGET_OUT}/loader.js")).current_dir(repo);
    Ok(esbuild)
}

fn write_manifest(dist: &Path, inputs: &Inputs, sizes: BTreeMap<String, FileSize>) -> Result<(), SetupError> {
    let all: String = sizes.iter().map(|(name, file)| format!("{name} {}\n", file.sha256)).collect();
    let build = files::hash_bytes(all.as_bytes()).chars().take(16).collect();
    let manifest = Manifest { build, inputs: inputs.0.clone(), files: sizes };
    let text =
        serde_json::to_string_pretty(&manifest).map_err(|error| SetupError::Other(error.to_string()))?;
    files::write(&dist.join(MANIFEST), text)
}
