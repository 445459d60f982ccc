//! The edge in workerd: what a shopper, a shop and a human queue see at the wire. One file a behaviour.

mod addresses;
mod agent_documentation;
mod answering;
mod changed_meanwhile;
mod deadline;
mod delivery;
mod feed;
mod files;
mod hostile_input;
mod identity;
mod kill;
mod lease;
mod local_llm;
mod model_faults;
mod once;
mod ownership;
mod person;
mod promises;
mod resume;
mod second_clock;
mod strangers;
mod streaming;
mod tls;
mod trap;
mod webhook;
