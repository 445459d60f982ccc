//! What a person sees while the machine gets ready: numbered steps, elapsed time and a sign of life.
//!
//! It writes to standard error itself, because the test harness swallows what the print macros write.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// On a terminal the line is redrawn; elsewhere a line is added, so less often.
const BEAT_TERMINAL: Duration = Duration::from_millis(250);
const BEAT_LOG: Duration = Duration::from_secs(5);
const LINE_WIDTH: usize = 100;

pub struct Progress {
    terminal: bool,
    total: AtomicUsize,
    current: AtomicUsize,
    out: Mutex<Box<dyn Write + Send>>,
}

/// One step under way. Dropping it without `done` says nothing more: the error does.
pub struct Step<'a> {
    progress: &'a Progress,
    started: Instant,
    last_beat: Mutex<Instant>,
}

impl Progress {
    pub fn stderr() -> Self {
        Self::to(Box::new(std::io::stderr()), std::io::stderr().is_terminal())
    }

    /// For tests and tools that must stay silent.
    pub fn silent() -> Self {
        Self::to(Box::new(std::io::sink()), false)
    }

    fn to(out: Box<dyn Write + Send>, terminal: bool) -> Self {
        Self { terminal, total: AtomicUsize::new(0), current: AtomicUsize::new(0), out: Mutex::new(out) }
    }

    /// Announces how many steps are ahead; the numbering starts again.
    pub fn plan(&self, steps: usize) {
        self.total.store(steps, Ordering::Relaxed);
        self.current.store(0, Ordering::Relaxed);
    }

    /// Starts the next step: `[3/7] installing trunk 0.21.14 (once, about 4 minutes) …`.
    pub fn step(&self, what: &str) -> Step<'_> {
        let number = self.current.fetch_add(1, Ordering::Relaxed) + 1;
        let total = self.total.load(Ordering::Relaxed).max(number);
        self.write(&format!("[{number}/{total}] {what} …\n"));
        let now = Instant::now();
        Step { progress: self, started: now, last_beat: Mutex::new(now) }
    }

    /// A line that is not a step.
    pub fn say(&self, line: &str) {
        self.write(&format!("{line}\n"));
    }

    /// A broken pipe is no reason to stop working, so errors of the writer are let go.
    fn write(&self, text: &str) {
        if let Ok(mut out) = self.out.lock() {
            let _ = out.write_all(text.as_bytes());
            let _ = out.flush();
        }
    }
}

impl Step<'_> {
    /// To be called often: shows the elapsed time and the last line of the tool, at a bearable pace.
    pub fn beat(&self, last_line: &str) {
        let every = if self.progress.terminal { BEAT_TERMINAL } else { BEAT_LOG };
        let Ok(mut last) = self.last_beat.lock() else { return };
        if last.elapsed() < every {
            return;
        }
        *last = Instant::now();
        let line = beat_line(self.started.elapsed(), last_line);
        self.progress.write(&if self.progress.terminal {
            format!("\r\x1b[K{line}")
        } else {
            format!("{line}\n")
        });
    }

    pub fn done(self, detail: &str) {
        let clear = if self.progress.terminal { "\r\x1b[K" } else { "" };
        let separator = if detail.is_empty() { "" } else { ": " };
        self.progress
            .write(&format!("{clear}      done in {}{separator}{detail}\n", spoken(self.started.elapsed())));
    }
}

fn beat_line(elapsed: Duration, last_line: &str) -> String {
    let text = format!("      {} · {}", spoken(elapsed), last_line.trim());
    text.chars().take(LINE_WIDTH).collect()
}

/// `0.4 s`, `12 s`, `3 min 05 s`.
pub fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 60, seconds % 60) {
        (0, s) if s < 10 => format!("{:.1} s", time.as_secs_f64()),
        (0, s) => format!("{s} s"),
        (minutes, s) => format!("{minutes} min {s:02} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn durations_are_spoken() {
        for (ms, expected) in [
            (400, "0.4 s"),
            (9_940, "9.9 s"),
            (12_300, "12 s"),
            (60_000, "1 min 00 s"),
            (3_605_000, "60 min 05 s"),
        ] {
            assert_eq!(spoken(Duration::from_millis(ms)), expected);
        }
    }

    #[test]
    fn a_beat_is_one_short_line() {
        let line = beat_line(Duration::from_secs(65), &format!("  Compiling {}\n", "x".repeat(300)));
        assert!(line.starts_with("      1 min 05 s · Compiling xxx"), "{line}");
        assert_eq!(line.chars().count(), LINE_WIDTH);
    }

    #[test]
    fn steps_are_numbered_and_never_above_the_total() {
        let sink = Sink::default();
        let progress = Progress::to(Box::new(sink.clone()), false);
        progress.plan(1);
        progress.step("one").done("");
        progress.step("two").done("3 files");
        let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text, "[1/1] one …\n      done in 0.0 s\n[2/2] two …\n      done in 0.0 s: 3 files\n");
    }
}
