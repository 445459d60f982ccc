//! The edge in workerd: what a shopper, a shop and a human queue see at the wire. One file a behaviour.

mod answering;
mod deadline;
mod delivery;
mod hostile_input;
mod kill;
mod lease;
mod model_faults;
mod once;
mod ownership;
mod person;
mod resume;
mod strangers;
mod streaming;
mod webhook;
