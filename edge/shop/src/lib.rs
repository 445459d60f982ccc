//! One shop's settings: `shop.toml` read, checked, and explained where it is wrong.
//!
//! [`Settings::parse`] finds everything that is wrong at once, with line, column and what was expected.
//! This crate knows nothing of Workers, files, sockets or the clock.
//!
//! Every setting, with its usual value or an example:
//!
//! ```toml
#![doc = include_str!("../reference.toml")]
//! ```

pub mod address;
pub mod colour;
pub mod hours;
pub mod languages;
mod parse;
pub mod problem;
pub mod settings;

pub use hours::Hours;
pub use problem::{Parsed, Problem, Warning};
pub use settings::{
    Assistant, Day, Format, Handoff, Holiday, OpeningHours, Provider, Settings, Shift, Target,
};
