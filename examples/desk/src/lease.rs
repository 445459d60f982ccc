//! The heartbeat of a claim: renewed every third of its lease while the person's page is open.
//! Someone who walked away stops renewing, and the conversation goes back to the queue.

use crate::case::Case;
use crate::desk::{Change, Desk};
use axum::http::Method;
use counterbell_protocol::ConversationId;
use counterbell_protocol::agent::{Held, Lease};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Renewals are never closer together than this.
const SHORTEST_BEAT: Duration = Duration::from_millis(50);

/// Runs until the claim is over, for whatever reason.
pub async fn keep(desk: Arc<Desk>, id: ConversationId, claim: String, mut lease: Lease) {
    // By our own clock from the answer on: the edge's clock may differ from ours.
    let mut lapses_at = Instant::now() + Duration::from_millis(lease.lease_ms);
    loop {
        sleep(beat(&lease)).await;
        let Some(person) = holder(&desk, &id, &claim) else { return };
        if desk.staff().is_here(&person) {
            let asked_at = Instant::now();
            match renew(&desk, &id, &claim).await {
                Ok(renewed) => {
                    lapses_at = asked_at + Duration::from_millis(renewed.lease_ms);
                    desk.board().with(&id, |case| case.renewed(&claim, renewed.clone()));
                    lease = renewed;
                }
                Err(error) if error.is_final() => return lapse(&desk, &id, &claim),
                Err(_) => {}
            }
        }
        if Instant::now() >= lapses_at {
            return lapse(&desk, &id, &claim);
        }
    }
}

/// The claim is over without our doing: pages show what was not sent.
pub fn lapse(desk: &Desk, id: &ConversationId, claim: &str) {
    if desk.board().with(id, |case| case.lapsed(claim)) == Some(true) {
        desk.announce(Change::Case(id.clone()));
    }
}

async fn renew(desk: &Desk, id: &ConversationId, claim: &str) -> Result<Lease, crate::edge::EdgeError> {
    let held = Held { claim: claim.to_owned() };
    desk.edge.send(Method::POST, &format!("conversations/{id}/renew"), &held).await
}

fn holder(desk: &Desk, id: &ConversationId, claim: &str) -> Option<String> {
    let board = desk.board();
    let hold = board.case(id).and_then(Case::hold)?;
    (hold.claim == claim).then(|| hold.by.id.clone())
}

fn beat(lease: &Lease) -> Duration {
    Duration::from_millis(lease.lease_ms / 3).max(SHORTEST_BEAT)
}
