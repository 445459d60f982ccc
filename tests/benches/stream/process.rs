//! Processes of the bench: the model server, how much CPU a process has used, and what a commit costs here.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The model server in a process of its own. It ends when its input does.
pub struct Serving {
    child: Child,
    pub base_url: String,
}

impl Serving {
    pub fn start() -> Self {
        let own = std::env::current_exe().expect("the path of this bench");
        let mut child = Command::new(own)
            .arg("--serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the model server starts");
        let stdout = child.stdout.take().expect("a pipe from the model server");
        let mut base_url = String::new();
        BufReader::new(stdout).read_line(&mut base_url).expect("the model server says where it is");
        Self { child, base_url: base_url.trim().to_owned() }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// User and system time that a process has used so far; nothing where there is no `/proc`.
pub fn cpu(pid: u32) -> Duration {
    /// Linux counts in hundredths of a second on every machine that workerd runs on.
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in the second field may hold anything; after its bracket the fields are plain.
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok());
    TICK * ticks.sum::<u32>()
}

/// How long the disk under temporary folders takes to keep a page for good, at the median.
pub fn commit() -> Duration {
    let mut file = tempfile::tempfile().expect("a temporary file");
    let mut times: Vec<Duration> = (0..21)
        .map(|_| {
            let started = Instant::now();
            file.write_all(&[1; 4096]).and_then(|()| file.sync_data()).expect("a disk with room");
            started.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}
