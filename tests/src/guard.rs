//! A process that ends with the tests, however they end: a shell holds one end of a pipe, and when the
//! other end closes (drop, panic, `kill -9`) it kills the process by its id and clears its folder away.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use tokio::process::{Child, Command};

/// `$1` is the folder to remove; the rest is the command.
const WATCH: &str = r#"folder=$1; shift
"$@" </dev/null >/dev/null 2>"$folder.log" &
pid=$!
read -r _
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
# Its children end a moment later, and may still write.
for again in 1 2 3 4 5; do rm -rf "$folder" 2>/dev/null && break; sleep 0.2; done
rm -f "$folder.log""#;

/// Kills its process when dropped.
pub struct Guarded {
    // Its stdin is the pipe.
    _shell: Child,
}

impl Guarded {
    /// Starts `program`; `folder` is its own and goes with it. What it says goes to `FOLDER.log`.
    pub fn start(program: &Path, arguments: &[&OsStr], folder: &Path) -> Self {
        let shell = Command::new("sh")
            .arg("-c")
            .arg(WATCH)
            .arg("guard")
            .args([folder.as_os_str(), program.as_os_str()])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // Ctrl-C reaches the tests alone; the pipe does the rest.
            .process_group(0)
            .spawn()
            .unwrap_or_else(|e| panic!("{} does not start: {e}", program.display()));
        Self { _shell: shell }
    }
}
