//! Who hears of an escalation. A request goes to the targets of its queue, as the settings are then; whatever
//! follows goes where the newest request went, so that neither a transfer nor a target with a new name parts
//! them; and that it is over is for everybody who ever heard of it.

use super::outbox::{Lane, kind};
use super::{Context, Conversation};
use crate::error::Result;
use crate::store::{Store, json};
use counterbell_protocol::EscalationId;
use counterbell_protocol::webhook::{Delivery, What};

/// Every target and fallback that was told of the escalation, or is to be.
const EVERYBODY: &str = "\
    SELECT lane FROM outbox WHERE escalation = ?1 AND kind <> 'register' GROUP BY lane ORDER BY min(n)";

/// The targets of its newest request, and of their fallbacks those that have it.
const AUDIENCE: &str = "\
    SELECT lane FROM outbox WHERE escalation = ?1 \
    AND coalesce(json_extract(lane, '$.target'), json_extract(lane, '$.fallback')) IN \
      (SELECT json_extract(lane, '$.target') FROM outbox WHERE kind = 'requested' AND id = \
        (SELECT id FROM outbox WHERE escalation = ?1 AND kind = 'requested' \
         AND json_extract(lane, '$.target') IS NOT NULL ORDER BY n DESC LIMIT 1)) \
    GROUP BY lane ORDER BY min(n)";

impl<S: Store> Conversation<S> {
    /// One row for each target of the queue, all with one id. Where the shop has no target yet the row waits
    /// under the queue's name, until there is one.
    pub(super) fn request(
        &self,
        cx: &Context,
        queue: &str,
        id: &str,
        escalation: &EscalationId,
        requested: &Delivery,
    ) -> Result<()> {
        let targets = cx.shop.settings.targets_of(queue);
        let mut names: Vec<String> = targets.into_iter().map(|target| target.name.clone()).collect();
        if names.is_empty() {
            names.push(queue.to_owned());
        }
        for name in names {
            let lane = Lane::Target(name);
            self.enqueue(cx, &lane, id, Some(escalation), kind(requested), requested)?;
            self.hurry(cx, &lane)?;
            self.pass_contact_on(cx, escalation, &lane)?;
        }
        Ok(())
    }

    /// What follows a request.
    pub(super) fn tell(&self, cx: &Context, escalation: &EscalationId, delivery: &Delivery) -> Result<()> {
        let who = match delivery.what {
            What::Withdrawn(_) | What::Closed(_) => EVERYBODY,
            _ => AUDIENCE,
        };
        let id = format!("msg_{}", (cx.fresh_id)());
        for row in self.store.rows(who, &[escalation.as_str().into()])? {
            let lane: Lane = row.json(0)?;
            self.enqueue(cx, &lane, &id, Some(escalation), kind(delivery), delivery)?;
            self.stop_if_gone(&lane, escalation)?;
        }
        Ok(())
    }

    /// Whoever is new to an escalation knows from the request what was said, but not how to reach the shopper.
    fn pass_contact_on(&self, cx: &Context, escalation: &EscalationId, lane: &Lane) -> Result<()> {
        let sql = "INSERT INTO outbox (id, kind, lane, escalation, body, made_ms, due_ms) \
                   SELECT id, kind, ?1, escalation, body, ?2, ?2 FROM outbox AS told \
                   WHERE escalation = ?3 AND kind = 'contact_left' \
                   AND NOT EXISTS (SELECT 1 FROM outbox WHERE lane = ?1 AND id = told.id) \
                   GROUP BY id ORDER BY min(n)";
        self.store.run(sql, &[json(lane)?, cx.now_ms.into(), escalation.as_str().into()])?;
        self.stop_if_gone(lane, escalation)
    }
}
