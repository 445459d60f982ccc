//! The Worker: it streams answers, applies the shop's handoff rules and hands conversations to people.
//!
//! The modules here are plain structs that run and are tested natively; `worker` is the thin shell that
//! gives them Durable Objects, sockets, HTTP, the clock and randomness. See `ARCHITECTURE.md`.

pub mod assistant;
pub mod attachment;
pub mod conversation;
pub mod error;
pub mod form;
pub mod loader;
pub mod shop;
pub mod store;
pub mod token;
pub mod webhook;

#[cfg(target_arch = "wasm32")]
mod worker;
