//! The value of a fact: one of four types, and never absent.

use serde::Serialize;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Bool,
    Int,
    Number,
    Text,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(String),
}

impl Type {
    /// As in `FACTS.md` and in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int => "whole number",
            Self::Number => "number",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => write!(f, "“{value}”"),
        }
    }
}

impl From<&Value> for cel::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Number(value) => Self::Float(*value),
            Value::Text(value) => Self::from(value.as_str()),
        }
    }
}

impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(value) => (*value).into(),
            Value::Int(value) => (*value).into(),
            Value::Number(value) => (*value).into(),
            Value::Text(value) => value.as_str().into(),
        }
    }
}
