//! The open escalations of a shop: the list for its people, the position for its shoppers, and the second
//! clock, which finds what is overdue without any traffic.

use super::{Registration, Shop};
use crate::error::Result;
use crate::store::{Store, commit, json};
use counterbell_protocol::agent::{OpenEscalation, People};
use counterbell_protocol::socket::QueueStatus;
use counterbell_protocol::{ConversationId, EscalationId, Owner, ShopId};

/// How often a conversation with an open escalation is looked at.
pub const POKE_MS: u64 = 60_000;
const DEFAULT_TTL_S: u32 = 120;
const MAX_TTL_S: u32 = 3_600;
/// As many as one tick looks at.
const POKED: u64 = 200;
/// As many as one listing carries.
const LISTED: u64 = 500;

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

    fn next_alarm_ms(&self) -> Result<Option<u64>> {
        let row = self.store.row("SELECT min(poke_ms) FROM escalation WHERE open = 1", &[])?;
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
            Some(at_ms) => self.store.set_alarm(Some(at_ms)),
            None => Ok(()),
        }
    }

    /// What is open: the more urgent first, then the longer waiting.
    pub fn open_escalations(&self) -> Result<Vec<OpenEscalation>> {
        let sql = "SELECT body FROM escalation WHERE open = 1 \
                   ORDER BY json_extract(body, '$.priority') DESC, json_extract(body, '$.since_ms') LIMIT ?";
        let rows = self.store.rows(sql, &[LISTED.into()])?;
        rows.iter().map(|row| Ok(listed(row.json(0)?))).collect()
    }

    /// How the wait stands for one escalation. Numbers are the queue's own, or counted here; never guessed.
    pub fn queue_status(&self, now_ms: u64, escalation: &EscalationId) -> Result<QueueStatus> {
        let open = self.open_escalations()?;
        let mine = open.iter().find(|one| one.escalation == *escalation);
        let waiting = |one: &&OpenEscalation| {
            one.owner == Owner::Waiting && mine.is_some_and(|mine| mine.queue == one.queue)
        };
        let position = open.iter().filter(waiting).position(|one| one.escalation == *escalation);
        let people = self.people(now_ms)?.unwrap_or_default();
        Ok(QueueStatus {
            position: position.and_then(|at| u32::try_from(at + 1).ok()),
            wait_low_s: people.wait_low_s,
            wait_high_s: people.wait_high_s,
            people_online: people.online,
        })
    }

    pub fn set_people(&self, now_ms: u64, people: &People) -> Result<()> {
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

    pub fn members(&self) -> Result<Vec<ShopId>> {
        let rows = self.store.rows("SELECT shop FROM member ORDER BY shop", &[])?;
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
mod tests {
    use super::*;
    use crate::store::memory::Memory;

    fn shop() -> Shop<Memory> {
        let shop = Shop::new(Memory::default());
        assert!(!shop.is_set_up().unwrap());
        shop.set_up(0).unwrap();
        shop
    }

    fn told(id: &str, since_ms: u64, epoch: u64, owner: Owner) -> Registration {
        Registration {
            conversation: ConversationId::new(format!("c-{id}")),
            escalation: EscalationId::new(id),
            queue: "default".into(),
            priority: 0,
            since_ms,
            deadline_ms: since_ms + 1,
            owner,
            held_by: None,
            epoch,
        }
    }

    #[test]
    fn positions_follow_the_time_of_asking_and_skip_those_who_are_served() {
        let shop = shop();
        for (id, since_ms) in [("b", 20), ("a", 10), ("c", 30)] {
            shop.register(100, &told(id, since_ms, 2, Owner::Waiting)).unwrap();
        }
        let position = |id: &str| shop.queue_status(100, &EscalationId::new(id)).unwrap().position;
        assert_eq!((position("a"), position("b"), position("c")), (Some(1), Some(2), Some(3)));
        shop.register(100, &told("a", 10, 3, Owner::Person)).unwrap();
        assert_eq!((position("a"), position("b"), position("c")), (None, Some(1), Some(2)));
        // It lapses: back at its old place.
        shop.register(100, &told("a", 10, 4, Owner::Waiting)).unwrap();
        assert_eq!((position("a"), position("b")), (Some(1), Some(2)));
    }

    #[test]
    fn news_that_comes_late_changes_nothing() {
        let shop = shop();
        shop.register(1, &told("a", 1, 3, Owner::Closed)).unwrap();
        shop.register(2, &told("a", 1, 2, Owner::Waiting)).unwrap();
        assert!(shop.open_escalations().unwrap().is_empty());
    }

    #[test]
    fn the_second_clock_finds_what_is_open_each_minute() {
        let shop = shop();
        shop.register(0, &told("a", 0, 2, Owner::Waiting)).unwrap();
        assert_eq!(shop.store.alarm_ms.get(), Some(POKE_MS));
        assert!(shop.take_pokes(POKE_MS - 1).unwrap().is_empty());
        assert_eq!(shop.take_pokes(POKE_MS).unwrap(), [ConversationId::new("c-a")]);
        assert!(shop.take_pokes(POKE_MS).unwrap().is_empty());
        assert_eq!(shop.take_pokes(2 * POKE_MS).unwrap().len(), 1);
        shop.register(2 * POKE_MS, &told("a", 0, 3, Owner::Closed)).unwrap();
        assert_eq!(shop.store.alarm_ms.get(), None);
    }

    #[test]
    fn what_the_queue_said_is_forgotten_in_time() {
        let shop = shop();
        let people = People { online: Some(2), ttl_s: Some(10), ..People::default() };
        shop.set_people(1_000, &people).unwrap();
        assert_eq!(shop.people(10_999).unwrap(), Some(people));
        assert_eq!(shop.people(11_000).unwrap(), None);
    }
}
