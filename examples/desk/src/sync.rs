//! Asks the edge which escalations are open: at the start, so that a restart loses nothing, and now and
//! then, so that a webhook that never came is made up for.

use crate::desk::{Change, Desk, now_ms};
use crate::edge::EdgeError;
use counterbell_protocol::agent::Escalations;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

const EVERY: Duration = Duration::from_secs(60);
const FIRST_PAUSE: Duration = Duration::from_millis(500);

pub async fn keep(desk: Arc<Desk>) {
    let mut pause = FIRST_PAUSE;
    loop {
        pause = match once(&desk).await {
            Ok(()) => EVERY,
            // The edge may still be starting, or is being deployed.
            Err(_) => (pause * 2).min(EVERY / 2),
        };
        sleep(pause).await;
    }
}

async fn once(desk: &Arc<Desk>) -> Result<(), EdgeError> {
    let asked = desk.board().asking(now_ms());
    let open = all(desk).await?;
    let ids: Vec<_> = open.escalations.iter().map(|it| it.conversation.clone()).collect();
    desk.board().list(open, &asked, now_ms());
    ids.iter().for_each(|id| crate::feed::ensure(desk, id));
    desk.announce(Change::People);
    Ok(())
}

/// The whole list: what is beyond its first page waits just as well.
async fn all(desk: &Desk) -> Result<Escalations, EdgeError> {
    let mut open: Escalations = desk.edge.get("escalations").await?;
    while let Some(last) = open.next.take() {
        let more: Escalations = desk.edge.get(&format!("escalations?after={last}")).await?;
        open.escalations.extend(more.escalations);
        open.next = more.next;
    }
    Ok(open)
}
