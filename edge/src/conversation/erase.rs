//! Forgetting a conversation, because a shopper asked for it or the shop keeps nothing longer. Everything that
//! was said, and everything that tells of it, goes in one transaction. What stays is a mark that it was here, and
//! the news of its end, until whoever was sent a part of it has heard and the files are gone.

use super::escalate::Escalation;
use super::outbox::{Lane, kind};
use super::{Context, Conversation, Effects, schema};
use crate::error::Result;
use crate::shop::Report;
use crate::store::{Store, Value, json, migrate};
use crate::webhook::payload;
use counterbell_owner::State;
use counterbell_protocol::webhook::{About as Case, What};
use counterbell_protocol::{EscalationId, Owner};

/// Tables that hold words of the shopper, of the shop's people or of the model, or answers to them.
const TABLES: [&str; 9] =
    ["log", "taken", "turn", "note", "decision", "idempotency", "attempt", "outbox", "escalation"];
/// Between two tries to delete the files.
const FILES_AGAIN_MS: u64 = 60_000;

/// Who was sent something of an escalation, or is being sent it.
struct Told {
    lane: Lane,
    escalation: EscalationId,
    /// Until then an attempt may be under way: the news must not overtake it.
    busy_ms: u64,
}

impl<S: Store> Conversation<S> {
    /// Doing it again changes nothing. 404 where nothing was opened here.
    pub fn erase(&self, cx: &Context) -> Result<Effects> {
        self.step(|| {
            self.place()?;
            if !self.exists()? {
                return Ok(());
            }
            let (told, reports, escalations) = (self.told()?, self.reports()?, self.escalations()?);
            let (state, place) = (self.state()?, self.place()?);
            for table in TABLES {
                self.store.run(&format!("DELETE FROM {table}"), &[])?;
            }
            let state = state.end().map_or(state, State::Closed);
            self.change_head("UPDATE conversation SET state = ?", json(&state)?)?;
            for escalation in escalations {
                // The shop's object has the list of who waits; it may not have heard of an earlier end.
                self.register(cx, &escalation, Owner::Closed, None)?;
            }
            for told in told {
                let what = What::Erased(Case {
                    shop: place.shop.clone(),
                    conversation: place.id.clone(),
                    escalation: told.escalation.clone(),
                });
                self.tell_of_end(cx, &told, what)?;
            }
            for report in reports {
                self.enqueue_report(cx.now_ms, report.row, &report)?;
            }
            let sql = "UPDATE conversation SET language = NULL, page = 'null', customer = 'null', \
                       erased_ms = ?, files_due_ms = ?";
            self.store.run(sql, &[cx.now_ms.into(), (cx.now_ms + FILES_AGAIN_MS).into()])
        })?;
        Ok(Effects { deliver: true, erased: true, ..Effects::default() })
    }

    /// Its files are deleted, too.
    pub fn files_are_gone(&self) -> Result<()> {
        self.step(|| self.change_head("UPDATE conversation SET files_due_ms = ?", Value::Null))
    }

    /// Whether files of what was erased are to be deleted now; asked again a minute later, if they are not.
    pub fn files_due(&self, now_ms: u64) -> Result<bool> {
        let sql = "UPDATE conversation SET files_due_ms = ? WHERE files_due_ms <= ? RETURNING 1";
        let again_ms = now_ms + FILES_AGAIN_MS;
        self.step(|| Ok(self.store.row(sql, &[again_ms.into(), now_ms.into()])?.is_some()))
    }

    /// Erased, its files too, and everybody has been told: not even the mark is needed any more.
    pub fn is_over(&self) -> Result<bool> {
        if self.exists()? {
            return Ok(false);
        }
        let sql = "SELECT 1 FROM conversation WHERE erased_ms IS NOT NULL AND files_due_ms IS NULL \
                   AND NOT EXISTS (SELECT 1 FROM outbox WHERE state IN ('pending', 'undeliverable'))";
        Ok(self.store.row(sql, &[])?.is_some())
    }

    /// The store was emptied.
    pub fn begin_anew(&self, now_ms: u64) -> Result<()> {
        self.current.replace(None);
        self.kept.take();
        migrate(&self.store, schema::STEPS, now_ms)
    }

    fn escalations(&self) -> Result<Vec<Escalation>> {
        let rows = self.store.rows("SELECT id FROM escalation", &[])?;
        let ids = rows.iter().map(|row| row.text(0).map(EscalationId));
        ids.filter_map(|id| id.and_then(|id| self.escalation(&id)).transpose()).collect()
    }

    fn told(&self) -> Result<Vec<Told>> {
        let sql = "SELECT lane, escalation, max(busy_ms) FROM outbox \
                   WHERE escalation IS NOT NULL AND lane <> ? GROUP BY lane, escalation \
                   HAVING sum(state = 'gone') = 0 ORDER BY min(n)";
        let rows = self.store.rows(sql, &[json(&Lane::Shop)?])?;
        rows.iter()
            .map(|row| {
                Ok(Told {
                    lane: row.json(0)?,
                    escalation: EscalationId(row.text(1)?),
                    busy_ms: row.count(2)?,
                })
            })
            .collect()
    }

    /// What the shop's object lists as not taken is nothing any more.
    fn reports(&self) -> Result<Vec<Report>> {
        let sql = "SELECT n, told + 1 FROM outbox WHERE told > 0";
        let conversation = self.place()?.id;
        let rows = self.store.rows(sql, &[])?;
        rows.iter()
            .map(|row| {
                let conversation = conversation.clone();
                Ok(Report { conversation, row: row.count(0)?, version: row.count(1)?, undelivered: None })
            })
            .collect()
    }

    fn tell_of_end(&self, cx: &Context, told: &Told, what: What) -> Result<()> {
        let delivery = payload::now(cx.now_ms, what);
        let id = format!("msg_{}", (cx.fresh_id)());
        self.enqueue(cx, &told.lane, &id, Some(&told.escalation), kind(&delivery), &delivery)?;
        let sql = "UPDATE outbox SET due_ms = max(due_ms, ?) WHERE id = ?";
        self.store.run(sql, &[told.busy_ms.into(), id.into()])
    }
}
