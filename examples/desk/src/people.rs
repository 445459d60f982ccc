//! Tells the edge who is here: every 30 s and at each change, so that shoppers read an honest wait.

use crate::desk::Desk;
use axum::http::Method;
use counterbell_protocol::agent::{Done, People};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

const EVERY: Duration = Duration::from_secs(30);
/// Long enough that one missed turn does not empty the shop.
const TTL_S: u32 = 90;
/// Several changes at once are told once.
const SETTLE: Duration = Duration::from_millis(150);

pub async fn keep_telling(desk: Arc<Desk>) {
    loop {
        let people = now(&desk);
        // Not told is told again at the next turn; until then the edge forgets by itself.
        drop(desk.edge.send::<_, Done>(Method::PUT, "people", &people).await);
        drop(timeout(EVERY, desk.people_changed.notified()).await);
        sleep(SETTLE).await;
    }
}

fn now(desk: &Desk) -> People {
    let online = desk.staff().online();
    let estimate = desk.board().history.estimate(online);
    People {
        online: Some(online),
        wait_low_s: estimate.map(|e| e.low_s),
        wait_high_s: estimate.map(|e| e.high_s),
        ttl_s: Some(TTL_S),
    }
}
