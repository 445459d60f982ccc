//! The page's socket: the list and the open case, live. It also proves that somebody is there: a browser
//! answers pings by itself, also in a background tab, and a sleeping laptop does not.

use crate::desk::{Change, Desk, now_ms};
use crate::session::Me;
use crate::view::{Out, Row};
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use counterbell_protocol::ConversationId;
use counterbell_protocol::agent::Person;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, interval};

const PING_EVERY: Duration = Duration::from_secs(8);
const SILENT_FOR: Duration = Duration::from_secs(20);
const LARGEST_MESSAGE_BYTES: usize = 4_096;

pub async fn live(State(desk): State<Arc<Desk>>, Me(me): Me, upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(LARGEST_MESSAGE_BYTES).on_upgrade(move |socket| async move {
        desk.staff().page_opened(&me.id);
        desk.announce(Change::People);
        let mut page = Page { desk: &desk, me: &me, socket, open: None, heard: Instant::now() };
        // The page went away or lagged too far: either way it connects again.
        drop(page.serve().await);
        desk.staff().page_closed(&me.id);
        desk.announce(Change::People);
    })
}

/// What a page says.
#[derive(Deserialize)]
struct Look {
    /// The case it looks at.
    open: Option<ConversationId>,
}

struct Page<'a> {
    desk: &'a Desk,
    me: &'a Person,
    socket: WebSocket,
    open: Option<ConversationId>,
    heard: Instant,
}

impl Page<'_> {
    async fn serve(&mut self) -> Result<(), axum::Error> {
        let mut changes = self.desk.listen();
        let mut ping = interval(PING_EVERY);
        self.send_board().await?;
        while self.heard.elapsed() < SILENT_FOR {
            tokio::select! {
                _ = ping.tick() => self.socket.send(Message::Ping(Vec::new().into())).await?,
                change = changes.recv() => match change {
                    Ok(change) => self.tell(change).await?,
                    Err(RecvError::Lagged(_)) => self.send_all().await?,
                    Err(RecvError::Closed) => return Ok(()),
                },
                message = self.socket.recv() => match message {
                    Some(message) => self.hear(message?).await?,
                    None => return Ok(()),
                },
            }
        }
        Ok(())
    }

    async fn hear(&mut self, message: Message) -> Result<(), axum::Error> {
        self.heard = Instant::now();
        let Message::Text(text) = message else { return Ok(()) };
        let Ok(look) = serde_json::from_str::<Look>(&text) else { return Ok(()) };
        self.open = look.open;
        self.send_open().await
    }

    async fn tell(&mut self, change: Change) -> Result<(), axum::Error> {
        match change {
            Change::People => self.send_board().await,
            Change::Typing(id) if self.open.as_ref() == Some(&id) => {
                self.send(text(&Out::Typing { conversation: id.as_str() })).await
            }
            Change::Typing(_) => Ok(()),
            Change::Case(id) => {
                let row = self.desk.board().case(&id).map(|case| text(&Out::Row(Row::of(case, &self.me.id))));
                self.send_some(row).await?;
                if self.open.as_ref() == Some(&id) { self.send_open().await } else { Ok(()) }
            }
        }
    }

    async fn send_all(&mut self) -> Result<(), axum::Error> {
        self.send_board().await?;
        self.send_open().await
    }

    async fn send_board(&mut self) -> Result<(), axum::Error> {
        let board = {
            let (staff, board) = (self.desk.staff(), self.desk.board());
            text(&Out::board(self.me, &staff, &board, now_ms()))
        };
        self.send(board).await
    }

    async fn send_open(&mut self) -> Result<(), axum::Error> {
        let Some(id) = &self.open else { return Ok(()) };
        let case = self.desk.board().case(id).map(|case| text(&Out::case(case, &self.me.id)));
        self.send_some(case).await
    }

    async fn send_some(&mut self, text: Option<String>) -> Result<(), axum::Error> {
        match text {
            Some(text) => self.send(text).await,
            None => Ok(()),
        }
    }

    async fn send(&mut self, text: String) -> Result<(), axum::Error> {
        self.socket.send(Message::Text(text.into())).await
    }
}

fn text(out: &Out<'_>) -> String {
    // Plain structs with text keys always serialise.
    serde_json::to_string(out).unwrap_or_default()
}
