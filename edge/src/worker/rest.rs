//! An object that breaks, for the disk refused what it stored, is made anew at once and sets its alarm for what
//! is overdue. So that it does not break again some thirty times a second, it rests before it rings.

use super::js;
use std::cell::RefCell;
use std::collections::HashMap;
use worker::State;

/// The platform forgets no object that was used so lately: one that is back has broken.
const BACK_MS: u64 = 5_000;
const REST_MS: u64 = 1_000;
const MAX_KNOWN: usize = 1_000;

thread_local! {
    /// When each object of this isolate was last made.
    static MADE: RefCell<HashMap<String, u64>> = RefCell::new(HashMap::new());
}

/// For an object that is being made: until then it rings for nothing.
pub fn until_ms(state: &State) -> u64 {
    let now_ms = js::now_ms();
    MADE.with_borrow_mut(|made| {
        if made.len() >= MAX_KNOWN {
            made.retain(|_, at_ms| now_ms < *at_ms + BACK_MS);
        }
        match made.insert(state.id().to_string(), now_ms) {
            Some(before_ms) if now_ms < before_ms + BACK_MS => now_ms + REST_MS,
            _ => 0,
        }
    })
}
