//! A complete human queue: people log in by name, claim waiting conversations and answer them.
//!
//! It is built on the public agent API and webhooks alone, as a shop's own queue would be, and must not
//! know how the edge works inside. It is an example: cases live in memory (a restart asks the edge for
//! them again) and a name is all it takes to log in. Put your own sign-in in front before it leaves
//! your machine.

mod action;
mod api;
mod board;
mod case;
mod desk;
mod edge;
mod feed;
mod file;
mod history;
mod lease;
mod live;
mod people;
mod session;
mod staff;
mod sync;
mod view;
mod webhook;

use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;

/// What a desk must be told.
#[derive(Clone, Debug)]
pub struct DeskConfig {
    /// Where the edge is, e.g. `https://chat.example`. Plain `http` is for the same machine.
    pub edge: String,
    /// The shop whose conversations are answered here.
    pub shop: String,
    /// The shop's agent key. It stays in this process: no browser sees it.
    pub agent_key: String,
    /// `whsec_…`; two of them while a key is being rotated: either verifies.
    pub webhook_secrets: Vec<String>,
}

/// Serves the desk until the listener fails.
///
/// # Errors
/// `InvalidInput` when no webhook secret can be used; else what the listener says.
pub async fn serve(listener: TcpListener, config: DeskConfig) -> io::Result<()> {
    let desk = desk::Desk::new(&config).map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
    let desk = Arc::new(desk);
    tokio::spawn(sync::keep(Arc::clone(&desk)));
    tokio::spawn(people::keep_telling(Arc::clone(&desk)));
    axum::serve(listener, api::router(desk)).await
}
