//! A thin driver of a real Chromium over the DevTools protocol: what a shopper does and sees, in any frame.
//! It must not know Counterbell.

mod find;
mod frame;
mod input;
mod launch;
mod log;
mod page;
mod pointer;
mod sessions;
mod wire;

pub use frame::{AxNode, Frame};
pub use launch::Browser;
pub use log::{LogEntry, Requested};
pub use page::{Network, Page};

use std::time::Duration;

/// How long anything on a page may take before a test gives up on it. Generous: the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(60);
