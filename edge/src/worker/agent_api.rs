//! The agent API of one conversation. The router has checked the key; here each call takes effect once.

use super::body;
use super::conversation_object::Inner;
use super::forward::idempotency_key;
use super::sockets;
use crate::conversation::Effects;
use crate::conversation::repeat::Kept;
use crate::error::{EdgeError, Result};
use counterbell_protocol::agent::{Claim, ClaimRefused, Done, Held, Note, Reply, Transfer};
use counterbell_protocol::{MAX_FRAME_BYTES, ServerFrame};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::rc::Rc;
use worker::{Request, Response};

pub async fn handle(inner: Rc<Inner>, operation: &str, mut request: Request) -> Result<Response> {
    let key = idempotency_key(&request)?;
    let body = body::read(&mut request, MAX_FRAME_BYTES).await?;
    let view = inner.view().await?;
    // From here to the answer nothing waits, so a call and its kept answer are one step.
    let call = fingerprint(operation, &body);
    if let Some(kept) = inner.core()?.answered_before(&key, &call)? {
        return body::text_response(kept.status, "application/json", kept.body);
    }
    let done = run(&inner, &view, operation, &body);
    let (kept, effects) = match done {
        Ok((body, effects)) => (Kept { status: 200, body }, effects),
        Err(error) if error.status >= 500 => return Err(error),
        Err(error) => (Kept { status: error.status, body: refusal(&inner, &error)? }, Effects::default()),
    };
    let keeping = inner.core()?.keep_answer(super::js::now_ms(), &key, &call, &kept);
    // The call has taken effect, whether or not its answer could be kept.
    inner.follow(effects);
    keeping?;
    body::text_response(kept.status, "application/json", kept.body)
}

fn run(
    inner: &Rc<Inner>,
    view: &crate::shop::View,
    operation: &str,
    body: &[u8],
) -> Result<(String, Effects)> {
    inner.with(view, |core, cx| match operation {
        "claim" => {
            let call: Claim = body::parse(body)?;
            let (claimed, effects) = core.claim(cx, &call.person)?;
            Ok((text(&claimed)?, effects))
        }
        "renew" => {
            let call: Held = body::parse(body)?;
            Ok((text(&core.renew(cx, &call.claim)?)?, Effects::default()))
        }
        "reply" => {
            let call: Reply = body::parse(body)?;
            let (replied, effects) = core.reply(cx, &call)?;
            Ok((text(&replied)?, effects))
        }
        "typing" => {
            let call: Held = body::parse(body)?;
            core.check_holder(cx, &call.claim)?;
            let name = core.held_by()?.map(|person| person.name);
            sockets::broadcast(inner, &ServerFrame::Typing { name });
            Ok((text(&Done {})?, Effects::default()))
        }
        "note" => {
            let call: Note = body::parse(body)?;
            Ok((text(&Done {})?, core.note(cx, &call)?))
        }
        "transfer" => {
            let call: Transfer = body::parse(body)?;
            Ok((text(&Done {})?, core.transfer(cx, &call)?))
        }
        "release" => {
            let call: Held = body::parse(body)?;
            Ok((text(&Done {})?, core.release(cx, &call.claim)?))
        }
        "resolve" => {
            let call: Held = body::parse(body)?;
            Ok((text(&Done {})?, core.resolve(cx, &call.claim)?))
        }
        _ => Err(EdgeError::not_found("call")),
    })
}

/// A refusal says who has the conversation, where somebody has it.
fn refusal(inner: &Rc<Inner>, error: &EdgeError) -> Result<String> {
    let held_by = if error.status == 409 { inner.core()?.held_by()? } else { None };
    text(&ClaimRefused { code: error.code.to_owned(), detail: error.detail.clone(), held_by })
}

fn text<T: Serialize>(body: &T) -> Result<String> {
    serde_json::to_string(body).map_err(EdgeError::internal)
}

/// What the call is, so that its key is not taken for another one.
fn fingerprint(operation: &str, body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{operation} {hex}")
}
