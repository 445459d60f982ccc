//! The browser's own abilities, wrapped so that nothing here throws or panics.

pub mod dom;
pub mod fetch;
pub mod intl;
pub mod shell;
pub mod sound;
pub mod store;
