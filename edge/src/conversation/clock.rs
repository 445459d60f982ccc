//! What is due because time has passed: leases that lapse, deadlines that pass, answers that nobody writes
//! any more, escalations that nobody accepts. The alarm is only a clock; the truth is in the tables.

use super::answer::Finished;
use super::escalate::Escalation;
use super::outbox::{Due, FALLBACK_AFTER_MS, HEADS, Lane};
use super::owner::State;
use super::{Context, Conversation, Effects, change};
use crate::error::Result;
use crate::store::{Store, alarm_afresh_ms, json};
use crate::webhook::payload;
use counterbell_policy::ModelFacts;
use counterbell_protocol::event::OwnerCause;
use counterbell_protocol::webhook::What;
use counterbell_protocol::{EscalationId, Owner};

/// Answers to calls are kept at least 72 h; pruning is lazy.
const KEEP_ANSWERS_MS: u64 = 96 * 3_600_000;

/// Requests that no target has accepted yet, as long as something is to be done about it: the fallback has not
/// got them, or who waits has not been told.
const UNACCEPTED: &str = "\
    outbox AS o JOIN escalation AS e ON e.id = o.escalation JOIN conversation AS c \
    WHERE o.state = 'pending' AND o.kind = 'requested' AND (o.fell_back = 0 \
    OR (e.contact_asked = 0 AND e.closed_ms IS NULL AND json_extract(c.state, '$.owner') = 'waiting'))";

impl<S: Store> Conversation<S> {
    /// Does all that is due by now. Doing it twice changes nothing.
    pub fn tick(&self, cx: &Context) -> Result<Effects> {
        if !self.exists()? {
            return Ok(Effects::default());
        }
        let lapsed = self.step(|| self.lapse(cx))?;
        let given_up = self.give_up_turn(cx)?;
        let overdue = self.step(|| self.pass_deadline(cx))?;
        let fell_back = self.step(|| self.fall_back(cx))?;
        self.prune(cx)?;
        let deliver = Effects { deliver: true, ..Effects::default() };
        Ok(lapsed.and(given_up).and(overdue).and(fell_back).and(deliver))
    }

    /// For whoever wakes this object: sets the alarm again, and makes due what went with the memory of
    /// before: the answer being written, the attempts under way.
    pub fn wake(&self, now_ms: u64) -> Result<()> {
        self.store.run("UPDATE turn SET watch_ms = ?", &[now_ms.into()])?;
        // So are attempts: whether they arrived is not known, and twice is better than late.
        let sql = "UPDATE outbox SET due_ms = ?, busy_ms = 0 WHERE state = 'pending' AND busy_ms > 0";
        self.store.run(sql, &[now_ms.into()])?;
        match self.next_alarm_ms()? {
            Some(at_ms) => self.store.set_alarm(Some(alarm_afresh_ms(at_ms, now_ms))),
            None => Ok(()),
        }
    }

    /// A target wants nothing more: what waits for it is stopped, but the escalation goes to the fallback.
    pub fn target_gone(&self, cx: &Context, due: &Due) -> Result<Effects> {
        self.step(|| {
            let stop = "UPDATE outbox SET state = 'gone' \
                        WHERE state = 'pending' AND lane = ? AND kind <> 'requested' RETURNING n";
            for stopped in self.store.rows(stop, &[json(&due.lane)?])? {
                self.report(cx.now_ms, stopped.count(0)?)?;
            }
            let sql = "SELECT escalation FROM outbox WHERE n = ? AND escalation IS NOT NULL";
            let mut effects = Effects { deliver: true, ..Effects::default() };
            if let Some(row) = self.store.row(sql, &[due.n.into()])? {
                let id = EscalationId(row.text(0)?);
                self.copy_to_fallback(cx, &id, cx.now_ms)?;
                if !self.has_taker(&id)? {
                    effects = effects.and(self.tell_waiting(cx, &id)?);
                }
            }
            Ok(effects)
        })
    }

    /// Is there a target that has accepted the request, or may accept it yet?
    fn has_taker(&self, escalation: &EscalationId) -> Result<bool> {
        let sql = "SELECT 1 FROM outbox AS o WHERE escalation = ? AND kind = 'requested' \
                   AND state IN ('pending', 'delivered') AND NOT EXISTS \
                   (SELECT 1 FROM outbox WHERE state = 'gone' AND lane = o.lane AND escalation = o.escalation)";
        Ok(self.store.row(sql, &[escalation.as_str().into()])?.is_some())
    }

    /// Who still waits hears the truth: nobody has it, and how may we reach you?
    fn tell_waiting(&self, cx: &Context, id: &EscalationId) -> Result<Effects> {
        match (self.escalation(id)?, self.state()?.owner()) {
            (Some(escalation), Owner::Waiting) => self.ask_contact_once(cx, &escalation),
            _ => Ok(Effects::default()),
        }
    }

    /// When something is due next.
    pub(super) fn next_alarm_ms(&self) -> Result<Option<u64>> {
        let sql = format!(
            "SELECT min(at) FROM (\
             SELECT min(due_ms) AS at FROM outbox WHERE n IN ({HEADS}) \
             UNION ALL SELECT min(o.made_ms) + ? FROM {UNACCEPTED} \
             UNION ALL SELECT watch_ms FROM turn \
             UNION ALL SELECT e.deadline_ms FROM escalation e, conversation c \
               WHERE e.overdue = 0 AND e.closed_ms IS NULL \
               AND json_extract(c.state, '$.owner') = 'waiting' \
             UNION ALL SELECT json_extract(state, '$.expires_at_ms') FROM conversation)"
        );
        let row = self.store.row(&sql, &[FALLBACK_AFTER_MS.into()])?;
        let at = row.map_or(Ok(None), |row| row.int_or_null(0))?;
        Ok(at.and_then(|at| u64::try_from(at).ok()))
    }

    /// The person is gone: back to the queue, at the old place, with a new deadline.
    fn lapse(&self, cx: &Context) -> Result<Effects> {
        let State::Person(held) = self.state()? else { return Ok(Effects::default()) };
        if held.expires_at_ms > cx.now_ms {
            return Ok(Effects::default());
        }
        self.back_to_queue(cx, held, OwnerCause::Lapsed, None)
    }

    /// A claim ends and the escalation waits again; `queue` where it goes to another one.
    pub(super) fn back_to_queue(
        &self,
        cx: &Context,
        held: super::owner::Held,
        cause: OwnerCause,
        queue: Option<&str>,
    ) -> Result<Effects> {
        let id = held.escalation.clone();
        let state = State::Waiting(held.give_back());
        let deadline_ms = cx.now_ms + u64::from(cx.shop.settings.handoff.deadline_s) * 1_000;
        let sql =
            "UPDATE escalation SET deadline_ms = ?, overdue = 0, queue = coalesce(?, queue) WHERE id = ?";
        self.store.run(sql, &[deadline_ms.into(), queue.map(str::to_owned).into(), id.as_str().into()])?;
        let mut change = change(&state, cause);
        change.deadline_ms = Some(deadline_ms);
        let event = self.become_state(cx, &state, change)?;
        let mut events = vec![event];
        if let Some(escalation) = self.escalation(&id)? {
            if !escalation.contact_asked {
                events.extend(self.ask_contact_if_closed(cx, &escalation)?);
            }
            self.announce_again(cx, &escalation)?;
            self.register(cx, &escalation, Owner::Waiting, None)?;
        }
        Ok(Effects { events, deliver: true, ..Effects::default() })
    }

    /// The writer of the open turn is gone (a crash, a freeze): another begins, or the shopper gets a person.
    fn give_up_turn(&self, cx: &Context) -> Result<Effects> {
        let sql = "SELECT 1 FROM turn WHERE watch_ms <= ?";
        if self.store.row(sql, &[cx.now_ms.into()])?.is_none() {
            return Ok(Effects::default());
        }
        if let Some(again) = self.step(|| self.begin_again(cx))? {
            return Ok(again);
        }
        let Some((turn, text)) = self.open_turn()? else { return Ok(Effects::default()) };
        let model = ModelFacts { down: true, ..ModelFacts::default() };
        self.finish(cx, &turn, &Finished { text, cut: true, model, ..Finished::default() })
    }

    /// Nobody came by the deadline: the shopper is asked how to be reached, and the queue is told.
    fn pass_deadline(&self, cx: &Context) -> Result<Effects> {
        let State::Waiting(waiting) = self.state()? else { return Ok(Effects::default()) };
        let Some(escalation) = self.escalation(&waiting.escalation)? else {
            return Ok(Effects::default());
        };
        if escalation.overdue || escalation.deadline_ms > cx.now_ms {
            return Ok(Effects::default());
        }
        self.store.run("UPDATE escalation SET overdue = 1 WHERE id = ?", &[escalation.id.as_str().into()])?;
        let mut effects = self.ask_contact_once(cx, &escalation)?;
        let what = What::Overdue(payload::about(&self.about()?, &escalation.id));
        self.enqueue_delivery(cx, &escalation.queue, &escalation.id, &payload::now(cx.now_ms, what))?;
        self.copy_to_fallback(cx, &escalation.id, cx.now_ms)?;
        effects.deliver = true;
        Ok(effects)
    }

    /// An escalation that was not accepted for a minute goes to the fallback too, under the same id, and the
    /// shopper is told the truth.
    fn fall_back(&self, cx: &Context) -> Result<Effects> {
        let sql = format!("SELECT DISTINCT o.escalation FROM {UNACCEPTED} AND o.made_ms <= ?");
        let late_ms = cx.now_ms.saturating_sub(FALLBACK_AFTER_MS);
        let late = self.store.rows(&sql, &[late_ms.into()])?;
        let mut effects = Effects::default();
        for row in late {
            let id = EscalationId(row.text(0)?);
            self.copy_to_fallback(cx, &id, late_ms)?;
            effects = effects.and(self.tell_waiting(cx, &id)?);
            effects.deliver = true;
        }
        Ok(effects)
    }

    /// What was made by then goes to the fallback of its target too: the same body, the same id, once.
    fn copy_to_fallback(&self, cx: &Context, escalation: &EscalationId, made_by_ms: u64) -> Result<()> {
        let sql = "SELECT n, id, lane, body FROM outbox \
                   WHERE escalation = ? AND kind = 'requested' AND fell_back = 0 AND made_ms <= ?";
        for row in self.store.rows(sql, &[escalation.as_str().into(), made_by_ms.into()])? {
            let n = row.count(0)?;
            self.store.run("UPDATE outbox SET fell_back = 1 WHERE n = ?", &[n.into()])?;
            let Lane::Target(name) = row.json::<Lane>(2)? else { continue };
            let has_one = cx
                .shop
                .settings
                .targets
                .iter()
                .any(|target| target.name == name && target.fallback.is_some());
            if has_one {
                let sql = "INSERT INTO outbox (id, kind, lane, escalation, body, made_ms, due_ms, fell_back) \
                           VALUES (?, 'requested', ?, ?, ?, ?, ?, 1)";
                let now = cx.now_ms;
                self.store.run(
                    sql,
                    &[
                        row.text(1)?.into(),
                        json(&Lane::Fallback(name))?,
                        escalation.as_str().into(),
                        row.text(3)?.into(),
                        now.into(),
                        now.into(),
                    ],
                )?;
            }
        }
        Ok(())
    }

    fn ask_contact_once(&self, cx: &Context, escalation: &Escalation) -> Result<Effects> {
        if escalation.contact_asked {
            return Ok(Effects::default());
        }
        let event = self.ask_contact(cx, escalation, None)?;
        Ok(Effects { events: vec![event], ..Effects::default() })
    }

    fn prune(&self, cx: &Context) -> Result<()> {
        let sql = "DELETE FROM idempotency WHERE at_ms < ?";
        self.store.run(sql, &[cx.now_ms.saturating_sub(KEEP_ANSWERS_MS).into()])
    }
}
