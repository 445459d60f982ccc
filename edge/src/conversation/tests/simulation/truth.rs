//! What must hold after each step, whatever it was.

use super::super::erase::stored;
use super::world::World;
use super::*;
use crate::conversation::outbox::Due;
use crate::store::{Row, Store, Value};
use counterbell_protocol::event::{Author, OwnerCause};
use std::collections::HashMap;

impl World {
    pub fn say_unless(&self, holds: bool, what: &str) {
        assert!(holds, "{what}\n{}", self.story.join("\n"));
    }

    /// Looks into the store; a fault that waits there is not for us.
    pub fn look(&self, sql: &str, values: &[Value]) -> Vec<Row> {
        let store = &self.bench.core.store;
        let fault = store.fail_after.take();
        let rows = store.rows(sql, values).unwrap();
        store.fail_after.set(fault);
        rows
    }

    pub fn check(&mut self) {
        self.check_alarm();
        self.check_lanes();
        if self.erased {
            let stored = stored(&self.bench);
            self.say_unless(!stored.contains("zqx"), "something that was said outlived its erasing");
            return;
        }
        self.check_log();
        self.check_owner();
        self.check_escalations();
    }

    fn check_alarm(&self) {
        let next_ms = self.bench.core.next_alarm_ms().unwrap();
        let alarm_ms = self.bench.core.store.alarm_ms.get();
        // Whoever wakes the object sets it some milliseconds later; and it does not hear of a clock that is set.
        let late_ms = 16 + self.set_back_ms;
        let in_time = |next: u64| alarm_ms.is_some_and(|at| at <= next.max(self.now_ms()) + late_ms);
        let rings = next_ms.is_none_or(in_time);
        self.say_unless(rings || self.alarm_lost, &format!("due {next_ms:?}, alarm {alarm_ms:?}"));
    }

    fn check_lanes(&self) {
        let now = self.now_ms();
        let busy = "SELECT lane FROM outbox WHERE state = 'pending' AND busy_ms > ? GROUP BY lane HAVING count(*) > 1";
        let busy = self.look(busy, &[now.into()]);
        self.say_unless(busy.is_empty() || self.set_back_ms > 0, &format!("two at once: {busy:?}"));
        let bodies =
            "SELECT id FROM outbox WHERE kind <> 'report' GROUP BY id HAVING count(DISTINCT body) > 1";
        let bodies = self.look(bodies, &[]);
        self.say_unless(bodies.is_empty(), &format!("one id, two bodies: {bodies:?}"));
    }

    /// Nobody hears how an escalation goes on before being told that it is.
    pub fn check_order(&self, due: &Due) {
        let sql = "SELECT f.kind FROM outbox AS d JOIN outbox AS f ON f.lane = d.lane AND f.escalation = d.escalation \
                   WHERE d.n = ? AND d.kind NOT IN ('requested', 'register', 'erased') \
                   AND f.kind = 'requested' AND (f.n > d.n OR f.state = 'pending') \
                   AND f.n = (SELECT min(n) FROM outbox WHERE lane = d.lane AND escalation = d.escalation)";
        let early = self.look(sql, &[due.n.into()]);
        self.say_unless(early.is_empty() || self.replayed, &format!("{} came before its request", due.body));
        let sql = "SELECT 1 FROM outbox AS d WHERE n = ? AND kind NOT IN ('requested', 'register', 'erased', 'report') \
                   AND NOT EXISTS (SELECT 1 FROM outbox WHERE lane = d.lane AND escalation = d.escalation \
                   AND kind = 'requested')";
        self.say_unless(self.look(sql, &[due.n.into()]).is_empty(), &format!("{} has no request", due.body));
    }

    fn check_log(&mut self) {
        let log = self.bench.log();
        self.say_unless(log.starts_with(&self.log), "the log has changed");
        for (seq, event) in (1..).zip(&log) {
            self.say_unless(event.seq == seq, "the log has a gap");
        }
        let mut said: HashMap<&str, u32> = HashMap::new();
        for event in &log {
            if let EventBody::Message(message) = &event.event {
                *said.entry(message.id.as_str()).or_default() += 1;
            }
        }
        self.say_unless(said.values().all(|times| *times == 1), "a message is in the log twice");
        for frame in &self.sent {
            if let ClientFrame::Say { id, .. } = frame {
                self.say_unless(said.contains_key(id.as_str()), "an acknowledged message is lost");
            }
        }
        for (id, _) in &self.replied {
            self.say_unless(said.contains_key(id.as_str()), "an acknowledged reply is lost");
        }
        self.log = log;
    }

    /// By the log alone: who had it when each message was said, and one epoch after the other.
    fn check_owner(&self) {
        let (mut owner, mut name, mut epoch, mut cause) = (Owner::Assistant, None, 0, OwnerCause::Opened);
        for event in &self.log {
            match &event.event {
                EventBody::Owner(change) => {
                    self.say_unless(change.epoch == epoch + 1, "an epoch is missing");
                    (owner, name) = (change.owner, change.name.clone());
                    (epoch, cause) = (change.epoch, change.cause);
                }
                EventBody::Message(message) => {
                    let may = match message.from {
                        Author::Person => owner == Owner::Person && message.name == name,
                        Author::Assistant => matches!(owner, Owner::Assistant | Owner::Waiting),
                        _ => true,
                    };
                    self.say_unless(may, &format!("{message:?} under {owner:?} since {cause:?}"));
                }
                _ => {}
            }
        }
        let state = self.bench.core.state().unwrap();
        self.say_unless((owner, epoch) == (state.owner(), state.epoch()), "the log tells another owner");
    }

    fn check_escalations(&self) {
        let open = self.look("SELECT id FROM escalation WHERE closed_ms IS NULL", &[]);
        let open: Vec<String> = open.iter().map(|row| row.text(0).unwrap()).collect();
        let state = self.bench.core.state().unwrap();
        let named: Vec<String> = state.escalation().map(ToString::to_string).into_iter().collect();
        self.say_unless(open == named, &format!("open are {open:?}, the state names {named:?}"));
        let asked = self.log.iter().filter_map(|event| match &event.event {
            EventBody::Owner(change) => change.escalation.clone(),
            _ => None,
        });
        for id in asked {
            let sql = "SELECT 1 FROM outbox WHERE escalation = ? AND kind = 'requested'";
            self.say_unless(!self.look(sql, &[id.as_str().into()]).is_empty(), "a handoff without a request");
        }
    }

    pub fn is_in_log(&self, id: &str) -> bool {
        !self.look("SELECT 1 FROM log WHERE json_extract(body, '$.id') = ?", &[id.into()]).is_empty()
    }
}
