//! The open escalations of a shop: the list for its people, the position for its shoppers, and the second
//! clock, which finds what is overdue without any traffic.

use super::{Registration, Shop};
use crate::error::{EdgeError, Result};
use crate::store::{Row, Store, alarm_afresh_ms, commit, json};
use counterbell_protocol::agent::{Escalations, OpenEscalation, People};
use counterbell_protocol::socket::QueueStatus;
use counterbell_protocol::{ConversationId, EscalationId, Owner, ShopId};
use std::collections::HashMap;

/// How often a conversation with an open escalation is looked at.
pub const POKE_MS: u64 = 60_000;
const DEFAULT_TTL_S: u32 = 120;
const MAX_TTL_S: u32 = 3_600;
/// As many as one tick looks at.
const POKED: u64 = 200;
/// As many shops as one run of the cron looks at. The platform lets an event make about 1,000 requests, and take
/// 15 minutes: as long as these need if all of them hang, 20 at a time and 40 s each.
pub const LOOKED_AT: u64 = 400;
/// As many as one page of the list carries, at most.
const LISTED: u64 = 500;
/// The order in which those who wait are served: the more urgent first, then the longer waiting. Nothing in
/// it changes while an escalation lives, so that a list read page by page misses nothing.
const PLACE: &str = "-json_extract(body, '$.priority'), json_extract(body, '$.since_ms'), id";

impl<S: Store> Shop<S> {
    /// Takes what a conversation tells. Deliveries may come late or twice: the newest epoch counts.
    pub fn register(&self, now_ms: u64, told: &Registration) -> Result<()> {
        commit(&self.store, || {
            let open = matches!(told.owner, Owner::Waiting | Owner::Person);
            let sql = "INSERT INTO escalation (id, conversation, epoch, body, open, poke_ms) \
                       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET \
                       epoch = excluded.epoch, body = excluded.body, open = excluded.open, \
                       poke_ms = excluded.poke_ms WHERE excluded.epoch >= escalation.epoch";
            let values = [
                told.escalation.as_str().into(),
                told.conversation.as_str().into(),
                told.epoch.into(),
                json(told)?,
                i64::from(open).into(),
                (now_ms + POKE_MS).into(),
            ];
            self.store.run(sql, &values)?;
            let forget = now_ms.saturating_sub(7 * 86_400_000);
            self.store.run("DELETE FROM escalation WHERE open = 0 AND poke_ms < ?", &[forget.into()])?;
            self.store.set_alarm(self.next_alarm_ms()?)
        })
    }

    /// Conversations to look at now; each is due again a minute later.
    pub fn take_pokes(&self, now_ms: u64) -> Result<Vec<ConversationId>> {
        commit(&self.store, || {
            // The older a case, the more seldom: one that nobody takes must not crowd out the others.
            let sql = "UPDATE escalation SET poke_ms = ? + max(?, (? - json_extract(body, '$.since_ms')) / 10) \
                       WHERE id IN (SELECT id FROM escalation WHERE open = 1 AND poke_ms <= ? \
                       ORDER BY poke_ms LIMIT ?) RETURNING conversation";
            let now = now_ms;
            let values = [now.into(), POKE_MS.into(), now.into(), now.into(), POKED.into()];
            let rows = self.store.rows(sql, &values)?;
            self.store.set_alarm(self.next_alarm_ms()?)?;
            rows.iter().map(|row| Ok(ConversationId(row.text(0)?))).collect()
        })
    }

    /// Every open escalation is looked at now: its desk's key is not good any more.
    pub(super) fn look_at_all(&self, now_ms: u64) -> Result<()> {
        self.store.run("UPDATE escalation SET poke_ms = min(poke_ms, ?) WHERE open = 1", &[now_ms.into()])?;
        self.store.set_alarm(self.next_alarm_ms()?)
    }

    pub(super) fn next_alarm_ms(&self) -> Result<Option<u64>> {
        let sql = "SELECT min(at) FROM (SELECT min(poke_ms) AS at FROM escalation WHERE open = 1 \
                   UNION ALL SELECT min(replay_ms) FROM undelivered)";
        let row = self.store.row(sql, &[])?;
        let at = row.map_or(Ok(None), |row| row.int_or_null(0))?;
        Ok(at.and_then(|at| u64::try_from(at).ok()))
    }

    /// For whoever wakes this object: the second clock goes on.
    pub fn wake(&self, now_ms: u64) -> Result<()> {
        if !self.is_set_up()? {
            return Ok(());
        }
        self.set_up(now_ms)?;
        match self.next_alarm_ms()? {
            Some(at_ms) => self.store.set_alarm(Some(alarm_afresh_ms(at_ms, now_ms))),
            None => Ok(()),
        }
    }

    /// What is open, page by page: the more urgent first, then the longer waiting. Where there is more,
    /// `next` says what to ask for as `after`; that escalation may have been closed meanwhile.
    pub fn open_escalations(&self, after: Option<&EscalationId>, limit: Option<u64>) -> Result<Escalations> {
        let limit = limit.unwrap_or(LISTED).clamp(1, LISTED);
        let rows = match after {
            None => {
                let sql = format!("SELECT body FROM escalation WHERE open = 1 ORDER BY {PLACE} LIMIT ?");
                self.store.rows(&sql, &[(limit + 1).into()])?
            }
            Some(after) => self.after(after, limit + 1)?,
        };
        let page = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > page;
        let escalations: Vec<OpenEscalation> =
            rows.iter().take(page).map(|row| Ok(listed(row.json(0)?))).collect::<Result<_>>()?;
        let next = escalations.last().filter(|_| more).map(|last| last.escalation.clone());
        Ok(Escalations { escalations, next })
    }

    fn after(&self, after: &EscalationId, limit: u64) -> Result<Vec<Row>> {
        let known = "SELECT 1 FROM escalation WHERE id = ?";
        if self.store.row(known, &[after.as_str().into()])?.is_none() {
            let detail = "There is no escalation of this id here: begin again without `after`.";
            return Err(EdgeError::bad_request("bad_after", detail));
        }
        let sql = format!(
            "SELECT body FROM escalation WHERE open = 1 \
             AND ({PLACE}) > (SELECT {PLACE} FROM escalation WHERE id = ?) ORDER BY {PLACE} LIMIT ?"
        );
        self.store.rows(&sql, &[after.as_str().into(), limit.into()])
    }

    /// How the wait stands for one escalation. Numbers are the queue's own, or counted here; never guessed.
    pub fn queue_status(&self, now_ms: u64, escalation: &EscalationId) -> Result<QueueStatus> {
        let sql = format!(
            "SELECT count(*) FROM escalation, (SELECT json_extract(body, '$.queue') AS queue, open AS mine, \
             json_extract(body, '$.owner') AS owner FROM escalation WHERE id = ?) AS me \
             WHERE mine = 1 AND owner = 'waiting' AND open = 1 \
             AND json_extract(body, '$.owner') = 'waiting' AND json_extract(body, '$.queue') = me.queue \
             AND ({PLACE}) <= (SELECT {PLACE} FROM escalation WHERE id = ?)"
        );
        let id = escalation.as_str();
        let ahead = self.store.row(&sql, &[id.into(), id.into()])?.map_or(Ok(0), |row| row.count(0))?;
        let position = u32::try_from(ahead).ok().filter(|position| *position > 0);
        self.status(now_ms, position)
    }

    /// The first of those who wait, each with how the wait stands in its queue.
    pub fn line(&self, now_ms: u64, limit: u64) -> Result<Vec<(OpenEscalation, QueueStatus)>> {
        let sql = format!(
            "SELECT body FROM escalation WHERE open = 1 AND json_extract(body, '$.owner') = 'waiting' \
             ORDER BY {PLACE} LIMIT ?"
        );
        let mut places: HashMap<String, u32> = HashMap::new();
        let mut line = Vec::new();
        for row in self.store.rows(&sql, &[limit.into()])? {
            let one = listed(row.json(0)?);
            let place = places.entry(one.queue.clone()).or_default();
            *place += 1;
            let status = self.status(now_ms, Some(*place))?;
            line.push((one, status));
        }
        Ok(line)
    }

    fn status(&self, now_ms: u64, position: Option<u32>) -> Result<QueueStatus> {
        let people = self.people(now_ms)?.unwrap_or_default();
        Ok(QueueStatus {
            position,
            wait_low_s: people.wait_low_s,
            wait_high_s: people.wait_high_s,
            people_online: people.online,
        })
    }

    pub fn set_people(&self, now_ms: u64, people: &People) -> Result<()> {
        if let (Some(low), Some(high)) = (people.wait_low_s, people.wait_high_s)
            && low > high
        {
            let detail = "`wait_low_s` is above `wait_high_s`: shoppers would read it.";
            return Err(EdgeError::bad_request("bad_people", detail));
        }
        let ttl_s = people.ttl_s.unwrap_or(DEFAULT_TTL_S).min(MAX_TTL_S);
        let until_ms = now_ms + u64::from(ttl_s) * 1_000;
        let sql = "INSERT OR REPLACE INTO people (one, body, until_ms) VALUES (1, ?, ?)";
        self.store.run(sql, &[json(people)?, until_ms.into()])
    }

    /// What the queue said of itself, while it still counts.
    pub fn people(&self, now_ms: u64) -> Result<Option<People>> {
        let sql = "SELECT body FROM people WHERE until_ms > ?";
        self.store.row(sql, &[now_ms.into()])?.map(|row| row.json(0)).transpose()
    }

    /// The directory: which shops there are, for the cron. Kept by one object of its own.
    pub fn add_member(&self, shop: &ShopId) -> Result<()> {
        self.store.run("INSERT OR IGNORE INTO member (shop) VALUES (?)", &[shop.as_str().into()])
    }

    /// Shops for the cron to look at now: those that it has not looked at for longest. So each has its turn
    /// in as many runs as it takes to go round once, a new one before the others.
    pub fn take_members(&self, now_ms: u64) -> Result<Vec<ShopId>> {
        let sql = "UPDATE member SET looked_ms = ? WHERE shop IN \
                   (SELECT shop FROM member ORDER BY looked_ms, shop LIMIT ?) RETURNING shop";
        let rows = self.store.rows(sql, &[now_ms.into(), LOOKED_AT.into()])?;
        rows.iter().map(|row| Ok(ShopId(row.text(0)?))).collect()
    }
}

fn listed(told: Registration) -> OpenEscalation {
    OpenEscalation {
        escalation: told.escalation,
        conversation: told.conversation,
        queue: told.queue,
        priority: told.priority,
        since_ms: told.since_ms,
        deadline_ms: told.deadline_ms,
        owner: told.owner,
        held_by: told.held_by,
    }
}

#[cfg(test)]
mod tests;
