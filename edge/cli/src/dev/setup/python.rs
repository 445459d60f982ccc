//! Python packages, installed only when something asks: the local model, and an oracle for the tests.

use crate::dev::pins::PythonSet;
use crate::dev::{Progress, SetupError, children, files, repo};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder to put on `PYTHONPATH`, with the packages of `set` in it.
pub fn packages(set: &PythonSet, progress: &Progress) -> Result<PathBuf, SetupError> {
    let cache = repo::cache()?;
    let hash = files::hash_bytes(format!("{} {}", set.packages.join(" "), set.with_dependencies).as_bytes());
    let folder = cache.join("py").join(hash.get(..16).unwrap_or(&hash));
    let complete = folder.join(".complete");
    let _lock = repo::lock_cache("python.lock", progress)?;
    if complete.is_file() {
        return Ok(folder);
    }
    progress.plan(1);
    let step = progress.step(&format!("installing Python packages for {} (once, {})", set.name, set.about));
    let log = cache.join("logs/pip.log");
    let pip = pip(&cache, &log, &step)?;
    let mut command = children::command(&pip.program);
    command
        .args(&pip.args)
        .args(["install", "--upgrade", "--no-input", "--progress-bar", "off", "--target"])
        .arg(&folder);
    if !set.with_dependencies {
        command.arg("--no-deps");
    }
    command.args(set.packages);
    children::run("Installing Python packages", command, &log, &step)?;
    files::write(&complete, "")?;
    step.done("");
    Ok(folder)
}

struct Pip {
    program: PathBuf,
    args: Vec<&'static str>,
}

/// The system's pip, or one in a venv of ours where the system has none.
fn pip(cache: &Path, log: &Path, step: &crate::dev::progress::Step<'_>) -> Result<Pip, SetupError> {
    if works("python3", &["-m", "pip", "--version"]) {
        return Ok(Pip { program: "python3".into(), args: vec!["-m", "pip"] });
    }
    if !works("python3", &["-m", "venv", "--help"]) {
        return Err(SetupError::PythonMissing);
    }
    let venv = cache.join("venv");
    let mut command = children::command("python3");
    command.args(["-m", "venv"]).arg(&venv);
    children::run("Making a Python environment", command, log, step)
        .map_err(|_| SetupError::PythonMissing)?;
    Ok(Pip { program: venv.join("bin/pip"), args: Vec::new() })
}

fn works(program: &str, args: &[&str]) -> bool {
    let status = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
