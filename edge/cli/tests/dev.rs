//! `counterbell dev` as somebody runs it: it prints the addresses, they answer, and no end leaves anything behind.
#![cfg(target_os = "linux")]
// A helper of a test fails as a test does.
#![allow(clippy::unwrap_used, clippy::panic)]

use counterbell::dev::{Progress, ports, prepare};
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const START_LIMIT: Duration = Duration::from_secs(15);
const END_LIMIT: Duration = Duration::from_secs(5);

/// The three ports of this run, and the program.
struct Dev {
    child: Child,
    port: u16,
    began: Instant,
}

impl Dev {
    fn start(port: u16) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_counterbell"));
        command.args(["dev", "--port", &port.to_string()]).stderr(Stdio::piped());
        Self { child: command.spawn().unwrap(), port, began: Instant::now() }
    }

    /// Set-up and builds are done before, so this is the warm start.
    fn answers(&self) {
        for (name, port) in [("edge", self.port), ("shop", self.port + 1), ("desk", self.port + 2)] {
            let url = format!("http://127.0.0.1:{port}/");
            until(&format!("{name} answers"), START_LIMIT, || ureq::get(&url).call().is_ok());
        }
        assert!(self.began.elapsed() < START_LIMIT, "the warm start took {:?}", self.began.elapsed());
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Everything that it started names its folder of state.
    fn children(&self) -> Vec<String> {
        let mark = format!("dev-state/{}/", self.port);
        let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let lines = processes.filter_map(|entry| std::fs::read_to_string(entry.path().join("cmdline")).ok());
        lines.filter(|line| line.contains(&mark)).collect()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < limit, "not within {limit:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A place for three ports that nobody else asks for at the same time.
fn place() -> u16 {
    (0..50).map(|_| ports::free().unwrap()).find(|port| ports::three_from(*port).is_ok()).unwrap()
}

#[test]
fn it_serves_and_leaves_nothing_behind() {
    prepare(&Progress::stderr()).unwrap_or_else(|error| panic!("{error}"));
    let port = place();
    for signal in ["INT", "TERM", "HUP", "KILL"] {
        let mut dev = Dev::start(port);
        dev.answers();
        assert_eq!(dev.children().len(), 1, "workerd runs");
        dev.signal(signal);
        until(&format!("it ends on {signal}"), END_LIMIT, || dev.child.try_wait().unwrap().is_some());
        until(&format!("nothing is left after {signal}"), END_LIMIT, || dev.children().is_empty());
    }
}

#[test]
fn a_busy_port_is_one_sentence() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let mut dev = Dev::start(taken.local_addr().unwrap().port());
    until("it ends", END_LIMIT, || dev.child.try_wait().unwrap().is_some());
    let mut said = String::new();
    dev.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.starts_with("counterbell: Port ") && said.lines().count() == 1, "{said}");
}
