//! One shop as a plain struct over a small store: its settings and secrets, its help pages, the open
//! escalations with their second clock, and what the queue says of itself. It never sees a message.

pub mod auth;
pub mod budget;
pub mod door;
pub mod help;
pub mod indexes;
pub mod register;
mod schema;
pub mod settings;
pub mod undelivered;

use crate::error::Result;
use crate::store::{Store, migrate};
use counterbell_policy::Rules;
use counterbell_protocol::agent::{People, Undelivered};
use counterbell_protocol::{ConversationId, EscalationId, Owner, ShopId};
use counterbell_shop::Settings;
use serde::{Deserialize, Serialize};

pub struct Shop<S> {
    pub store: S,
}

impl<S: Store> Shop<S> {
    pub fn new(store: S) -> Self {
        Self { store }
    }

    /// Prepares the tables. Only for a shop that somebody with the right to it sets up: a name that was
    /// merely guessed leaves nothing behind.
    pub fn set_up(&self, now_ms: u64) -> Result<()> {
        migrate(&self.store, schema::STEPS, now_ms)
    }

    pub fn is_set_up(&self) -> Result<bool> {
        let sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'settings'";
        Ok(self.store.row(sql, &[])?.is_some())
    }
}

/// All that a conversation must know of its shop. Made from [`Snapshot`]; kept in memory for seconds.
pub struct View {
    pub shop: ShopId,
    /// Raised with each change of settings.
    pub version: u64,
    pub settings: Settings,
    pub rules: Rules,
    pub secrets: Secrets,
    /// Where this edge is reached, without a slash at the end.
    pub edge: String,
    pub help_passages: u32,
    pub people: Option<People>,
    /// For local development only: targets may be on this machine.
    pub allow_loopback: bool,
}

/// What the shop's object hands to its conversations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Raised with each change of settings.
    pub version: u64,
    pub settings: Settings,
    pub secrets: Secrets,
    /// Where the settings were pushed to: this edge's own address.
    pub edge: String,
    pub help_passages: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<People>,
}

/// What must never leave the edge. Absent means: refused, or sent unsigned to nobody.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Secrets {
    /// Bearer key of the agent API.
    pub agent_key: Option<String>,
    /// `whsec_…`; two during rotation, the newer one first.
    pub webhook_keys: Vec<String>,
    /// Bearer key for the model's server.
    pub llm_key: Option<String>,
    /// HS256 key of the shop's identity tokens.
    pub identity_key: Option<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

/// How one escalation stands, as its conversation tells the shop's object. The newest epoch counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    pub conversation: ConversationId,
    pub escalation: EscalationId,
    pub queue: String,
    pub priority: i32,
    pub since_ms: u64,
    pub deadline_ms: u64,
    pub owner: Owner,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<String>,
    pub epoch: u64,
}

/// How a delivery stands that was not taken at once, as its conversation tells the shop's object. The newest
/// version counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub conversation: ConversationId,
    /// Which one, by its number in the conversation's outbox.
    pub row: u64,
    pub version: u64,
    /// Absent: it has been taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<Undelivered>,
}
