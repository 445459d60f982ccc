//! The line to the edge: opens the conversation when the shopper first says something, keeps a socket, and
//! falls back to HTTP where sockets are blocked. It must not know what is shown.

mod http;
mod socket;

use crate::app::{App, Line};
use crate::browser::store::{Session, Slot};
use crate::browser::{self, fetch::Failed};
use crate::leptos::*;
use crate::state::Chat;
use crate::state::link::{Link, PING_EVERY_MS, Way, is_dead};
use crate::state::outbox::id_of;
use counterbell_protocol::socket::{Open, Opened};
use counterbell_protocol::{ClientFrame, ServerFrame};
use std::cell::{Cell, RefCell};
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// A socket that has not opened by then is blocked.
const OPEN_WITHIN_MS: u64 = 6_000;
/// Who was sent away comes back within so much after the time that was said.
const SPREAD_MS: f64 = 1_500.0;
/// How long the line may be down before the shopper reads of it.
const TELL_AFTER_MS: u64 = 1_500;

#[derive(Default)]
pub struct Wire {
    session: RefCell<Option<Session>>,
    link: RefCell<Link>,
    socket: RefCell<Option<socket::Socket>>,
    heard_ms: Cell<u64>,
    said_ms: Cell<u64>,
    pinged_ms: Cell<u64>,
    /// When the line went down; 0 while it is up.
    down_since_ms: Cell<u64>,
    opening: Cell<bool>,
    /// Nothing is opened before.
    shut_until_ms: Cell<u64>,
    ticking: Cell<bool>,
    timer: Cell<Option<TimeoutHandle>>,
    /// Counts connections: what belongs to an earlier one is not heard.
    turn: Cell<u32>,
}

pub fn session(app: App) -> Option<Session> {
    app.inner().wire.session.borrow().clone()
}

/// Takes up a stored conversation, another one, or none.
pub fn set_session(app: App, session: Option<Session>) {
    let wire = &app.inner().wire;
    wire.session.replace(session);
    wire.link.replace(Link::default());
    next_turn(app);
    line_is_up(app);
    if wire.session.borrow().is_some() {
        keep_ticking(app);
        connect(app);
    }
}

/// Something new is in the outbox.
pub fn flush(app: App) {
    keep_ticking(app);
    let inner = app.inner();
    inner.wire.said_ms.set(browser::now_ms());
    let has_session = inner.wire.session.borrow().is_some();
    if !has_session {
        return open(app);
    }
    let socket_ready = inner.wire.socket.borrow().as_ref().is_some_and(|socket| socket.is_ready());
    let way = inner.wire.link.borrow().way();
    match way {
        _ if socket_ready => send_due(app),
        Way::Http => http::poll(app),
        Way::Socket => {}
    }
}

/// Told once; if nobody listens it is not important.
pub fn say_once(app: App, frame: &ClientFrame) {
    if let Some(socket) = app.inner().wire.socket.borrow().as_ref() {
        socket.send(frame);
    }
}

/// Drops what there is and connects now.
pub fn connect(app: App) {
    let inner = app.inner();
    if inner.wire.session.borrow().is_none() {
        return;
    }
    next_turn(app);
    inner.wire.heard_ms.set(browser::now_ms());
    let way = inner.wire.link.borrow().way();
    match way {
        Way::Socket => socket::open(app),
        Way::Http => http::poll(app),
    }
}

/// Something is missing in what was heard: ask again for all after the last known event.
pub fn ask_again(app: App) {
    later(app, Some(true));
}

/// The network is back, or the shopper is: no need to wait for the timer.
pub fn wake(app: App) {
    let inner = app.inner();
    show_line(app);
    if !browser::is_online() {
        return;
    }
    let silent_ms = browser::now_ms().saturating_sub(inner.wire.heard_ms.get());
    let ready = inner.wire.socket.borrow().as_ref().is_some_and(|socket| socket.is_ready());
    if inner.wire.session.borrow().is_some() {
        if !ready || silent_ms > PING_EVERY_MS + 5_000 {
            connect(app);
        }
    } else if app.chat.with_untracked(|chat| chat.outbox.due().next().is_some()) {
        open(app);
    }
}

/// Makes the conversation. Nothing was stored and nothing was sent before.
fn open(app: App) {
    let inner = app.inner();
    let shut_ms = inner.wire.shut_until_ms.get().saturating_sub(browser::now_ms());
    if shut_ms > 0 {
        app.set_error(Some("busy"));
        next_turn(app);
        return after(app, u32::try_from(shut_ms).unwrap_or(u32::MAX));
    }
    if inner.wire.opening.replace(true) {
        return;
    }
    let shop = inner.config.shop.clone();
    let page = Some(inner.page.borrow().clone());
    let open = Open { language: Some(app.language()), identity: inner.identity.borrow().clone(), page };
    spawn_local(async move {
        let answer = http::open(&shop, &open).await;
        app.inner().wire.opening.set(false);
        match answer {
            Ok(opened) => opened_now(app, opened),
            Err(Failed::Line) => later(app, None),
            Err(Failed::Busy(seconds)) => shut(app, seconds),
            Err(Failed::Status(_, code)) => refuse_all(app, &code),
        }
    });
}

/// Too many at the door. Not all of them come back at the same moment.
fn shut(app: App, seconds: u32) {
    let wait_ms = f64::from(seconds) * 1_000.0 + js_sys::Math::random() * SPREAD_MS;
    app.inner().wire.shut_until_ms.set(browser::now_ms() + wait_ms as u64);
    open(app);
}

fn opened_now(app: App, opened: Opened) {
    let session = Session::from(opened);
    let inner = app.inner();
    inner.store.set(Slot::Session, Some(&session.to_json()));
    app.set_error(None);
    set_session(app, Some(session));
}

fn refuse_all(app: App, code: &str) {
    app.chat.update(|chat| {
        let ids: Vec<_> = chat.outbox.due().filter_map(id_of).cloned().collect();
        for id in ids {
            let (id, code, detail) = (Some(id), code.to_owned(), String::new());
            chat.apply(ServerFrame::Refused { id, code, detail }, browser::now_ms());
        }
    });
    app.keep_outbox();
    app.set_error(Some("error_general"));
}

/// The edge no longer knows this conversation: what is in the outbox begins a new one.
fn forget(app: App) {
    app.inner().store.set(Slot::Session, None);
    let outbox = app.chat.with_untracked(|chat| chat.outbox.clone());
    app.adopt(None);
    app.chat.set(Chat::with_outbox(outbox));
    if app.chat.with_untracked(|chat| chat.outbox.due().next().is_some()) {
        open(app);
    }
}

fn send_due(app: App) {
    let due: Vec<ClientFrame> = app.chat.with_untracked(|chat| chat.outbox.due().cloned().collect());
    due.iter().for_each(|frame| say_once(app, frame));
}

/// Tries again after a pause; `opened` says of a lost socket whether it had been one.
fn later(app: App, opened: Option<bool>) {
    let inner = app.inner();
    next_turn(app);
    let random = js_sys::Math::random();
    let delay_ms = match opened {
        Some(opened) => inner.wire.link.borrow_mut().lost(opened, random),
        None => inner.wire.link.borrow_mut().delay(random),
    };
    if inner.wire.down_since_ms.get() == 0 {
        inner.wire.down_since_ms.set(browser::now_ms());
    }
    show_line(app);
    after(app, delay_ms);
}

fn after(app: App, delay_ms: u32) {
    let go = move || if session(app).is_some() { connect(app) } else { open(app) };
    let handle = set_timeout_with_handle(go, Duration::from_millis(delay_ms.into())).ok();
    app.inner().wire.timer.set(handle);
}

fn next_turn(app: App) -> u32 {
    let wire = &app.inner().wire;
    if let Some(timer) = wire.timer.take() {
        timer.clear();
    }
    wire.socket.replace(None);
    wire.turn.set(wire.turn.get().wrapping_add(1));
    wire.turn.get()
}

fn line_is_up(app: App) {
    app.inner().wire.down_since_ms.set(0);
    show_line(app);
}

fn show_line(app: App) {
    let since = app.inner().wire.down_since_ms.get();
    let down = since > 0 && browser::now_ms().saturating_sub(since) >= TELL_AFTER_MS;
    let line = match (browser::is_online(), down) {
        (false, _) => Line::Offline,
        (true, true) => Line::Reconnecting,
        (true, false) => Line::Fine,
    };
    app.set_line(line);
}

/// Once a second, from the first word on.
fn keep_ticking(app: App) {
    if !app.inner().wire.ticking.replace(true) {
        set_interval(move || tick(app), Duration::from_secs(1));
    }
}

fn tick(app: App) {
    let inner = app.inner();
    let now_ms = browser::now_ms();
    let mut changed = false;
    app.chat.update_untracked(|chat| changed = chat.tick(now_ms));
    if changed {
        app.chat.notify();
    }
    show_line(app);
    let Some(ready) = inner.wire.socket.borrow().as_ref().map(|socket| socket.is_ready()) else { return };
    let heard_ms = inner.wire.heard_ms.get();
    let expecting = app.chat.with_untracked(|chat| chat.expects_something());
    if !ready && now_ms.saturating_sub(heard_ms) >= OPEN_WITHIN_MS {
        return later(app, Some(false));
    }
    if is_dead(now_ms, heard_ms, inner.wire.said_ms.get(), expecting) {
        return later(app, Some(true));
    }
    if now_ms.saturating_sub(inner.wire.pinged_ms.get()) >= PING_EVERY_MS {
        inner.wire.pinged_ms.set(now_ms);
        if let Some(socket) = inner.wire.socket.borrow().as_ref() {
            socket.ping();
        }
    }
}
