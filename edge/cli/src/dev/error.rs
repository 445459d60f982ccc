//! What can keep a machine from getting ready: one sentence each, and what to do.

use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error(
        "Node is not installed. Install Node {0} or newer from https://nodejs.org/en/download (or on Debian 13: apt-get install nodejs npm) and try again."
    )]
    NodeMissing(String),
    #[error(
        "Node {found} is too old: {needed} or newer is needed. Install one from https://nodejs.org/en/download and try again."
    )]
    NodeTooOld { found: String, needed: String },
    #[error("npm is not installed. Install it (on Debian: apt-get install npm) and try again.")]
    NpmMissing,
    #[error(
        "rustup is not installed, and the WebAssembly target is missing. Install Rust with rustup, or add the target {0} to your Rust yourself."
    )]
    RustupMissing(&'static str),
    #[error(
        "Python 3 with pip or venv is not installed. Install it (on Debian: apt-get install python3-venv) and try again."
    )]
    PythonMissing,
    #[error("There is no network, or a registry cannot be reached: {what} failed. Connect and start again; what is done is kept. Details: {}", log.display())]
    Network { what: String, log: PathBuf },
    #[error("The disk is full: {what} failed. Free some space and start again; what is done is kept. Details: {}", log.display())]
    DiskFull { what: String, log: PathBuf },
    #[error("The tools are kept in {}, which cannot be written ({source}). Set COUNTERBELL_CACHE to a folder that can.", path.display())]
    Cache { path: PathBuf, source: std::io::Error },
    #[error("{what} failed: {reason}. The whole output: {}", log.display())]
    Failed { what: String, reason: String, log: PathBuf },
    #[error(
        "Cargo.lock has wasm-bindgen {locked}, but the pinned tool is {pinned}. Change the version in edge/cli/src/dev/pins.rs or run `cargo update -p wasm-bindgen --precise {pinned}`."
    )]
    WasmBindgenDrift { locked: String, pinned: &'static str },
    #[error("The widget has grown above its budget (widget/budget.toml): {0}.")]
    OverBudget(String),
    #[error(
        "Port {port} is in use, perhaps by another `counterbell dev`. Stop that one, or choose another with `--port {suggestion}`."
    )]
    PortBusy { port: u16, suggestion: u16 },
    #[error(
        "This is not run inside Counterbell's repository, which `dev` and `build` need. Change into it and try again."
    )]
    NoRepository,
    #[error("{} {what}: {source}", path.display())]
    Io { what: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{0}")]
    Other(String),
}

impl SetupError {
    /// For `map_err`: an error of the file system, with the path that it is about.
    pub fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io { what, path, source }
    }

    /// The error for a command that failed: it looks into the output for the usual marks of a missing network.
    pub fn from_output(what: &str, output: &str, log: &Path) -> Self {
        let (what, log) = (what.to_owned(), log.to_path_buf());
        if ["No space left on device", "ENOSPC"].iter().any(|mark| output.contains(mark)) {
            return Self::DiskFull { what, log };
        }
        if looks_like_no_network(output) {
            return Self::Network { what, log };
        }
        Self::Failed { what, reason: reason(output), log }
    }
}

fn looks_like_no_network(output: &str) -> bool {
    const MARKS: [&str; 12] = [
        "Could not resolve host",
        "Couldn't resolve host",
        "Could not connect to server",
        "Failed to connect",
        "dns error",
        "ENOTFOUND",
        "EAI_AGAIN",
        "ECONNREFUSED",
        "ETIMEDOUT",
        "Network is unreachable",
        "NewConnectionError",
        "Temporary failure in name resolution",
    ];
    MARKS.iter().any(|mark| output.contains(mark))
}

/// The first line that begins as errors do, or the last line that says anything.
fn reason(output: &str) -> String {
    let mut lines = output.lines().map(str::trim).filter(|line| !line.is_empty());
    let marked = |line: &&str| {
        ["error:", "error[", "npm error"].iter().any(|mark| line.to_ascii_lowercase().starts_with(mark))
    };
    let line = lines.clone().find(marked).or_else(|| lines.next_back());
    line.unwrap_or("it said nothing").trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_named_in_one_sentence() {
        let check = |output: &str, expected: &str| {
            let error = SetupError::from_output("Installing trunk", output, Path::new("/c/log"));
            assert_eq!(error.to_string(), expected);
        };
        let offline = "There is no network, or a registry cannot be reached: Installing trunk failed. \
                       Connect and start again; what is done is kept. Details: /c/log";
        check("npm error code EAI_AGAIN\n", offline);
        let full = "The disk is full: Installing trunk failed. Free some space and start again; what is done is \
                    kept. Details: /c/log";
        check("npm error code ENOSPC\n", full);
        check("error: failed to write x: No space left on device (os error 28)\n", full);
        check("warning: spurious\n[6] Could not resolve hostname (Could not resolve host: x)\n", offline);
        check(
            "   Compiling a\nerror: linker `cc` not found\n\nnote: more\n",
            "Installing trunk failed: error: linker `cc` not found. The whole output: /c/log",
        );
        check("it\nstopped.\n", "Installing trunk failed: stopped. The whole output: /c/log");
        check("", "Installing trunk failed: it said nothing. The whole output: /c/log");
    }
}
