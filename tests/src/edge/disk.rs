//! A disk that a test can hold, or make refuse, under a real workerd. Linux only: there a library of ours
//! (`tests/held_disk`) stands in for the calls by which SQLite writes and syncs. It must not know what is
//! written.

use super::Edge;
use crate::poll;
use crate::shopper::PATIENCE;
use counterbell::dev::Options;
use std::path::PathBuf;

/// At which of SQLite's calls a commit is stopped. Before the write nothing of it is there; before the sync all
/// of it is written, and a power cut might still take it away.
#[derive(Clone, Copy, Debug)]
pub enum At {
    Write,
    Sync,
}

/// The disk under one edge.
#[derive(Debug)]
pub struct Disk {
    /// The file of the order that it obeys.
    order: PathBuf,
}

impl Edge {
    /// One of its own, on a disk that can be held.
    pub async fn start_on_a_disk() -> (Self, Disk) {
        let state = tempfile::tempdir().expect("a folder for the objects");
        let disk = Disk { order: state.path().join("disk") };
        let options = Options::new(state.path())
            .var("ALLOW_LOOPBACK", "1")
            .environment("LD_PRELOAD", library())
            .environment("HELD_DISK", &disk.order);
        (Self::start_in(state, options).await, disk)
    }
}

impl Disk {
    /// From here on whoever commits something with this id in it waits.
    pub fn hold(&self, at: At, id: &str) {
        self.say("hold", at, id);
    }

    /// From here on no commit with this id in it succeeds.
    pub fn fail(&self, at: At, id: &str) {
        self.say("fail", at, id);
    }

    /// What was held is done, and what comes succeeds.
    pub fn release(&self) {
        std::fs::remove_file(&self.order).expect("an order was given");
    }

    /// Waits until a commit was held, or has failed.
    pub async fn met(&self) {
        let met = self.order.with_extension("met");
        poll::until("commit at the disk", PATIENCE, || async { met.exists().then_some(()) }).await;
    }

    fn say(&self, verb: &str, at: At, id: &str) {
        let call = match at {
            At::Write => "write",
            At::Sync => "sync",
        };
        let _ = std::fs::remove_file(self.order.with_extension("met"));
        std::fs::write(&self.order, format!("{verb} {call} {id}")).expect("the order can be written");
    }
}

/// Cargo builds it beside the tests.
fn library() -> PathBuf {
    let beside = std::env::current_exe().expect("the tests are a program").with_file_name("libheld_disk.so");
    assert!(beside.is_file(), "{} is missing", beside.display());
    beside
}
