//! One WebSocket. When it is dropped it is closed and its listeners fall silent.

use super::{later, line_is_up, next_turn, send_due, session};
use crate::app::App;
use crate::browser::dom;
use crate::leptos::*;
use crate::state::json::parse;
use crate::state::{read, written};
use counterbell_protocol::{ClientFrame, SUBPROTOCOL, ServerFrame};
use js_sys::Array;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, MessageEvent, WebSocket};

pub struct Socket {
    socket: WebSocket,
    /// The edge has said `ready`.
    ready: Rc<Cell<bool>>,
    _listeners: [Closure<dyn FnMut(Event)>; 3],
}

impl Socket {
    pub fn is_ready(&self) -> bool {
        self.ready.get()
    }

    pub fn send(&self, frame: &ClientFrame) {
        if self.ready.get() {
            let _ = self.socket.send_with_str(&written::client_frame(frame).write());
        }
    }

    pub fn ping(&self) {
        if self.ready.get() {
            let _ = self.socket.send_with_str("ping");
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

pub fn open(app: App) {
    let turn = next_turn(app);
    let Some(socket) = address(app).and_then(|(url, token)| {
        WebSocket::new_with_str_sequence(&url, &Array::of2(&SUBPROTOCOL.into(), &token.into())).ok()
    }) else {
        return later(app, Some(false));
    };
    let opened = Rc::new(Cell::new(false));
    let ready = Rc::new(Cell::new(false));
    let on_open = {
        let opened = opened.clone();
        move |_: Event| opened.set(true)
    };
    let on_message = {
        let ready = ready.clone();
        move |event: Event| {
            if let Some(text) = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string()) {
                let ready = ready.clone();
                soon(app, turn, move || hear(app, turn, &text, &ready));
            }
        }
    };
    let on_close = move |_: Event| {
        let opened = opened.clone();
        soon(app, turn, move || later(app, Some(opened.get())));
    };
    let listeners: [Closure<dyn FnMut(Event)>; 3] =
        [Closure::new(on_open), Closure::new(on_message), Closure::new(on_close)];
    let [on_open, on_message, on_close] = &listeners;
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    app.inner().wire.socket.replace(Some(Socket { socket, ready, _listeners: listeners }));
}

/// A listener may drop its own socket, and with it itself: so the work is done after it has returned.
fn soon(app: App, turn: u32, work: impl FnOnce() + 'static) {
    queue_microtask(move || {
        if is_current(app, turn) {
            work();
        }
    });
}

fn is_current(app: App, turn: u32) -> bool {
    app.inner().wire.turn.get() == turn
}

fn hear(app: App, turn: u32, text: &str, ready: &Cell<bool>) {
    let inner = app.inner();
    inner.wire.heard_ms.set(dom::now_ms());
    let Some(frame) = parse(text).and_then(|json| read::server_frame(&json)) else { return };
    let is_ready = matches!(frame, ServerFrame::Ready(_));
    app.take(frame);
    if is_ready && is_current(app, turn) {
        ready.set(true);
        inner.wire.link.borrow_mut().is_ready();
        line_is_up(app);
        send_due(app);
    }
}

/// Where to connect, and the token.
fn address(app: App) -> Option<(String, String)> {
    let session = session(app)?;
    let place = window().location();
    let scheme = if place.protocol().ok()? == "https:" { "wss" } else { "ws" };
    let (shop, id) = (app.inner().config.shop.clone(), &session.conversation);
    let (seq, draft) = app.chat.with_untracked(|chat| {
        let held = chat.draft_held().map(|(id, bytes)| format!("&draft={id}&offset={bytes}"));
        (chat.seq, held.unwrap_or_default())
    });
    let host = place.host().ok()?;
    let url = format!("{scheme}://{host}/v1/shops/{shop}/conversations/{id}/socket?after={seq}{draft}");
    Some((url, session.token))
}
