//! The command line of Counterbell, as a library, so that the tests start exactly what a developer starts.
//!
//! `dev` prepares a machine, builds widget and edge and runs them in workerd; `shop_folder` reads a shop's
//! settings and help pages; `push` sends them to an edge; `undelivered` asks one what was not taken; `commands`
//! are what a person types.

pub mod commands;
pub mod dev;
pub mod push;
pub mod shop_folder;
pub mod undelivered;
