//! Who gets an escalation that its target does not take: one that is gone, one that has not accepted it in
//! time, one whose people did not claim it by the deadline. The fallback is sent the same bodies under the
//! same ids, and whoever waits is told the truth.

use super::escalate::Escalation;
use super::outbox::{Attempt, Due, Lane};
use super::{Context, Conversation, Effects};
use crate::error::Result;
use crate::store::{Store, json};
use counterbell_protocol::{EscalationId, Owner};

/// After so long without acceptance an escalation goes to the fallback target as well.
pub(super) const FALLBACK_AFTER_MS: u64 = 60_000;

/// Requests of who still waits that a target has not accepted yet, as long as something is to be done about it:
/// its fallback has not got them, or no other target has accepted them and who waits has not been told.
pub(super) const UNACCEPTED: &str = "\
    outbox AS o JOIN escalation AS e ON e.id = o.escalation JOIN conversation AS c \
    WHERE o.state = 'pending' AND o.kind = 'requested' AND (o.fell_back = 0 OR (e.contact_asked = 0 \
      AND NOT EXISTS (SELECT 1 FROM outbox AS a WHERE a.id = o.id AND a.state = 'delivered' \
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE state = 'gone' AND lane = a.lane AND escalation = a.escalation)))) \
    AND e.closed_ms IS NULL AND json_extract(c.state, '$.owner') = 'waiting'";

impl<S: Store> Conversation<S> {
    /// Records that a target wants nothing more, and with it: what waits for it is stopped, but an escalation
    /// that is open goes to the fallback.
    pub fn target_gone(&self, cx: &Context, due: &Due, attempt: &Attempt) -> Result<Effects> {
        self.step(|| {
            self.record(due, attempt, 0.0)?;
            let mut effects = Effects { deliver: true, ..Effects::default() };
            let sql = "SELECT escalation FROM outbox WHERE n = ? AND escalation IS NOT NULL";
            if let Some(row) = self.store.row(sql, &[due.n.into()])? {
                let id = EscalationId(row.text(0)?);
                self.copy_to_fallback(cx, &id, cx.now_ms)?;
                if self.exists()? && !self.has_taker(&id)? {
                    effects = effects.and(self.tell_waiting(cx, &id)?);
                }
            }
            let stop = "UPDATE outbox SET state = 'gone' \
                        WHERE state = 'pending' AND lane = ? AND kind <> 'requested' RETURNING n";
            for stopped in self.store.rows(stop, &[json(&due.lane)?])? {
                self.report(cx.now_ms, stopped.count(0)?)?;
            }
            Ok(effects)
        })
    }

    /// An escalation that was not accepted for a minute goes to the fallback too, and the shopper is told the
    /// truth.
    pub(super) fn fall_back(&self, cx: &Context) -> Result<Effects> {
        let sql = format!("SELECT o.escalation, o.id FROM {UNACCEPTED} AND o.made_ms <= ?");
        let late_ms = cx.now_ms.saturating_sub(FALLBACK_AFTER_MS);
        let late = self.store.rows(&sql, &[late_ms.into()])?;
        let mut effects = Effects::default();
        for row in late {
            let id = EscalationId(row.text(0)?);
            self.copy_to_fallback(cx, &id, late_ms)?;
            if !self.is_accepted(&row.text(1)?)? {
                effects = effects.and(self.tell_waiting(cx, &id)?);
            }
            effects.deliver = true;
        }
        Ok(effects)
    }

    /// A request that was made by then goes to the fallback of its target, once, with all that was told of it;
    /// one that is over rings for nobody.
    pub(super) fn copy_to_fallback(
        &self,
        cx: &Context,
        escalation: &EscalationId,
        made_by_ms: u64,
    ) -> Result<()> {
        let sql = "UPDATE outbox SET fell_back = 1 WHERE escalation = ? AND kind = 'requested' \
                   AND fell_back = 0 AND made_ms <= ? \
                   AND EXISTS (SELECT 1 FROM escalation WHERE id = outbox.escalation AND closed_ms IS NULL) \
                   RETURNING lane";
        for row in self.store.rows(sql, &[escalation.as_str().into(), made_by_ms.into()])? {
            let Lane::Target(name) = row.json::<Lane>(0)? else { continue };
            if cx.shop.settings.target(&name).is_some_and(|target| target.fallback.is_some()) {
                self.copy_lane(cx, escalation, &name)?;
            }
        }
        Ok(())
    }

    /// What the target was told of this escalation, or was to be, in order.
    fn copy_lane(&self, cx: &Context, escalation: &EscalationId, target: &str) -> Result<()> {
        let from = json(&Lane::Target(target.to_owned()))?;
        let to = json(&Lane::Fallback(target.to_owned()))?;
        let sql = "INSERT INTO outbox (id, kind, lane, escalation, body, made_ms, due_ms, fell_back) \
                   SELECT id, kind, ?, escalation, body, ?, ?, 1 FROM outbox AS told \
                   WHERE escalation = ? AND lane = ? AND NOT EXISTS \
                   (SELECT 1 FROM outbox WHERE lane = ? AND id = told.id) ORDER BY n";
        let now = cx.now_ms;
        let values = [to.clone(), now.into(), now.into(), escalation.as_str().into(), from, to];
        self.store.run(sql, &values)
    }

    /// A target that answered 410 hears nothing more of this escalation.
    pub(super) fn stop_if_gone(&self, lane: &Lane, escalation: &EscalationId) -> Result<()> {
        let sql = "UPDATE outbox SET state = 'gone' \
                   WHERE state = 'pending' AND kind <> 'requested' AND lane = ? AND escalation = ? \
                   AND EXISTS (SELECT 1 FROM outbox WHERE state = 'gone' AND lane = ? AND escalation = ?)";
        let (lane, escalation) = (json(lane)?, escalation.as_str());
        self.store.run(sql, &[lane.clone(), escalation.into(), lane, escalation.into()])
    }

    /// Has a target, or a fallback, this request, and wants to hear more?
    fn is_accepted(&self, request: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM outbox AS o WHERE id = ? AND state = 'delivered' AND NOT EXISTS \
                   (SELECT 1 FROM outbox WHERE state = 'gone' AND lane = o.lane AND escalation = o.escalation)";
        Ok(self.store.row(sql, &[request.into()])?.is_some())
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

    pub(super) fn ask_contact_once(&self, cx: &Context, escalation: &Escalation) -> Result<Effects> {
        if escalation.contact_asked {
            return Ok(Effects::default());
        }
        let event = self.ask_contact(cx, escalation, None)?;
        Ok(Effects { events: vec![event], ..Effects::default() })
    }
}
