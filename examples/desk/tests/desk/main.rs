//! The desk from outside: webhooks in, the page's calls, and what reaches a scripted edge.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

mod fake_edge;
mod files;
mod house;

mod cases;
mod page;
mod webhooks;
