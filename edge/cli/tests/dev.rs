//! `counterbell dev` as somebody runs it: it prints the addresses, they answer, and no end leaves anything behind.
#![cfg(target_os = "linux")]
// A helper of a test fails as a test does.
#![allow(clippy::unwrap_used, clippy::panic)]

use counterbell::dev::{Progress, ports, prepare};
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a busy machine may take; an idle one needs a second.
const LIMIT: Duration = Duration::from_secs(90);

/// The three ports of this run, and the program.
struct Dev {
    child: Child,
    port: u16,
}

impl Dev {
    fn start(port: u16) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_counterbell"));
        command.args(["dev", "--port", &port.to_string()]).stderr(Stdio::piped());
        // As at many a workplace: what is on this machine must be found all the same.
        command.env("HTTP_PROXY", "http://127.0.0.1:1").env("http_proxy", "http://127.0.0.1:1");
        Self { child: command.spawn().unwrap(), port }
    }

    fn answers(&self) {
        for (name, port) in [("edge", self.port), ("shop", self.port + 1), ("desk", self.port + 2)] {
            let url = format!("http://127.0.0.1:{port}/");
            until(&format!("{name} answers"), LIMIT, || ureq::get(&url).call().is_ok());
        }
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
        until(&format!("it ends on {signal}"), LIMIT, || dev.child.try_wait().unwrap().is_some());
        until(&format!("nothing is left after {signal}"), LIMIT, || dev.children().is_empty());
    }
}

#[test]
fn a_busy_port_is_one_sentence() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let mut dev = Dev::start(taken.local_addr().unwrap().port());
    until("it ends", LIMIT, || dev.child.try_wait().unwrap().is_some());
    let mut said = String::new();
    dev.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.starts_with("counterbell: Port ") && said.lines().count() == 1, "{said}");
}

#[test]
fn a_slip_is_told_before_the_long_part() {
    for (arguments, expected) in [
        (
            &["--llm", "lokal"][..],
            "`--llm lokal`: an address such as `https://llm.example/v1` is expected (or `local`).",
        ),
        (&["--port", "65534"], "65534 is not in 1..=65533"),
        (&["--port", "0"], "0 is not in 1..=65533"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_counterbell"));
        // Where nothing can be set up, whoever begins with that says so instead.
        command.args(arguments).env("COUNTERBELL_CACHE", "/dev/null/no");
        let said = String::from_utf8(command.output().unwrap().stderr).unwrap();
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_one_sentence() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_counterbell"));
    let port = place().to_string();
    command.args(["--port", &port]).env("COUNTERBELL_CACHE", "/dev/null/no");
    let said = String::from_utf8(command.output().unwrap().stderr).unwrap();
    let expected = "counterbell: The tools are kept in /dev/null/no, which cannot be written (Not a directory (os error 20)). \
                    Set COUNTERBELL_CACHE to a folder that can.\n";
    assert_eq!(said, expected);
}
