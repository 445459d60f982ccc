//! Sockets of one conversation: the shopper's frames and the desk's feed. They hibernate; what a client
//! missed is sent when it connects, so a lost socket loses nothing.

use super::body::OBJECT_MS;
use super::conversation_object::Inner;
use super::feed::{self, AGENT};
use super::{body, js, view};
use crate::conversation::Effects;
use crate::error::{EdgeError, Result};
use counterbell_protocol::agent::FeedFrame;
use counterbell_protocol::socket::{Delta, QueueStatus, Ready};
use counterbell_protocol::{Event, Owner, SUBPROTOCOL, ServerFrame};
use serde::Serialize;
use std::rc::Rc;
use worker::{Response, State, Url, WebSocket, WebSocketPair};

pub const SHOPPER: &str = "shopper";
/// Open sockets of one conversation, each kind.
const MAX_SOCKETS: usize = 20;
const TYPING_MS: u64 = 1_000;
/// Events in one frame: answers are at most 16 kB, and a frame well below 1 MB.
const TOGETHER: usize = 50;

pub fn answer_pings(state: &State) {
    match worker::worker_sys::WebSocketRequestResponsePair::new("ping", "pong") {
        Ok(pair) => state.set_websocket_auto_response(&pair),
        Err(_) => worker::console_error!("pings are not answered"),
    }
}

/// Accepts a socket and brings it up to date.
pub fn connect(inner: &Rc<Inner>, url: &Url, tags: &[&str]) -> Result<Response> {
    let kind = tags.first().copied().unwrap_or(SHOPPER);
    // Sockets that a network change left behind look alive: the oldest give way.
    let open = inner.state.get_websockets_with_tag(kind);
    for old in open.iter().take((open.len() + 1).saturating_sub(MAX_SOCKETS)) {
        let _ = old.close(Some(4_000), Some("too many connections"));
    }
    let pair = WebSocketPair::new().map_err(EdgeError::internal)?;
    inner.state.accept_websocket_with_tags(&pair.server, tags);
    inner.shoppers.replace(None);
    if let Err(error) = bring_up_to_date(inner, &pair.server, url, kind) {
        let _ = pair.server.close(Some(1_011), Some(""));
        return Err(error);
    }
    let response = Response::from_websocket(pair.client).map_err(EdgeError::internal)?;
    if kind == SHOPPER {
        response.headers().set("sec-websocket-protocol", SUBPROTOCOL).map_err(EdgeError::internal)?;
    }
    Ok(response)
}

/// Nothing waits in here: what is committed from now on reaches the socket as it happens.
fn bring_up_to_date(inner: &Rc<Inner>, socket: &WebSocket, url: &Url, kind: &str) -> Result<()> {
    if kind == AGENT {
        let ready = send_missed(inner, url, |events| {
            events.into_iter().for_each(|event| send(socket, &FeedFrame::Event(event)));
        })?;
        for note in inner.core()?.notes()? {
            send(socket, &FeedFrame::Note(note));
        }
        send(socket, &FeedFrame::Ready(ready));
        return Ok(());
    }
    let ready = send_missed(inner, url, |events| catch_up(socket, events, url))?;
    if let Some(draft) = draft(inner)? {
        send(socket, &ServerFrame::Delta(from_offset(draft, url)));
    }
    send(socket, &ServerFrame::Ready(ready.clone()));
    if ready.owner == Owner::Waiting {
        refresh_queue(inner);
    }
    Ok(())
}

/// All pages of what was missed, one after the other: a long log is never in memory as a whole.
fn send_missed(inner: &Inner, url: &Url, mut send_page: impl FnMut(Vec<Event>)) -> Result<Ready> {
    let core = inner.core()?;
    let mut seq = number(url, "after");
    loop {
        let page = core.events_after(seq)?;
        let Some(last) = page.last() else { return core.ready(js::now_ms()) };
        seq = last.seq;
        send_page(page);
    }
}

/// A long history message by message keeps a slow device busy for longer than reading it does.
fn catch_up(socket: &WebSocket, mut events: Vec<Event>, url: &Url) {
    if parameter(url, "together").is_none() {
        return events.into_iter().for_each(|event| send(socket, &ServerFrame::Event(event)));
    }
    while !events.is_empty() {
        let rest = events.split_off(events.len().min(TOGETHER));
        send(socket, &ServerFrame::Events { events });
        events = rest;
    }
}

/// The answer being written: newer in memory than in the store, while this object lives.
pub fn draft(inner: &Inner) -> Result<Option<Delta>> {
    if let Some(draft) = inner.draft.borrow().as_ref() {
        return Ok(Some(Delta { message: draft.turn.message.clone(), offset: 0, text: draft.shown.clone() }));
    }
    inner.core()?.draft()
}

/// A client that kept its part of the draft gets the rest.
fn from_offset(draft: Delta, url: &Url) -> Delta {
    let same = parameter(url, "draft").as_deref() == Some(draft.message.as_str());
    let offset = usize::try_from(number(url, "offset")).unwrap_or(0);
    match draft.text.get(offset..) {
        Some(rest) if same => Delta { text: rest.to_owned(), offset: offset as u64, ..draft },
        _ => draft,
    }
}

/// After a commit: what happened, to all who look.
pub fn tell(inner: &Rc<Inner>, effects: &Effects) {
    if let Some(message) = &effects.dropped {
        broadcast(inner, &ServerFrame::Dropped { message: message.clone() });
    }
    for event in &effects.events {
        broadcast(inner, &ServerFrame::Event(event.clone()));
        feed::tell(inner, FeedFrame::Event(event.clone()));
    }
    for note in &effects.notes {
        feed::tell(inner, FeedFrame::Note(note.clone()));
    }
}

/// There is nothing to see any more; who comes back finds nothing.
pub fn close_all(inner: &Inner) {
    inner.shoppers.replace(None);
    for socket in inner.state.get_websockets() {
        let _ = socket.close(Some(4_004), Some("erased"));
    }
}

/// However fast a shopper's frames come, the desk is told about once a second.
pub fn tell_typing(inner: &Rc<Inner>) {
    let now_ms = js::now_ms();
    if now_ms >= inner.typed_ms.get() + TYPING_MS {
        inner.typed_ms.set(now_ms);
        feed::tell(inner, FeedFrame::Typing);
    }
}

pub fn broadcast(inner: &Inner, frame: &ServerFrame) {
    let sockets = inner.shoppers.take().unwrap_or_else(|| inner.state.get_websockets_with_tag(SHOPPER));
    to_all(&sockets, frame);
    // Kept only while an answer comes in many frames.
    if inner.draft.borrow().is_some() {
        inner.shoppers.replace(Some(sockets));
    }
}

pub fn send<T: Serialize>(socket: &WebSocket, frame: &T) {
    if let Ok(text) = serde_json::to_string(frame) {
        // A socket that is gone will come back and ask for what it missed.
        let _ = socket.send_with_str(text);
    }
}

fn to_all<T: Serialize>(sockets: &[WebSocket], frame: &T) {
    if sockets.is_empty() {
        return;
    }
    let Ok(text) = serde_json::to_string(frame) else { return };
    for socket in sockets {
        let _ = socket.send_with_str(&text);
    }
}

/// Asks the shop's object how the wait stands, and tells the shopper.
pub fn refresh_queue(inner: &Rc<Inner>) {
    let task = inner.clone();
    inner.state.wait_until(async move {
        if let Ok(Some(status)) = queue_status(&task).await {
            broadcast(&task, &ServerFrame::Queue(status.clone()));
            task.queue.replace(Some(status));
        }
    });
}

async fn queue_status(inner: &Rc<Inner>) -> Result<Option<QueueStatus>> {
    let core = inner.core()?;
    let Some(escalation) = core.open_escalation()? else { return Ok(None) };
    let stub = view::stub(&inner.env, &core.about()?.shop)?;
    body::ask(OBJECT_MS, &stub, "/queue_status", &escalation.id).await.map(Some)
}

pub fn number(url: &Url, name: &str) -> u64 {
    parameter(url, name).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
