//! Waiting with an end: an object of a trapped isolate never answers, and nobody may hang with it.

use crate::error::{EdgeError, Result};
use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use worker::{AbortController, AbortSignal, Delay};

/// What `work` gives, or an error when it has given nothing by then.
pub async fn within<T>(limit_ms: u64, work: impl Future<Output = Result<T>>) -> Result<T> {
    let limit = Delay::from(Duration::from_millis(limit_ms));
    match select(pin!(work), pin!(limit)).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => Err(EdgeError::internal(format!("no answer within {limit_ms} ms"))),
    }
}

/// The same for work that ends with a signal: a call that is merely not waited for keeps its event open.
pub async fn ended_within<T, W: Future<Output = Result<T>>>(
    limit_ms: u64,
    work: impl FnOnce(AbortSignal) -> W,
) -> Result<T> {
    let abort = AbortController::default();
    let done = within(limit_ms, work(abort.signal())).await;
    if done.is_err() {
        abort.abort();
    }
    done
}
