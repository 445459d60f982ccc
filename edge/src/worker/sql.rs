//! The store of a Durable Object: its SQLite and its alarm.

use super::js::{self, SyncStorage};
use super::rest;
use crate::error::{EdgeError, Result};
use crate::store::{Row, Store, Value};
use wasm_bindgen::{JsCast, JsValue};
use worker::{SqlStorage, SqlStorageValue, State};

pub struct Sql {
    sql: SqlStorage,
    storage: SyncStorage,
    /// No alarm rings before.
    rests_until_ms: u64,
}

impl Sql {
    pub fn new(state: &State) -> Self {
        let storage = state.storage();
        let raw = storage.as_raw().unchecked_ref::<SyncStorage>().clone();
        Self { sql: storage.sql(), storage: raw, rests_until_ms: 0 }
    }

    /// For an object that is being made.
    pub fn of_new_object(state: &State) -> Self {
        Self { rests_until_ms: rest::until_ms(state), ..Self::new(state) }
    }
}

impl Store for Sql {
    fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        let values: Vec<SqlStorageValue> = values.iter().map(parameter).collect();
        let cursor = self.sql.exec(sql, values).map_err(EdgeError::internal)?;
        cursor
            .raw()
            .map(|row| {
                let cells = row.map_err(EdgeError::internal)?;
                cells.into_iter().map(cell).collect::<Result<Vec<Value>>>().map(Row)
            })
            .collect()
    }

    /// `transactionSync` rolls back, alarm included, when the work throws, and so when it traps.
    fn atomically(&self, work: &mut dyn FnMut() -> Result<()>) -> Result<()> {
        let mut failed = None;
        let ran = self.storage.transaction_sync(&mut || {
            work().map_err(|error| {
                let thrown = JsValue::from_str(error.code);
                failed = Some(error);
                thrown
            })
        });
        match (ran, failed) {
            (_, Some(error)) => Err(error),
            (Err(thrown), None) => Err(EdgeError::internal(format!("the transaction threw {thrown:?}"))),
            (Ok(_), None) => Ok(()),
        }
    }

    fn set_alarm(&self, at_ms: Option<u64>) -> Result<()> {
        let set = match at_ms {
            // Never "now": an alarm for a moment that has passed may be lost (workerd#6866).
            Some(at_ms) => {
                self.storage.set_alarm(at_ms.max(js::now_ms() + 1).max(self.rests_until_ms) as f64)
            }
            None => self.storage.delete_alarm(),
        };
        set.map(|_| ()).map_err(|thrown| EdgeError::internal(format!("the alarm threw {thrown:?}")))
    }
}

fn parameter(value: &Value) -> SqlStorageValue {
    match value {
        Value::Null => SqlStorageValue::Null,
        Value::Int(number) => SqlStorageValue::Integer(*number),
        Value::Text(text) => SqlStorageValue::String(text.clone()),
    }
}

fn cell(value: SqlStorageValue) -> Result<Value> {
    match value {
        SqlStorageValue::Null => Ok(Value::Null),
        SqlStorageValue::Integer(number) => Ok(Value::Int(number)),
        SqlStorageValue::Boolean(flag) => Ok(Value::Int(i64::from(flag))),
        SqlStorageValue::Float(number) => Ok(Value::Int(number as i64)),
        SqlStorageValue::String(text) => Ok(Value::Text(text)),
        SqlStorageValue::Blob(_) => Err(EdgeError::internal("a blob where text was expected")),
    }
}
