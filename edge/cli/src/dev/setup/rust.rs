//! The Rust side of the set-up: the WebAssembly target and the programs from the Rust registry.

use crate::dev::pins::{self, CargoTool};
use crate::dev::{Progress, SetupError, children, files};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub fn program(cache: &Path, tool: &CargoTool) -> PathBuf {
    root(cache, tool).join("bin").join(tool.binary)
}

/// The library and the tool must be of exactly one version, or the build fails late and strangely.
pub fn check_wasm_bindgen(repo: &Path) -> Result<(), SetupError> {
    let lock = files::read_text(&repo.join("Cargo.lock"))?;
    let pinned = pins::WASM_BINDGEN.version;
    match locked_version(&lock, "wasm-bindgen") {
        Some(locked) if locked != pinned => Err(SetupError::WasmBindgenDrift { locked, pinned }),
        _ => Ok(()),
    }
}

pub fn has_wasm_target(repo: &Path) -> bool {
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--target", pins::WASM_TARGET, "--print", "target-libdir"])
        .current_dir(repo)
        .stderr(Stdio::null());
    let output = rustc.output().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    output.is_ok_and(|folder| !folder.is_empty() && Path::new(&folder).is_dir())
}

/// The source of Rust's standard library, from which the widget's own is made.
pub fn has_std_source(repo: &Path) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "sysroot"]).current_dir(repo).stderr(Stdio::null());
    let Ok(output) = rustc.output() else { return false };
    let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock").is_file()
}

/// It only saves bytes: without it the widget is built all the same.
pub fn add_std_source(repo: &Path, cache: &Path, progress: &Progress) -> Result<(), SetupError> {
    let step = progress.step("adding the source of Rust's library (once, a few seconds)");
    let mut rustup = children::command("rustup");
    rustup.args(["component", "add", "rust-src"]).current_dir(repo);
    let log = cache.join("logs/rust-src.log");
    let added = children::run_any("Adding Rust's source", rustup, &log, &step);
    step.done(if added.is_ok_and(|(added, _)| added) { "" } else { "it cannot be had: going on without" });
    Ok(())
}

pub fn add_wasm_target(repo: &Path, cache: &Path, progress: &Progress) -> Result<(), SetupError> {
    let rustup = Command::new("rustup").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !rustup.is_ok_and(|status| status.success()) {
        return Err(SetupError::RustupMissing(pins::WASM_TARGET));
    }
    let what = format!("adding the Rust target {}", pins::WASM_TARGET);
    let step = progress.step(&format!("{what} (once, about 1 minute)"));
    let mut rustup = children::command("rustup");
    rustup.args(["target", "add", pins::WASM_TARGET]).current_dir(repo);
    children::run("Adding the WebAssembly target", rustup, &cache.join("logs/rustup.log"), &step)?;
    step.done("");
    Ok(())
}

/// Builds one tool from the registry. An interrupted set-up goes on where it stopped.
pub fn install(repo: &Path, cache: &Path, tool: &CargoTool, progress: &Progress) -> Result<(), SetupError> {
    let CargoTool { name, version, about, .. } = tool;
    let step = progress.step(&format!("installing {name} {version} (once, {about})"));
    let (what, log) =
        (format!("Installing {name} {version}"), cache.join("logs").join(format!("{name}.log")));
    let (done, output) = children::run_any(&what, cargo_install(repo, cache, tool, true), &log, &step)?;
    if !done {
        if !lock_cannot_be_met(&output) {
            return Err(SetupError::from_output(&what, &output, &log));
        }
        children::run(&what, cargo_install(repo, cache, tool, false), &log, &step)?;
    }
    if !program(cache, tool).is_file() {
        return Err(SetupError::Failed {
            what,
            reason: format!("there is no `{}` after it", tool.binary),
            log,
        });
    }
    // A failure to tidy up costs disk, nothing else.
    let _ = std::fs::remove_dir_all(target(cache, tool));
    step.done("");
    Ok(())
}

/// Tools need not be fast, so they are built without optimisation.
fn cargo_install(repo: &Path, cache: &Path, tool: &CargoTool, locked: bool) -> Command {
    let mut cargo = children::command("cargo");
    cargo.args(["install", "--debug", "--force", "--version", tool.version, "--bin", tool.binary, tool.name]);
    cargo.arg("--root").arg(root(cache, tool)).current_dir(repo);
    if locked {
        cargo.arg("--locked");
    }
    cargo.env("CARGO_TARGET_DIR", target(cache, tool)).env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo
}

/// A registry mirror may lag behind the lock file that a tool was published with.
fn lock_cannot_be_met(output: &str) -> bool {
    output.contains("failed to select a version")
}

fn root(cache: &Path, tool: &CargoTool) -> PathBuf {
    cache.join("tools").join(format!("{}-{}", tool.name, tool.version))
}

/// What is built on the way to a tool.
fn target(cache: &Path, tool: &CargoTool) -> PathBuf {
    cache.join("build").join(tool.name)
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?;
    Some(version.strip_prefix("version = \"")?.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_found_exactly() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "worker"), None);
    }

    #[test]
    fn the_repository_and_the_tool_agree() {
        check_wasm_bindgen(&crate::dev::repo::root().unwrap()).unwrap();
    }
}
