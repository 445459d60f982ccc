//! The append-only log: `seq` from 1 without gaps, read by `after`.

use crate::error::Result;
use crate::store::{Row, Store, json};
use counterbell_protocol::{Event, EventBody, Message};

/// As many events as one page carries at most; a client asks again from the last one.
const PAGE_EVENTS: usize = 1_000;
/// A page that has grown to this ends, however few its events: many conversations share one small memory.
const PAGE_BYTES: usize = 1_000_000;
/// So many are read at a time.
const READ_EVENTS: u64 = 50;

pub fn append<S: Store>(store: &S, at_ms: u64, event: EventBody) -> Result<Event> {
    let sql = "INSERT INTO log (at_ms, body) VALUES (?, ?) RETURNING seq";
    let row = store.row(sql, &[at_ms.into(), json(&event)?])?;
    let seq = row.map_or(Ok(0), |row| row.count(0))?;
    Ok(Event { seq, at_ms, event })
}

/// What came after `seq`, in order: the next page of it. Empty only at the end.
pub fn after<S: Store>(store: &S, mut seq: u64) -> Result<Vec<Event>> {
    let sql = "SELECT seq, at_ms, body FROM log WHERE seq > ? ORDER BY seq LIMIT ?";
    let (mut page, mut bytes) = (Vec::new(), 0);
    while page.len() < PAGE_EVENTS && bytes < PAGE_BYTES {
        let rows = store.rows(sql, &[seq.into(), READ_EVENTS.into()])?;
        let Some(last) = rows.last() else { break };
        seq = last.count(0)?;
        for row in &rows {
            bytes += row.bytes(2);
            page.push(event(row)?);
        }
    }
    Ok(page)
}

/// The last `count` messages, oldest first.
pub fn last_messages<S: Store>(store: &S, count: u64) -> Result<Vec<(u64, Message)>> {
    let sql = "SELECT seq, at_ms, body FROM log WHERE json_extract(body, '$.type') = 'message' \
               ORDER BY seq DESC LIMIT ?";
    let mut messages = Vec::new();
    for row in store.rows(sql, &[count.into()])? {
        if let Event { at_ms, event: EventBody::Message(message), .. } = event(&row)? {
            messages.push((at_ms, message));
        }
    }
    messages.reverse();
    Ok(messages)
}

pub fn last_seq<S: Store>(store: &S) -> Result<u64> {
    store.row("SELECT coalesce(max(seq), 0) FROM log", &[])?.map_or(Ok(0), |row| row.count(0))
}

fn event(row: &Row) -> Result<Event> {
    Ok(Event { seq: row.count(0)?, at_ms: row.count(1)?, event: row.json(2)? })
}
