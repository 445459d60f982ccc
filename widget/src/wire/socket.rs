//! One WebSocket. When it is dropped it is closed and its ear hears no more.

use super::{later, line_is_up, next_turn, send_due, session};
use crate::app::App;
use crate::browser::{self, Ear, Line};
use crate::leptos::*;
use crate::state::json::parse;
use crate::state::{number, read, written};
use counterbell_protocol::{ClientFrame, SUBPROTOCOL, ServerFrame};
use std::cell::Cell;
use std::rc::Rc;

pub struct Socket {
    line: Line,
    how: Rc<Cell<How>>,
    _ear: Ear,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Connecting,
    Open,
    /// The edge has said `ready`.
    Ready,
}

impl Socket {
    pub fn is_ready(&self) -> bool {
        self.how.get() == How::Ready
    }

    pub fn send(&self, frame: &ClientFrame) {
        if self.is_ready() {
            self.line.send(&written::client_frame(frame).write());
        }
    }

    pub fn ping(&self) {
        self.line.send("ping");
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.line.drop();
    }
}

pub fn open(app: App) {
    let turn = next_turn(app);
    let how = Rc::new(Cell::new(How::Connecting));
    let heard = how.clone();
    let ear = Ear::new(move |kind: String, data: String| {
        let how = heard.clone();
        // The ear may drop its own socket, and with it itself: so the work is done after it has returned.
        queue_microtask(move || {
            if is_current(app, turn) {
                happened(app, turn, &kind, &data, &how);
            }
        });
    });
    let line = address(app).and_then(|(path, token)| browser::socket(&path, SUBPROTOCOL, &token, &ear).ok());
    match line {
        Some(line) => {
            app.inner().wire.socket.replace(Some(Socket { line, how, _ear: ear }));
        }
        None => later(app, Some(false)),
    }
}

fn is_current(app: App, turn: u32) -> bool {
    app.inner().wire.turn.get() == turn
}

fn happened(app: App, turn: u32, kind: &str, data: &str, how: &Cell<How>) {
    match kind {
        "open" => how.set(How::Open),
        "text" => hear(app, turn, data, how),
        _ => later(app, Some(how.get() != How::Connecting)),
    }
}

fn hear(app: App, turn: u32, text: &str, how: &Cell<How>) {
    let inner = app.inner();
    inner.wire.heard_ms.set(browser::now_ms());
    let Some(frame) = parse(text).and_then(|json| read::server_frame(&json)) else { return };
    let is_ready = matches!(frame, ServerFrame::Ready(_));
    app.take(frame);
    if is_ready && is_current(app, turn) {
        how.set(How::Ready);
        inner.wire.link.borrow_mut().is_ready();
        line_is_up(app);
        send_due(app);
    }
}

/// Where to connect, and the token.
fn address(app: App) -> Option<(String, String)> {
    let session = session(app)?;
    let shop = app.inner().config.shop.clone();
    let (seq, draft) = app.chat.with_untracked(|chat| {
        let held = chat
            .draft_held()
            .map(|(id, bytes)| ["&draft=", id.as_str(), "&offset=", &number::written(bytes as u64)].concat());
        (chat.seq, held.unwrap_or_default())
    });
    let (id, seq) = (session.conversation.as_str(), number::written(seq));
    let path =
        ["/v1/shops/", &shop, "/conversations/", id, "/socket?together=1&after=", &seq, &draft].concat();
    Some((path, session.token))
}
