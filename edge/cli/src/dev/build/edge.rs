//! The Worker: Rust to WebAssembly with Cloudflare's own `worker-build`.

use super::{EDGE_OUT, Inputs};
use crate::dev::setup::Tools;
use crate::dev::{Progress, SetupError, children, files, pins};
use std::path::Path;

pub const INPUTS: [&str; 6] =
    ["edge/Cargo.toml", "edge/src", "edge/owner", "edge/policy", "edge/protocol", "edge/shop"];
/// Which languages there are, whatever their files say.
pub const NAMES_IN: &str = "widget/languages";
const MODULES: [&str; 2] = ["build/index.js", "build/index_bg.wasm"];
const STAMP: &str = ".inputs";

pub fn is_current(repo: &Path, inputs: &Inputs) -> bool {
    let kept = std::fs::read_to_string(repo.join(EDGE_OUT).join(STAMP)).ok();
    kept.is_some() && kept == stamp(repo, inputs).ok()
}

pub fn build(repo: &Path, tools: &Tools, inputs: &Inputs, progress: &Progress) -> Result<(), SetupError> {
    let step = progress.step("building the edge (1 to 3 minutes when something changed)");
    let esbuild = tools.node.esbuild().unwrap_or_default();
    let mut worker_build = children::command(tools.program(&pins::WORKER_BUILD));
    worker_build.arg("--release").current_dir(repo.join("edge"));
    worker_build.env("WASM_BINDGEN_BIN", tools.program(&pins::WASM_BINDGEN));
    let wasm_opt = std::env::var_os("WASM_OPT_BIN").unwrap_or_else(|| tools.node.wasm_opt().into());
    worker_build.env("WASM_OPT_BIN", wasm_opt).env("ESBUILD_BIN", esbuild);
    children::run("Building the edge", worker_build, &super::log(repo, "edge"), &step)?;
    files::write(&repo.join(EDGE_OUT).join(STAMP), stamp(repo, inputs)?)?;
    let wasm = repo.join("edge").join("build/index_bg.wasm");
    let kilobytes = std::fs::metadata(&wasm).map_err(SetupError::io("is missing", &wasm))?.len() / 1_000;
    step.done(&format!("{kilobytes} kB of WebAssembly"));
    Ok(())
}

/// Inputs and outputs: a build that somebody made by hand in between is not taken for ours.
fn stamp(repo: &Path, inputs: &Inputs) -> Result<String, SetupError> {
    let outputs = files::hash_of(&repo.join("edge"), &MODULES, &[])?;
    Ok(format!("{}\n{outputs}\n", inputs.0))
}
