//! What is due because time has passed: leases that lapse, deadlines that pass, answers that nobody writes
//! any more, escalations that nobody accepts. The alarm is only a clock; the truth is in the tables.

use super::answer::Finished;
use super::fallback::{FALLBACK_AFTER_MS, UNACCEPTED};
use super::outbox::HEADS;
use super::{Context, Conversation, Effects, change};
use crate::error::Result;
use crate::store::{Store, alarm_afresh_ms};
use crate::webhook::payload;
use counterbell_owner::State;
use counterbell_policy::ModelFacts;
use counterbell_protocol::Owner;
use counterbell_protocol::event::OwnerCause;
use counterbell_protocol::webhook::What;

/// Answers to calls are kept at least 72 h; pruning is lazy.
const KEEP_ANSWERS_MS: u64 = 96 * 3_600_000;

impl<S: Store> Conversation<S> {
    /// Does all that is due by now. Doing it twice changes nothing. What fails keeps nothing else from being
    /// done, and whatever was done is to be told.
    pub fn tick(&self, cx: &Context) -> (Effects, Result<()>) {
        let mut effects = Effects { deliver: true, ..Effects::default() };
        match self.exists() {
            Ok(true) => {}
            // Of what was erased nothing is due but the news of it, which is in the outbox.
            other => return (Effects::default(), other.map(|_| ())),
        }
        let parts: [&dyn Fn() -> Result<Effects>; 5] = [
            &|| self.step(|| self.lapse(cx)),
            &|| self.give_up_turn(cx),
            &|| self.step(|| self.pass_deadline(cx)),
            &|| self.step(|| self.fall_back(cx)),
            &|| self.prune(cx).map(|()| Effects::default()),
        ];
        let mut outcome = Ok(());
        for part in parts {
            match part() {
                Ok(done) => effects = effects.and(done),
                Err(error) => outcome = outcome.and(Err(error)),
            }
        }
        (effects, outcome)
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
             UNION ALL SELECT coalesce(json_extract(state, '$.expires_at_ms'), files_due_ms) FROM conversation)"
        );
        let row = self.store.row(&sql, &[FALLBACK_AFTER_MS.into()])?;
        let at = row.map_or(Ok(None), |row| row.int_or_null(0))?;
        Ok(at.and_then(|at| u64::try_from(at).ok()))
    }

    /// The person is gone: back to the queue, at the old place, with a new deadline.
    pub(super) fn lapse(&self, cx: &Context) -> Result<Effects> {
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
        held: counterbell_owner::Held,
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
        self.tell(cx, &escalation.id, &payload::now(cx.now_ms, what))?;
        self.copy_to_fallback(cx, &escalation.id, cx.now_ms)?;
        effects.deliver = true;
        Ok(effects)
    }

    fn prune(&self, cx: &Context) -> Result<()> {
        let sql = "DELETE FROM idempotency WHERE at_ms < ?";
        self.store.run(sql, &[cx.now_ms.saturating_sub(KEEP_ANSWERS_MS).into()])
    }
}
