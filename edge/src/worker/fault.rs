//! Faults on demand, for tests that must see what a trap leaves behind. Only where the variable
//! `INJECT_FAULTS` is set, which no deployment does; then the text `@trap` traps in the middle of its
//! transaction, as a bug or a lack of memory would.

use counterbell_protocol::ClientFrame;
use worker::Env;

pub fn is_asked_for(env: &Env, frame: &ClientFrame) -> bool {
    matches!(frame, ClientFrame::Say { text, .. } if text == "@trap")
        && env.var("INJECT_FAULTS").is_ok_and(|value| value.to_string() == "1")
}

pub fn trap() -> ! {
    core::arch::wasm32::unreachable()
}
