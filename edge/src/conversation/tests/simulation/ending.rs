//! How every story ends: nobody does anything any more, receivers take what they are sent, and time passes from
//! alarm to alarm. Then all that was promised has come true.

use super::world::World;
use super::*;
use crate::conversation::outbox::Lane;
use crate::shop::Registration;
use crate::store::{Row, json};

/// More than any story needs; an alarm that stands still needs more.
const ALARMS: u32 = 300;

impl World {
    pub fn end(&mut self) {
        self.restart();
        // What was given up meanwhile is asked for by its operator.
        let replayed = self.bench.core.replay(self.now_ms());
        self.note(replayed);
        self.settle();
        self.say_unless(self.bench.core.next_alarm_ms().unwrap().is_none(), "something stays due");
        let left = self.look("SELECT * FROM outbox WHERE state NOT IN ('delivered', 'gone')", &[]);
        self.say_unless(left.is_empty(), &format!("not delivered: {left:?}"));
        self.check_shops_list();
        if self.erased {
            return self.check_erased();
        }
        self.check();
        self.check_wait();
        self.check_delivered();
    }

    fn settle(&mut self) {
        for _ in 0..ALARMS {
            self.deliver();
            while let Some(due) = self.under_way.pop() {
                self.answer(&due, Some(200), None);
            }
            let Some(at_ms) = self.bench.core.store.alarm_ms.get() else { return };
            let then = at_ms.max(self.now_ms());
            self.bench.now_ms.set(then);
            self.ring();
            self.story.push(format!("{then:>12} rings"));
        }
        self.say_unless(false, "the alarm stands still");
    }

    /// What the shop's object lists is what is open, and nothing is listed as not taken that was taken.
    fn check_shops_list(&self) {
        let listed = self.shop.open_escalations(None, None).unwrap().escalations;
        let listed: Vec<_> =
            listed.iter().map(|one| (one.escalation.clone(), one.owner, one.queue.clone())).collect();
        let open = if self.erased { None } else { self.bench.core.open_escalation().unwrap() };
        let open: Vec<_> = open.into_iter().map(|one| (one.id, self.bench.owner(), one.queue)).collect();
        self.say_unless(listed == open, &format!("listed {listed:?}, open {open:?}"));
        for one in self.shop.undelivered(None, None).unwrap().undelivered {
            let gone = self.look(
                "SELECT 1 FROM outbox WHERE id = ? AND state = 'gone'",
                &[one.delivery.as_str().into()],
            );
            self.say_unless(!gone.is_empty(), &format!("listed as not taken: {one:?}"));
        }
    }

    fn check_erased(&mut self) {
        for due in self.taken.iter().filter(|due| !self.gone.contains(&due.lane)) {
            let told: serde_json::Value = serde_json::from_str(&due.body).unwrap();
            let escalation = told["data"]["escalation"].as_str().unwrap();
            let sql = "SELECT 1 FROM outbox WHERE kind = 'erased' AND lane = ? AND escalation = ?";
            let news = self.look(sql, &[json(&due.lane).unwrap(), escalation.into()]);
            self.say_unless(!news.is_empty(), &format!("{:?} was not told of the end", due.lane));
        }
        self.bench.core.files_are_gone().unwrap();
        self.say_unless(self.bench.core.is_over().unwrap(), "the mark of what was erased stays for ever");
    }

    /// Whoever still waits was asked how to be reached, and the queue was told.
    fn check_wait(&self) {
        let state = self.bench.core.state().unwrap();
        self.say_unless(state.held().is_none(), "a claim without a sign of life holds");
        if let Some(open) = self.bench.core.open_escalation().unwrap() {
            self.say_unless(open.contact_asked && open.overdue, &format!("{open:?}"));
        }
        self.say_unless(self.bench.core.draft().unwrap().is_none(), "a draft that nobody writes");
    }

    /// Every escalation was taken by somebody, and so was every way to be reached; whoever was told of it and
    /// wants to hear more was told of its end.
    fn check_delivered(&self) {
        for row in self.look("SELECT id, closed_ms FROM escalation", &[]) {
            let id = row.text(0).unwrap();
            let told = |kinds: &str| {
                let sql = format!(
                    "SELECT DISTINCT lane FROM outbox AS o WHERE escalation = ? AND kind IN ({kinds}) AND state = 'delivered' \
                     AND NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'gone' AND lane = o.lane AND escalation = o.escalation)"
                );
                let rows = self.look(&sql, &[id.as_str().into()]);
                rows.iter().map(|row: &Row| row.text(0).unwrap()).collect::<std::collections::BTreeSet<_>>()
            };
            let took = self
                .taken
                .iter()
                .any(|due| due.body.contains("escalation.requested") && due.body.contains(&id));
            let all_gone = told("'requested'").is_empty();
            self.say_unless(took || all_gone, &format!("nobody took {id}"));
            let ended = self.registered_last(&id);
            if row.int_or_null(1).unwrap().is_some() && ended.owner == Owner::Closed {
                self.say_unless(told("'requested'") == told("'closed'"), &format!("the end of {id}"));
            }
        }
        self.check_contacts();
    }

    fn registered_last(&self, escalation: &str) -> Registration {
        let sql =
            "SELECT body FROM outbox WHERE kind = 'register' AND escalation = ? ORDER BY n DESC LIMIT 1";
        self.look(sql, &[escalation.into()])[0].json(0).unwrap()
    }

    /// Where somebody still waits, who was rung last can reach them.
    fn check_contacts(&self) {
        let Some(open) = self.bench.core.open_escalation().unwrap() else { return };
        let newest = "SELECT id FROM outbox WHERE escalation = ?1 AND kind = 'requested' \
                      AND json_extract(lane, '$.target') IS NOT NULL ORDER BY n DESC LIMIT 1";
        let sql = &format!(
            "SELECT DISTINCT r.lane, c.id FROM outbox AS r JOIN outbox AS c ON c.escalation = r.escalation \
             WHERE r.escalation = ?1 AND c.kind = 'contact_left' AND r.kind = 'requested' AND r.id = ({newest})"
        );
        for row in self.look(sql, &[open.id.as_str().into()]) {
            let lane: Lane = row.json(0).unwrap();
            let has = "SELECT 1 FROM outbox WHERE lane = ? AND id = ? AND state IN ('delivered', 'gone')";
            let has = self.look(has, &[row.text(0).unwrap().into(), row.text(1).unwrap().into()]);
            self.say_unless(!has.is_empty(), &format!("{lane:?} cannot reach the shopper"));
        }
    }
}
