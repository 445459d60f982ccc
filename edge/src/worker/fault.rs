//! Faults on demand, for tests that must see what is left afterwards. Only where the variable
//! `INJECT_FAULTS` names some, with spaces between them, which no deployment does:
//!
//! - `trap`: the text `@trap` traps in the middle of its transaction, as a bug or a lack of memory would;
//! - `alarm_fails`: the first ten alarms of a conversation fail;
//! - `alarm_traps`: every alarm of a conversation traps;
//! - `alarm_silent`: no alarm of a conversation does anything;
//! - `due_fails`: whatever is due in a conversation but its outbox fails, every time;
//! - `late`: a frame with the text `@late` is held up for a second, as by a slow look at the shop's settings;
//! - `no_files`: it is as if there were no bucket;
//! - `hang:PATH`: the first request to one of our objects for that path of [`HANGING`] is never answered, as in an isolate
//!   that has trapped meanwhile;
//! - `hang_settings`: from the text `@hang` on, no request for a shop's settings is ever answered.

use crate::error::{EdgeError, Result};
use counterbell_protocol::ClientFrame;
use std::cell::{Cell, OnceCell};
use std::time::Duration;
use worker::{Delay, Env};

const FAILING_RUNS: u32 = 10;
const LATE: Duration = Duration::from_secs(1);
/// Longer than anybody waits.
const FOR_EVER: Duration = Duration::from_hours(1);

/// What a request to one of our objects may be made to hang in.
const HANGING: [&str; 10] = [
    "/enter",
    "/poke",
    "/queue",
    "/register",
    "/replay_rows",
    "/report",
    "/search",
    "/spend",
    "/take_members",
    "/tick",
];

thread_local! {
    static FAULTS: OnceCell<String> = const { OnceCell::new() };
    static FAILED: Cell<u32> = const { Cell::new(0) };
    static HUNG: Cell<bool> = const { Cell::new(false) };
}

pub fn is_asked_for(env: &Env, frame: &ClientFrame) -> bool {
    says(frame, "@trap") && injected(env, "trap")
}

pub fn hides_bucket(env: &Env) -> bool {
    injected(env, "no_files")
}

pub async fn in_frame(env: &Env, frame: &ClientFrame) {
    if says(frame, "@late") && injected(env, "late") {
        Delay::from(LATE).await;
    }
    if says(frame, "@hang") && injected(env, "hang_settings") {
        HUNG.set(true);
    }
}

pub fn silences_alarm(env: &Env) -> bool {
    injected(env, "alarm_silent")
}

pub fn in_alarm(env: &Env) -> Result<()> {
    if injected(env, "alarm_traps") {
        trap();
    }
    let failed = FAILED.get();
    if failed < FAILING_RUNS && injected(env, "alarm_fails") {
        FAILED.set(failed + 1);
        return Err(EdgeError::internal(format!("injected, {} of {FAILING_RUNS}", failed + 1)));
    }
    Ok(())
}

pub fn in_due(env: &Env) -> Result<()> {
    if injected(env, "due_fails") { Err(EdgeError::internal("injected, as always")) } else { Ok(()) }
}

pub async fn in_object(env: &Env, path: &str) {
    let settings = path == "/snapshot" && HUNG.get() && injected(env, "hang_settings");
    let first = HANGING.contains(&path) && injected(env, &format!("hang:{path}")) && !HUNG.replace(true);
    if settings || first {
        Delay::from(FOR_EVER).await;
    }
}

fn says(frame: &ClientFrame, said: &str) -> bool {
    matches!(frame, ClientFrame::Say { text, .. } if text == said)
}

/// Reading a variable costs a call out of WebAssembly: it is done once.
fn injected(env: &Env, fault: &str) -> bool {
    FAULTS.with(|faults| {
        let read = || env.var("INJECT_FAULTS").map(|value| value.to_string()).unwrap_or_default();
        faults.get_or_init(read).split_whitespace().any(|injected| injected == fault)
    })
}

pub fn trap() -> ! {
    core::arch::wasm32::unreachable()
}
