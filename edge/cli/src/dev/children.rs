//! Starting other programs so that none outlives us, and running a tool with its output in a log.

use super::progress::Step;
use super::{SetupError, files};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

const POLL: Duration = Duration::from_millis(50);

type Order = (Command, Sender<io::Result<Child>>);

/// Spawns `command` so that the system ends it when this process ends, however that happens.
///
/// Linux ties that to the *thread* that spawned, so one thread that never ends does it for all.
pub fn spawn(command: Command) -> io::Result<Child> {
    static SPAWNER: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (orders, inbox) = channel::<Order>();
        std::thread::spawn(move || {
            for (mut command, answer) in inbox {
                let _ = answer.send(command.spawn());
            }
        });
        Mutex::new(orders)
    });
    let (answer, result) = channel();
    let gone = || io::Error::other("the spawning thread is gone");
    spawner.lock().unwrap_or_else(PoisonError::into_inner).send((command, answer)).map_err(|_| gone())?;
    result.recv().map_err(|_| gone())?
}

/// Runs a tool to its end. Its output goes to `log`; its last line is shown as a sign of life.
pub fn run(what: &str, command: Command, log: &Path, step: &Step<'_>) -> Result<String, SetupError> {
    let (status, output) = run_any(what, command, log, step)?;
    if status { Ok(output) } else { Err(SetupError::from_output(what, &output, log)) }
}

/// As `run`, but a failure is an answer: whether it succeeded, and all that it said.
pub fn run_any(
    what: &str,
    mut command: Command,
    log: &Path,
    step: &Step<'_>,
) -> Result<(bool, String), SetupError> {
    files::write(log, "")?;
    let log_file = File::create(log).map_err(SetupError::io("cannot be written", log))?;
    let heard = Arc::new(Mutex::new(Heard { log: log_file, all: Vec::new() }));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error: io::Error| SetupError::Failed {
        what: what.into(),
        reason: error.to_string(),
        log: log.into(),
    };
    let mut child = spawn(command).map_err(failed)?;
    let readers = [listen(child.stdout.take(), &heard), listen(child.stderr.take(), &heard)];
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        step.beat(&last_line(&lock(&heard).all));
        std::thread::sleep(POLL);
    };
    for reader in readers.into_iter().flatten() {
        let _ = reader.join();
    }
    let output = String::from_utf8_lossy(&lock(&heard).all).into_owned();
    Ok((status.success(), output))
}

/// A command for `spawn`. It is ended by the system when the thread that spawned it ends, where that can be
/// had (`setpriv` is part of Linux' util-linux); elsewhere an orderly end still leaves nothing behind.
///
/// It is without what cargo told *us*: those variables would make a nested cargo build everything anew.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = if has_setpriv() {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_cargos_own) {
            command.env_remove(name);
        }
    }
    command.env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1").env("RUST_BACKTRACE", "0");
    command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "90");
    command
}

fn is_cargos_own(name: &str) -> bool {
    const PREFIXES: [&str; 5] =
        ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || name == "OUT_DIR"
}

fn has_setpriv() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let probe =
            Command::new("setpriv").args(["--pdeathsig", "KILL", "true"]).stderr(Stdio::null()).status();
        probe.is_ok_and(|status| status.success())
    })
}

/// What a tool has said so far.
struct Heard {
    log: File,
    all: Vec<u8>,
}

impl Heard {
    fn take(&mut self, bytes: &[u8]) {
        let _ = self.log.write_all(bytes);
        self.all.extend_from_slice(bytes);
    }
}

/// Progress bars redraw their line with a carriage return, so that ends a line too.
fn last_line(output: &[u8]) -> String {
    const TAIL_BYTES: usize = 2_000;
    let tail = output.get(output.len().saturating_sub(TAIL_BYTES)..).unwrap_or_default();
    let text = String::from_utf8_lossy(tail);
    text.split(['\r', '\n']).map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

fn listen(pipe: Option<impl Read + Send + 'static>, heard: &Arc<Mutex<Heard>>) -> Option<JoinHandle<()>> {
    let (mut pipe, heard) = (pipe?, Arc::clone(heard));
    Some(std::thread::spawn(move || {
        let mut buffer = [0; 8_192];
        while let Ok(count) = pipe.read(&mut buffer) {
            match buffer.get(..count) {
                Some(bytes) if count > 0 => lock(&heard).take(bytes),
                _ => break,
            }
        }
    }))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dev::Progress;

    #[test]
    fn the_last_line_is_what_is_drawn_now() {
        for (output, expected) in [
            ("", ""),
            ("   Compiling a\n   Compiling b\n\n", "Compiling b"),
            (
                "   Compiling a\n    Building [=> ] 3/9: b\r    Building [==>] 4/9: c\r",
                "Building [==>] 4/9: c",
            ),
        ] {
            assert_eq!(last_line(output.as_bytes()), expected);
        }
    }

    #[test]
    fn a_tool_that_fails_is_quoted_and_logged() {
        let log = std::env::temp_dir()
            .join(format!("counterbell-{}.log", crate::dev::keys::random_hex(8).unwrap()));
        let progress = Progress::silent();
        let mut failing = command("sh");
        failing.args(["-c", "echo hello; echo 'error: no such thing' >&2; exit 3"]);
        let error = run("Trying", failing, &log, &progress.step("")).unwrap_err().to_string();
        assert!(error.starts_with("Trying failed: error: no such thing. The whole output: "), "{error}");
        assert!(std::fs::read_to_string(&log).unwrap().contains("hello"));
        std::fs::remove_file(log).unwrap();
    }
}
