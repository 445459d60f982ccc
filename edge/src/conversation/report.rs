//! What was not taken: told to the shop's object, whose operator sees it without knowing the conversation, and
//! sent again when somebody asks for it. A report travels in the outbox, so that it is not lost either.

use super::Conversation;
use super::fallback::FALLBACK_AFTER_MS;
use super::outbox::Lane;
use crate::error::{EdgeError, Result};
use crate::shop::Report;
use crate::store::{Row, Store, json};
use crate::webhook::payload;
use counterbell_protocol::EscalationId;
use counterbell_protocol::agent::{Standing, Undelivered};

/// An error is the platform's own sentence; so much of it is told.
const ERROR_CHARS: usize = 200;

impl<S: Store> Conversation<S> {
    /// Puts everything that was not taken back to "now": how many deliveries.
    pub fn replay(&self, now_ms: u64) -> Result<u64> {
        self.step(|| {
            let rows = self.store.rows("SELECT n FROM outbox WHERE state <> 'delivered'", &[])?;
            let rows: Vec<u64> = rows.iter().map(|row| row.count(0)).collect::<Result<_>>()?;
            self.revive(now_ms, &rows)
        })
    }

    /// The same for some of them, and for what was stopped when their target said 410. Whatever comes of it,
    /// the shop's object hears how they stand.
    pub fn replay_rows(&self, now_ms: u64, rows: &[u64]) -> Result<u64> {
        self.step(|| {
            let sql = "SELECT n FROM outbox AS o WHERE n IN (SELECT value FROM json_each(?1)) OR (state = 'gone' \
                       AND EXISTS (SELECT 1 FROM outbox WHERE n IN (SELECT value FROM json_each(?1)) \
                       AND state = 'gone' AND lane = o.lane AND escalation = o.escalation))";
            let found = self.store.rows(sql, &[json(&rows)?])?;
            let found: Vec<u64> = found.iter().map(|row| row.count(0)).collect::<Result<_>>()?;
            self.revive(now_ms, &found)
        })
    }

    fn revive(&self, now_ms: u64, rows: &[u64]) -> Result<u64> {
        let sql = "UPDATE outbox SET state = 'pending', due_ms = ?, made_ms = ?, tries = 0, busy_ms = 0 \
                   WHERE n IN (SELECT value FROM json_each(?)) \
                   AND state IN ('undeliverable', 'gone', 'pending') AND busy_ms <= ? RETURNING n";
        let values = [now_ms.into(), now_ms.into(), json(&rows)?, now_ms.into()];
        let revived = self.store.rows(sql, &values)?.len();
        for n in rows {
            self.report(now_ms, *n)?;
        }
        Ok(u64::try_from(revived).unwrap_or(0))
    }

    /// Tells the shop's object how a delivery stands, from the moment on at which it is known not to be taken
    /// within its first minute. What was told once is told again with each change, until it is taken.
    pub(super) fn report(&self, now_ms: u64, n: u64) -> Result<()> {
        let sql = "UPDATE outbox SET told = told + 1 WHERE n = ? AND lane NOT IN (?, ?) AND (told > 0 \
                   OR state = 'undeliverable' OR (state = 'gone' AND tries > 0) \
                   OR (state = 'pending' AND tries > 0 AND due_ms > made_ms + ?)) \
                   RETURNING told, state, id, json_extract(body, '$.type'), lane, escalation, due_ms, made_ms";
        let values = [n.into(), json(&Lane::Shop)?, json(&Lane::Reports)?, FALLBACK_AFTER_MS.into()];
        let Some(row) = self.store.row(sql, &values)? else { return Ok(()) };
        let report = Report {
            conversation: self.place()?.id,
            row: n,
            version: row.count(0)?,
            undelivered: self.undelivered(n, &row)?,
        };
        self.enqueue_report(now_ms, n, &report)
    }

    /// `None` where it has been taken.
    fn undelivered(&self, n: u64, row: &Row) -> Result<Option<Undelivered>> {
        let state = match row.text(1)?.as_str() {
            "delivered" => return Ok(None),
            "gone" => Standing::Gone,
            "undeliverable" => Standing::Undeliverable,
            _ => Standing::Failing,
        };
        let (target, fallback) = match row.json(4)? {
            Lane::Target(name) => (name, false),
            Lane::Fallback(name) => (name, true),
            Lane::Shop | Lane::Reports => return Err(EdgeError::internal("a report of a report")),
        };
        let sql = "SELECT at_ms, status, error, (SELECT count(*) FROM attempt WHERE outbox = ?1), \
                   (SELECT min(at_ms) FROM attempt WHERE outbox = ?1) \
                   FROM attempt WHERE outbox = ?1 ORDER BY rowid DESC LIMIT 1";
        let last = self.store.row(sql, &[n.into()])?;
        let last = last.ok_or_else(|| EdgeError::internal("a report of what was never tried"))?;
        Ok(Some(Undelivered {
            conversation: self.place()?.id,
            escalation: row.text_or_null(5)?.map(EscalationId),
            delivery: row.text(2)?,
            event: row.text(3)?,
            target,
            fallback,
            state,
            tries: u32::try_from(last.count(3)?).unwrap_or(u32::MAX),
            status: last.int_or_null(1)?.and_then(|status| u16::try_from(status).ok()),
            error: last.text_or_null(2)?.map(|error| payload::shorten(&error, ERROR_CHARS)),
            since_ms: last.count(4)?,
            last_ms: last.count(0)?,
            next_ms: if state == Standing::Failing { Some(row.count(6)?) } else { None },
        }))
    }

    /// Only the newest report of a delivery is kept, besides one that is under way.
    pub(super) fn enqueue_report(&self, now_ms: u64, n: u64, report: &Report) -> Result<()> {
        let id = format!("report_{n}");
        let older = "SELECT n FROM outbox WHERE lane = ? AND id = ? AND busy_ms = 0";
        let lane = json(&Lane::Reports)?;
        let values = [lane.clone(), id.as_str().into()];
        self.store.run(&format!("DELETE FROM attempt WHERE outbox IN ({older})"), &values)?;
        self.store.run(&format!("DELETE FROM outbox WHERE n IN ({older})"), &values)?;
        let sql =
            "INSERT INTO outbox (id, kind, lane, body, made_ms, due_ms) VALUES (?, 'report', ?, ?, ?, ?)";
        self.store.run(sql, &[id.into(), lane, json(report)?, now_ms.into(), now_ms.into()])
    }
}
