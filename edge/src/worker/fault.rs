//! Faults on demand, for tests that must see what is left afterwards. Only where the variable
//! `INJECT_FAULTS` is set, which no deployment does:
//!
//! - `trap`: the text `@trap` traps in the middle of its transaction, as a bug or a lack of memory would;
//! - `alarm_fails`: the first ten times that something is due fail, whoever noticed it;
//! - `alarm_traps`: every alarm of a conversation traps.

use crate::error::{EdgeError, Result};
use counterbell_protocol::ClientFrame;
use std::cell::Cell;
use worker::Env;

const FAILING_RUNS: u32 = 10;

thread_local! {
    static FAILED: Cell<u32> = const { Cell::new(0) };
}

pub fn is_asked_for(env: &Env, frame: &ClientFrame) -> bool {
    matches!(frame, ClientFrame::Say { text, .. } if text == "@trap") && injected(env, "trap")
}

pub fn in_alarm(env: &Env) {
    if injected(env, "alarm_traps") {
        trap();
    }
}

pub fn in_tick(env: &Env) -> Result<()> {
    let failed = FAILED.get();
    if failed < FAILING_RUNS && injected(env, "alarm_fails") {
        FAILED.set(failed + 1);
        return Err(EdgeError::internal(format!("injected, {} of {FAILING_RUNS}", failed + 1)));
    }
    Ok(())
}

fn injected(env: &Env, fault: &str) -> bool {
    env.var("INJECT_FAULTS").is_ok_and(|value| value.to_string() == fault)
}

pub fn trap() -> ! {
    core::arch::wasm32::unreachable()
}
