//! Finds the Chromium of this machine, and installs the distribution's where that is possible.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// # Panics
/// When there is none and none can be installed, with the one command to run.
pub fn chromium() -> PathBuf {
    find().or_else(install).unwrap_or_else(|| {
        panic!("the browser tests need Chromium: run `apt-get install chromium`, or set CHROME to one")
    })
}

fn find() -> Option<PathBuf> {
    let chosen = std::env::var_os("CHROME").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]).collect::<Vec<_>>();
    let on_path = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    chosen.into_iter().chain(on_path).chain([PathBuf::from(MAC)]).find(|candidate| candidate.is_file())
}

fn install() -> Option<PathBuf> {
    if !Path::new("/usr/bin/apt-get").exists() {
        return None;
    }
    // Not `eprintln!`: the test runner would keep it to itself.
    let _ = writeln!(
        std::io::stderr(),
        "tests: no Chromium here, installing the distribution's (a minute or two)"
    );
    let script = "$0 apt-get update -qq && $0 apt-get install -y -qq chromium";
    let as_root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.starts_with(b"0\n"));
    let prefix = if as_root { "env" } else { "sudo" };
    let status = Command::new("sh").args(["-c", script, prefix]).status().ok()?;
    if status.success() { find() } else { None }
}
