//! The same conversation without a socket: send by `POST`, ask what is new by `GET`.

use super::{after, forget, later, line_is_up, next_turn, session};
use crate::app::App;
use crate::browser::fetch::{self, Failed};
use crate::browser::{self, store::Session};
use crate::leptos::*;
use crate::state::link::poll_delay_ms;
use crate::state::outbox::id_of;
use crate::state::{number, read, written};
use counterbell_protocol::socket::{Open, Opened};
use counterbell_protocol::{ClientFrame, ServerFrame};
use wasm_bindgen_futures::spawn_local;

pub async fn open(shop: &str, open: &Open) -> Result<Opened, Failed> {
    let url = ["/v1/shops/", shop, "/conversations"].concat();
    let answer = fetch::json(&url, Some(written::open(open)), None).await?;
    read::opened(&answer).ok_or(Failed::Line)
}

/// Sends what is due, asks what is new, and comes back after a while.
pub fn poll(app: App) {
    let Some(session) = session(app) else { return };
    let turn = next_turn(app);
    spawn_local(async move {
        let result = exchange(app, &session).await;
        let inner = app.inner();
        if inner.wire.turn.get() != turn {
            return;
        }
        match result {
            Ok(()) => {
                inner.wire.heard_ms.set(browser::now_ms());
                line_is_up(app);
                inner.wire.link.borrow_mut().polled();
                after(app, pause_ms(app));
            }
            Err(Failed::Status(status, _)) if is_gone(status) => forget(app),
            Err(_) => later(app, None),
        }
    });
}

/// The edge does not know this conversation, or not with this token.
fn is_gone(status: u16) -> bool {
    matches!(status, 401 | 403 | 404 | 410)
}

fn pause_ms(app: App) -> u32 {
    let (owner, expecting) = app.chat.with_untracked(|chat| (chat.owner, chat.expects_something()));
    poll_delay_ms(owner, browser::is_visible(), expecting)
}

async fn exchange(app: App, session: &Session) -> Result<(), Failed> {
    let shop = app.inner().config.shop.clone();
    let base = ["/v1/shops/", &shop, "/conversations/", session.conversation.as_str()].concat();
    let due: Vec<ClientFrame> = app.chat.with_untracked(|chat| chat.outbox.due().cloned().collect());
    for frame in due {
        let body = written::client_frame(&frame).write();
        match fetch::json(&[&base, "/frames"].concat(), Some(body), Some(session.token.clone())).await {
            Ok(answer) => app.take(read::server_frame(&answer).ok_or(Failed::Line)?),
            Err(Failed::Status(status, code)) if !is_gone(status) => {
                let (id, detail) = (id_of(&frame).cloned(), String::new());
                app.take(ServerFrame::Refused { id, code, detail });
            }
            Err(failed) => return Err(failed),
        }
    }
    let seq = app.chat.with_untracked(|chat| chat.seq);
    let url = [&base, "/events?after=", &number::written(seq)].concat();
    let answer = fetch::json(&url, None, Some(session.token.clone())).await?;
    app.take_missed(read::missed(&answer).ok_or(Failed::Line)?);
    Ok(())
}
