//! A shopper's frames, from the socket or by HTTP: each is answered, and they take effect in the order in which
//! they came.

use super::conversation_object::Inner;
use super::{body, budget, fault, pump, sockets};
use crate::conversation::shopper::frame_id;
use crate::error::{EdgeError, Result};
use crate::store::Store;
use counterbell_protocol::{ClientFrame, MAX_FRAME_BYTES, MessageId, ServerFrame};
use futures_channel::oneshot;
use std::rc::Rc;

impl Inner {
    /// One frame from the socket, as text.
    pub async fn receive_text(self: Rc<Self>, text: &str) -> Option<ServerFrame> {
        if text.len() > MAX_FRAME_BYTES {
            let detail = format!("A frame is at most {MAX_FRAME_BYTES} bytes.");
            return Some(refuse(None, &EdgeError::new(413, "too_long", detail)));
        }
        match body::parse::<ClientFrame>(text.as_bytes()) {
            Ok(ClientFrame::Unknown) => None,
            Ok(ClientFrame::Typing) => {
                sockets::tell_typing(&self);
                None
            }
            Ok(frame) => Some(self.receive(frame).await),
            Err(error) => Some(refuse(None, &error)),
        }
    }

    /// Frames take effect in the order in which they came, also where one has to wait for the shop's view.
    pub async fn receive(self: Rc<Self>, frame: ClientFrame) -> ServerFrame {
        let (done, next) = oneshot::channel::<()>();
        if let Some(before) = self.line.replace(Some(next)) {
            // An error says that the one before is done: its sender is gone.
            let _ = before.await;
        }
        let reply = self.receive_next(frame).await;
        drop(done);
        reply
    }

    async fn receive_next(self: &Rc<Self>, frame: ClientFrame) -> ServerFrame {
        let id = frame_id(&frame).cloned();
        let Some(known) = id else {
            return refuse(None, &EdgeError::bad_request("unknown_frame", "This frame is not known here."));
        };
        match self.take(frame).await {
            Ok(()) => ServerFrame::Accepted { id: known },
            Err(error) => refuse(Some(known), &error),
        }
    }

    async fn take(self: &Rc<Self>, frame: ClientFrame) -> Result<()> {
        fault::in_frame(&self.env, &frame).await;
        let view = self.view().await?;
        budget::learn(&self.env, &view).await;
        if fault::is_asked_for(&self.env, &frame) {
            let store = &self.core()?.store;
            return store.atomically(&mut || {
                self.with(&view, |core, cx| core.receive(cx, frame.clone()))?;
                fault::trap()
            });
        }
        let plan = self.with(&view, |core, cx| core.plan(cx, &frame))?;
        // The request to the model leaves before anything is stored, so it does not wait for the disk.
        let asks = plan.as_ref().filter(|plan| plan.asks_assistant());
        let asked = asks.and_then(|plan| pump::ask_at_once(&view, &plan.history));
        let effects = self.with(&view, |core, cx| core.receive_as_planned(cx, frame, plan.as_ref()))?;
        self.follow_having_asked(effects, asked);
        Ok(())
    }
}

pub fn refuse(id: Option<MessageId>, error: &EdgeError) -> ServerFrame {
    if let Some(inside) = &error.inside {
        worker::console_error!("{} {}: {inside}", error.status, error.code);
    }
    ServerFrame::Refused { id, code: error.code.to_owned(), detail: error.detail.clone() }
}

/// The HTTP status that goes with a frame.
pub fn status(frame: &ServerFrame) -> u16 {
    match frame {
        ServerFrame::Refused { code, .. } => match code.as_str() {
            "too_long" => 413,
            "too_fast" => 429,
            "internal" => 500,
            "not_waiting" => 409,
            "not_found" => 404,
            _ => 400,
        },
        _ => 200,
    }
}
