//! What all parts of the desk share, and the one place where a case is changed and the change announced.

use crate::DeskConfig;
use crate::board::Board;
use crate::edge::EdgeClient;
use crate::staff::Staff;
use crate::webhook::{Seen, Verifier};
use counterbell_protocol::ConversationId;
use std::collections::HashSet;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::{Notify, broadcast};

/// How far a slow page may lag before it is sent everything anew.
const CHANGES_KEPT: usize = 256;

pub struct Desk {
    pub edge: EdgeClient,
    pub verifier: Verifier,
    /// Raised when the number of people online or the expected wait may have changed.
    pub people_changed: Notify,
    board: Mutex<Board>,
    staff: Mutex<Staff>,
    seen: Mutex<Seen>,
    feeds: Mutex<HashSet<ConversationId>>,
    changes: broadcast::Sender<Change>,
}

/// What the open pages should be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Case(ConversationId),
    Typing(ConversationId),
    People,
}

impl Desk {
    pub fn new(config: &DeskConfig) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self {
            edge: EdgeClient::new(&config.edge, &config.shop, &config.agent_key)?,
            verifier: Verifier::new(&config.webhook_secrets)?,
            people_changed: Notify::new(),
            board: Mutex::default(),
            staff: Mutex::default(),
            seen: Mutex::default(),
            feeds: Mutex::default(),
            changes: broadcast::channel(CHANGES_KEPT).0,
        })
    }

    pub fn board(&self) -> MutexGuard<'_, Board> {
        locked(&self.board)
    }

    pub fn staff(&self) -> MutexGuard<'_, Staff> {
        locked(&self.staff)
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        locked(&self.seen)
    }

    pub fn feeds(&self) -> MutexGuard<'_, HashSet<ConversationId>> {
        locked(&self.feeds)
    }

    pub fn announce(&self, change: Change) {
        if change == Change::People {
            self.people_changed.notify_one();
        }
        // Nobody looking is fine.
        drop(self.changes.send(change));
    }

    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// A case is there or has changed: pages are told, and it gets a feed if it has none.
    pub fn changed(self: &Arc<Self>, id: ConversationId) {
        crate::feed::ensure(self, &id);
        self.announce(Change::Case(id));
    }
}

/// Milliseconds since the Unix epoch.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A panic elsewhere is no reason to stop serving: the data behind is plain and whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
