//! A desk's feed of one conversation ends with the key that it was opened with. Nothing is sent over it before
//! that key was compared with the one that the shop's object named within the last seconds; where the object
//! names none, the feed is closed, and whoever still has a key comes back and misses nothing.

use super::conversation_object::Inner;
use super::view;
use crate::error::Result;
use crate::shop::{Secrets, View, auth};
use counterbell_protocol::agent::FeedFrame;
use std::rc::Rc;
use worker::WebSocket;

pub const AGENT: &str = "agent";
/// Begins the tag that says which key a feed was opened with.
const KEY: &str = "key:";
/// The key is not good any more.
const WRONG_KEY: (u16, &str) = (4_001, "the key was replaced");
/// Which key is good cannot be found out at this moment.
const LATER: (u16, &str) = (1_013, "try again");

/// The tags of a feed that was opened with this key.
pub fn tags(digest: &str) -> [String; 2] {
    [AGENT.to_owned(), format!("{KEY}{digest}")]
}

/// To all desks that look, in order.
pub fn tell(inner: &Rc<Inner>, frame: FeedFrame) {
    if sockets(inner).is_empty() {
        return;
    }
    let shop = inner.core().and_then(|core| core.place()).map(|place| place.shop);
    let fresh = match shop.as_ref().map(view::cached) {
        Ok(view::Age::Fresh(view)) => Some(view),
        _ => None,
    };
    match fresh {
        Some(view) if inner.untold.borrow().is_empty() => send(inner, &view.secrets, &[frame]),
        _ => tell_later(inner, frame),
    }
}

/// What comes meanwhile is told with it.
fn tell_later(inner: &Rc<Inner>, frame: FeedFrame) {
    let mut untold = inner.untold.borrow_mut();
    untold.push(frame);
    if untold.len() > 1 {
        return;
    }
    let task = inner.clone();
    inner.state.wait_until(async move {
        let view = newest_view(&task).await;
        let frames = task.untold.take();
        match view {
            Ok(view) => send(&task, &view.secrets, &frames),
            Err(error) => {
                worker::console_error!("feed: {error:?}");
                sockets(&task).iter().for_each(|socket| close(socket, LATER));
            }
        }
    });
}

/// Closes what was opened with a key that is not good any more, though there is nothing to tell.
pub fn check(inner: &Inner, view: &View) {
    send(inner, &view.secrets, &[]);
}

fn send(inner: &Inner, secrets: &Secrets, frames: &[FeedFrame]) {
    for socket in sockets(inner) {
        let tags = inner.state.get_tags(&socket);
        let digest = tags.iter().find_map(|tag| tag.strip_prefix(KEY));
        if digest.is_some_and(|digest| auth::is_digest_of_agent(secrets, digest)) {
            frames.iter().for_each(|frame| super::sockets::send(&socket, frame));
        } else {
            close(&socket, WRONG_KEY);
        }
    }
}

async fn newest_view(inner: &Inner) -> Result<Rc<View>> {
    view::fetch(&inner.env, &inner.core()?.place()?.shop).await
}

fn close(socket: &WebSocket, (code, reason): (u16, &str)) {
    let _ = socket.close(Some(code), Some(reason));
}

fn sockets(inner: &Inner) -> Vec<WebSocket> {
    inner.state.get_websockets_with_tag(AGENT)
}
