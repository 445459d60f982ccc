//! The outbox: what must reach the human queue and the `Shop` object, in order within a lane, at least
//! once, never dropped. A row is written in the transaction of what it tells of.

use super::{Context, Conversation};
use crate::error::Result;
use crate::store::{Store, json};
use crate::webhook::verdict::Verdict;
use counterbell_policy::delivery;
use counterbell_protocol::EscalationId;
use counterbell_protocol::webhook::{Delivery, What};
use serde::{Deserialize, Serialize};

/// While an attempt is under way nobody else starts one: the wait for the shop's settings, the receiver's, and
/// a margin. A restart frees it at once.
pub(super) const UNDER_WAY_MS: u64 = 30_000;

/// The head of each lane, the row that goes next: the one under way, or the oldest. A request for a person does
/// not stand behind what its target has refused so far, which may be refused for ever; nor behind another request:
/// of several the one goes that is due first.
pub(super) const HEADS: &str = "\
    SELECT coalesce(under_way, CASE WHEN o.tries > 0 THEN \
      (SELECT n FROM outbox WHERE state = 'pending' AND kind = 'requested' AND lane = o.lane \
       ORDER BY due_ms, n LIMIT 1) END, oldest) \
    FROM (SELECT min(n) AS oldest, min(CASE WHEN busy_ms > 0 THEN n END) AS under_way \
      FROM outbox WHERE state = 'pending' GROUP BY lane) JOIN outbox AS o ON o.n = oldest";

/// Where a row goes. The address behind a name is looked up at each attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// A target by its name in the shop's settings.
    Target(String),
    /// That target's fallback.
    Fallback(String),
    /// The shop's own object: the list of open escalations, and the second clock.
    Shop,
    /// The shop's own object too: its list of what was not taken, which must not hold up the other.
    Reports,
}

/// One row that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    pub n: u64,
    /// The stable `webhook-id`.
    pub id: String,
    pub lane: Lane,
    pub body: String,
    pub tries: u32,
    pub made_ms: u64,
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    pub at_ms: u64,
    pub duration_ms: u64,
    pub status: Option<u16>,
    pub error: Option<String>,
    /// The first 1 kB of the answer.
    pub answer: Option<String>,
    pub verdict: Verdict,
}

impl<S: Store> Conversation<S> {
    pub(super) fn enqueue(
        &self,
        cx: &Context,
        lane: &Lane,
        id: &str,
        escalation: Option<&EscalationId>,
        kind: &str,
        body: &impl Serialize,
    ) -> Result<()> {
        let sql = "INSERT INTO outbox (id, kind, lane, escalation, body, made_ms, due_ms) \
                   VALUES (?, ?, ?, ?, ?, ?, ?)";
        let escalation = escalation.map(|id| id.as_str().to_owned());
        let now = cx.now_ms;
        let values =
            [id.into(), kind.into(), json(lane)?, escalation.into(), json(body)?, now.into(), now.into()];
        self.store.run(sql, &values)
    }

    /// A new request does not wait out the back-off of what failed before it in its lane.
    pub(super) fn hurry(&self, cx: &Context, lane: &Lane) -> Result<()> {
        let sql = "UPDATE outbox SET due_ms = ? WHERE state = 'pending' AND lane = ? AND busy_ms <= ? AND due_ms > ?";
        let now = cx.now_ms;
        self.store.run(sql, &[now.into(), json(lane)?, now.into(), now.into()])
    }

    /// Takes the head of a lane, where it is due, and marks it as under way.
    pub fn take_due(&self, now_ms: u64) -> Result<Option<Due>> {
        self.step(|| {
            let sql = format!(
                "SELECT n, id, lane, body, tries, made_ms FROM outbox \
                 WHERE due_ms <= ? AND n IN ({HEADS}) ORDER BY n LIMIT 1"
            );
            let Some(row) = self.store.row(&sql, &[now_ms.into()])? else { return Ok(None) };
            let due = Due {
                n: row.count(0)?,
                id: row.text(1)?,
                lane: row.json(2)?,
                body: row.text(3)?,
                tries: u32::try_from(row.count(4)?).unwrap_or(u32::MAX),
                made_ms: row.count(5)?,
            };
            let busy_until = now_ms + UNDER_WAY_MS;
            let sql = "UPDATE outbox SET due_ms = ?, busy_ms = ? WHERE n = ?";
            self.store.run(sql, &[busy_until.into(), busy_until.into(), due.n.into()])?;
            Ok(Some(due))
        })
    }

    /// Records an attempt and decides when the next one is. `jitter` is uniform in 0..1. For a target that is
    /// gone see [`Self::target_gone`].
    pub fn record_attempt(&self, due: &Due, attempt: &Attempt, jitter: f64) -> Result<()> {
        self.step(|| self.record(due, attempt, jitter))
    }

    pub(super) fn record(&self, due: &Due, attempt: &Attempt, jitter: f64) -> Result<()> {
        // Of a row that was erased meanwhile nothing is kept.
        let sql = "INSERT INTO attempt (outbox, at_ms, duration_ms, status, error, answer) \
                   SELECT n, ?2, ?3, ?4, ?5, ?6 FROM outbox WHERE n = ?1";
        let values = [
            due.n.into(),
            attempt.at_ms.into(),
            attempt.duration_ms.into(),
            attempt.status.map(u64::from).into(),
            attempt.error.clone().into(),
            attempt.answer.clone().into(),
        ];
        self.store.run(sql, &values)?;
        let ended_ms = attempt.at_ms + attempt.duration_ms;
        let (state, due_ms) = after_attempt(due, attempt, ended_ms, jitter);
        // A late attempt of a row that is settled by now changes nothing.
        let sql = "UPDATE outbox SET state = ?, due_ms = ?, busy_ms = 0, tries = ? \
                   WHERE n = ? AND state = 'pending'";
        let tries = u64::from(due.tries) + 1;
        self.store.run(sql, &[state.into(), due_ms.into(), tries.into(), due.n.into()])?;
        self.report(ended_ms, due.n)
    }
}

fn after_attempt(due: &Due, attempt: &Attempt, ended_ms: u64, jitter: f64) -> (&'static str, u64) {
    let elapsed_ms = ended_ms.saturating_sub(due.made_ms);
    match attempt.verdict {
        Verdict::Accepted => ("delivered", ended_ms),
        Verdict::Gone => ("gone", ended_ms),
        Verdict::Failed { retry_after_ms } => {
            match delivery::next_delay_ms(due.tries + 1, elapsed_ms, jitter) {
                Some(delay_ms) => ("pending", ended_ms + delay_ms.max(retry_after_ms.unwrap_or(0))),
                None => ("undeliverable", ended_ms),
            }
        }
    }
}

pub(super) fn kind(delivery: &Delivery) -> &'static str {
    match delivery.what {
        What::Requested(_) => "requested",
        What::Message(_) => "message",
        What::Overdue(_) => "overdue",
        What::Withdrawn(_) => "withdrawn",
        What::ContactLeft(_) => "contact_left",
        What::Closed(_) => "closed",
        What::Rated(_) => "rated",
        What::Erased(_) => "erased",
    }
}
