//! The frame in the shopper's browser.
pub mod state;
