//! What receivers have not taken, over all conversations of a shop: listed for its operator until it is taken,
//! and sent again when asked. The deliveries themselves lie with their conversations.

use super::{Report, Shop};
use crate::error::{EdgeError, Result};
use crate::store::{Store, Value, commit, json};
use counterbell_protocol::ConversationId;
use counterbell_protocol::agent::{Replay, UndeliveredPage};
use std::collections::BTreeMap;

/// As many as one page carries, at most.
const LISTED: u64 = 500;
/// As many conversations as one tick asks to send again.
const ASKED: u64 = 200;
/// A conversation that did not answer is asked again after so long.
const ASK_AGAIN_MS: u64 = 60_000;
/// What was taken is remembered for so long, for reports of it that come late.
const FORGET_MS: u64 = 7 * 86_400_000;

/// Deliveries of one conversation that are to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub conversation: ConversationId,
    pub rows: Vec<u64>,
    until_ms: u64,
}

impl<S: Store> Shop<S> {
    /// Takes what a conversation reports. Reports may come late or twice: the newest version counts.
    pub fn take_report(&self, now_ms: u64, report: &Report) -> Result<()> {
        let (conversation, row) = (report.conversation.as_str(), report.row);
        let (open, version) = (i64::from(report.undelivered.is_some()), report.version);
        commit(&self.store, || {
            let sql = "INSERT INTO undelivered (conversation, outbox, version, open, body, told_ms) \
                       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (conversation, outbox) DO UPDATE SET \
                       version = excluded.version, open = excluded.open, body = excluded.body, \
                       told_ms = excluded.told_ms, replay_ms = CASE WHEN excluded.open = 1 THEN replay_ms END \
                       WHERE excluded.version > undelivered.version";
            let body = json(&report.undelivered)?;
            let values = [conversation.into(), row.into(), version.into(), open.into(), body, now_ms.into()];
            self.store.run(sql, &values)?;
            let sql = "DELETE FROM undelivered WHERE open = 0 AND told_ms < ?";
            self.store.run(sql, &[now_ms.saturating_sub(FORGET_MS).into()])
        })
    }

    /// What was not taken, page by page, in the order in which it came to be known.
    pub fn undelivered(&self, after: Option<u64>, limit: Option<u64>) -> Result<UndeliveredPage> {
        let limit = limit.unwrap_or(LISTED).clamp(1, LISTED);
        let sql = "SELECT n, body FROM undelivered WHERE open = 1 AND n > ? ORDER BY n LIMIT ?";
        let mut rows = self.store.rows(sql, &[after.unwrap_or(0).into(), (limit + 1).into()])?;
        let page = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > page;
        rows.truncate(page);
        let next = rows.last().filter(|_| more).map(|row| row.count(0)).transpose()?;
        let undelivered = rows.iter().map(|row| row.json(1)).collect::<Result<_>>()?;
        Ok(UndeliveredPage { undelivered, next })
    }

    /// Notes that these are to be sent again: how many. The clock then asks their conversations, however often
    /// that takes.
    pub fn ask_replay(&self, now_ms: u64, which: &Replay) -> Result<u64> {
        let (only, values): (&str, Vec<Value>) = match (&which.conversation, &which.delivery, which.all) {
            (None, None, true) => ("", vec![]),
            (Some(conversation), None, false) => {
                (" AND conversation = ?", vec![conversation.as_str().into()])
            }
            (Some(conversation), Some(delivery), false) => (
                " AND conversation = ? AND json_extract(body, '$.delivery') = ?",
                vec![conversation.as_str().into(), delivery.as_str().into()],
            ),
            _ => {
                let detail = "Name a conversation, a conversation and a delivery, or say `\"all\": true`.";
                return Err(EdgeError::bad_request("bad_replay", detail));
            }
        };
        commit(&self.store, || {
            let sql = format!("UPDATE undelivered SET replay_ms = ? WHERE open = 1{only} RETURNING n");
            let values = [&[now_ms.into()], values.as_slice()].concat();
            let rows = self.store.rows(&sql, &values)?;
            self.store.set_alarm(self.next_alarm_ms()?)?;
            Ok(u64::try_from(rows.len()).unwrap_or(0))
        })
    }

    /// Whom to ask now to send again; each is due again a minute later, until [`Self::replay_asked`].
    pub fn take_replays(&self, now_ms: u64) -> Result<Vec<Asked>> {
        let until_ms = now_ms + ASK_AGAIN_MS;
        commit(&self.store, || {
            let sql = "UPDATE undelivered SET replay_ms = ? WHERE replay_ms <= ? AND conversation IN \
                       (SELECT DISTINCT conversation FROM undelivered WHERE replay_ms <= ? LIMIT ?) \
                       RETURNING conversation, outbox";
            let now = now_ms;
            let rows = self.store.rows(sql, &[until_ms.into(), now.into(), now.into(), ASKED.into()])?;
            self.store.set_alarm(self.next_alarm_ms()?)?;
            let mut asked: BTreeMap<String, Vec<u64>> = BTreeMap::new();
            for row in rows {
                asked.entry(row.text(0)?).or_default().push(row.count(1)?);
            }
            let asked = asked.into_iter();
            Ok(asked.map(|(id, rows)| Asked { conversation: ConversationId(id), rows, until_ms }).collect())
        })
    }

    /// The conversation has taken it upon itself.
    pub fn replay_asked(&self, asked: &Asked) -> Result<()> {
        commit(&self.store, || {
            // Who asked once more meanwhile is not forgotten.
            let sql = "UPDATE undelivered SET replay_ms = NULL WHERE conversation = ? AND replay_ms = ? \
                       AND outbox IN (SELECT value FROM json_each(?))";
            let values = [asked.conversation.as_str().into(), asked.until_ms.into(), json(&asked.rows)?];
            self.store.run(sql, &values)?;
            self.store.set_alarm(self.next_alarm_ms()?)
        })
    }
}

#[cfg(test)]
mod tests;
