//! Runs the built Worker in workerd itself, with SQLite on disk: no account, no key, quick to start and to kill.

mod bucket;
mod config;
mod process;

pub use config::Options;
pub use process::Workerd;
