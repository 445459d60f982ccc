//! Waiting with a deadline: no test sleeps and hopes.

use std::fmt::Display;
use std::future::Future;
use std::time::{Duration, Instant};

/// How often a condition is looked at.
const INTERVAL: Duration = Duration::from_millis(20);

/// Asks `look` until it finds something; panics, naming what was awaited, when `deadline` has passed.
pub async fn until<T, F, Fut>(what: impl Display, deadline: Duration, mut look: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let started = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(started.elapsed() < deadline, "after {deadline:?} still no {what}");
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Looks for the whole of `span` and panics as soon as `look` finds what must not be.
pub async fn never<T, F, Fut>(what: impl Display, span: Duration, mut look: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let started = Instant::now();
    while started.elapsed() < span {
        assert!(look().await.is_none(), "{what} within {:?}", started.elapsed());
        tokio::time::sleep(INTERVAL).await;
    }
}
