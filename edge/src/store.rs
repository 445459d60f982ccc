//! A small SQL store: what the plain structs need of a Durable Object's SQLite, and no more.
//!
//! At the edge it is the object's own storage; in native tests it is SQLite in memory, with the same SQL.

use crate::error::{EdgeError, Result};
use serde::de::DeserializeOwned;

/// A value in a row or a parameter. Integers stay within ±2^53 (they pass through a JavaScript number).
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
}

pub trait Store {
    /// Runs one statement and gives its rows.
    fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>>;

    /// Runs `work` in one transaction: all of it is kept, alarm included, or nothing, also when it panics.
    fn atomically(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<()>;

    /// Sets the object's one alarm; `None` clears it. Part of the transaction it is called in.
    fn set_alarm(&self, at_ms: Option<u64>) -> Result<()>;

    fn run(&self, sql: &str, values: &[Value]) -> Result<()> {
        self.rows(sql, values).map(|_| ())
    }

    fn row(&self, sql: &str, values: &[Value]) -> Result<Option<Row>> {
        Ok(self.rows(sql, values)?.into_iter().next())
    }
}

/// [`Store::atomically`] for work that gives a value.
pub fn commit<S: Store + ?Sized, T>(store: &S, mut work: impl FnMut() -> Result<T>) -> Result<T> {
    let mut done = None;
    store.atomically(&mut || {
        done = Some(work()?);
        Ok(())
    })?;
    done.ok_or_else(|| EdgeError::internal("the transaction did not run"))
}

/// One row, read from left to right by position.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

impl Row {
    pub fn text(&self, column: usize) -> Result<String> {
        self.text_or_null(column)?.ok_or_else(|| EdgeError::internal(format!("column {column} is null")))
    }

    pub fn text_or_null(&self, column: usize) -> Result<Option<String>> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(Value::Null) => Ok(None),
            other => Err(EdgeError::internal(format!("column {column} is {other:?}, not text"))),
        }
    }

    /// How long a text is.
    pub fn bytes(&self, column: usize) -> usize {
        if let Some(Value::Text(text)) = self.0.get(column) { text.len() } else { 0 }
    }

    pub fn int(&self, column: usize) -> Result<i64> {
        self.int_or_null(column)?.ok_or_else(|| EdgeError::internal(format!("column {column} is null")))
    }

    pub fn int_or_null(&self, column: usize) -> Result<Option<i64>> {
        match self.0.get(column) {
            Some(Value::Int(number)) => Ok(Some(*number)),
            Some(Value::Null) => Ok(None),
            other => Err(EdgeError::internal(format!("column {column} is {other:?}, not a number"))),
        }
    }

    /// A moment or a count: never below zero.
    pub fn count(&self, column: usize) -> Result<u64> {
        Ok(u64::try_from(self.int(column)?).unwrap_or(0))
    }

    pub fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T> {
        serde_json::from_str(&self.text(column)?).map_err(EdgeError::internal)
    }
}

/// When to ring for what is due at `at_ms`, for one who cannot know whether the alarm that is on record was
/// lost: the platform passes over an alarm for the very moment on record, so it comes some milliseconds later.
pub fn alarm_afresh_ms(at_ms: u64, now_ms: u64) -> u64 {
    if at_ms > now_ms { at_ms + 1 + now_ms % 16 } else { at_ms }
}

/// JSON for a column.
pub fn json<T: serde::Serialize>(value: &T) -> Result<Value> {
    serde_json::to_string(value).map(Value::Text).map_err(EdgeError::internal)
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Creates what is missing, in order; each step runs once in the life of an object.
pub fn migrate<S: Store + ?Sized>(store: &S, steps: &[&str], now_ms: u64) -> Result<()> {
    store.run(
        "CREATE TABLE IF NOT EXISTS migration (step INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL)",
        &[],
    )?;
    let row = store.row("SELECT count(*) FROM migration", &[])?;
    let done = row.map_or(Ok(0), |row| row.count(0))?;
    for (step, sql) in (0u64..).zip(steps).skip(usize::try_from(done).unwrap_or(usize::MAX)) {
        store.atomically(&mut || {
            for statement in sql.split(';').filter(|statement| !statement.trim().is_empty()) {
                store.run(statement, &[])?;
            }
            store.run("INSERT INTO migration (step, at_ms) VALUES (?, ?)", &[step.into(), now_ms.into()])
        })?;
    }
    Ok(())
}

#[cfg(test)]
pub mod memory {
    //! The in-memory twin: real SQLite, an alarm that can be read, and faults on demand.

    use super::{Result, Row, Store, Value};
    use crate::error::EdgeError;
    use rusqlite::Connection;
    use rusqlite::limits::Limit;
    use rusqlite::types::ValueRef;
    use std::cell::Cell;

    pub struct Memory {
        sqlite: Connection,
        pub alarm_ms: Cell<Option<u64>>,
        /// The n-th statement from now fails, as a full disk would.
        pub fail_after: Cell<Option<u32>>,
    }

    impl Default for Memory {
        fn default() -> Self {
            let sqlite = Connection::open_in_memory().unwrap();
            // As tight as workerd's.
            for (limit, most) in
                [(Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5), (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100)]
            {
                sqlite.set_limit(limit, most).unwrap();
            }
            Self { sqlite, alarm_ms: Cell::new(None), fail_after: Cell::new(None) }
        }
    }

    impl Store for Memory {
        fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
            if let Some(left) = self.fail_after.get() {
                self.fail_after.set(left.checked_sub(1));
                if left == 0 {
                    return Err(EdgeError::internal("injected"));
                }
            }
            let mut statement = self.sqlite.prepare(sql).map_err(EdgeError::internal)?;
            let columns = statement.column_count();
            let values = values.iter().map(|value| match value {
                Value::Null => rusqlite::types::Value::Null,
                Value::Int(number) => rusqlite::types::Value::Integer(*number),
                Value::Text(text) => rusqlite::types::Value::Text(text.clone()),
            });
            let mut found =
                statement.query(rusqlite::params_from_iter(values)).map_err(EdgeError::internal)?;
            let mut rows = Vec::new();
            while let Some(row) = found.next().map_err(EdgeError::internal)? {
                let cells = (0..columns).map(|column| match row.get_ref_unwrap(column) {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(number) => Value::Int(number),
                    ValueRef::Text(text) => Value::Text(String::from_utf8(text.to_vec()).unwrap()),
                    other => panic!("{other:?}"),
                });
                rows.push(Row(cells.collect()));
            }
            Ok(rows)
        }

        fn atomically(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<()> {
            let alarm_ms = self.alarm_ms.get();
            self.sqlite.execute_batch("SAVEPOINT work").map_err(EdgeError::internal)?;
            let done = work();
            let end = if done.is_ok() { "RELEASE work" } else { "ROLLBACK TO work; RELEASE work" };
            self.sqlite.execute_batch(end).map_err(EdgeError::internal)?;
            if done.is_err() {
                self.alarm_ms.set(alarm_ms);
            }
            done
        }

        fn set_alarm(&self, at_ms: Option<u64>) -> Result<()> {
            self.alarm_ms.set(at_ms);
            Ok(())
        }
    }
}
