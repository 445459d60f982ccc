//! Requests to the frame's own origin, with a time limit.

use super::ask;
use crate::state::json::{Json, parse};
use crate::state::number::read;
use wasm_bindgen_futures::JsFuture;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// No answer, or one that is none: worth another try.
    Line,
    /// Too many ask: the same again in so many seconds.
    Busy(u32),
    /// The edge has said no.
    Status(u16, String),
}

/// `body` makes it a POST; `token` proves whose conversation it is.
pub async fn json(url: &str, body: Option<String>, token: Option<String>) -> Result<Json, Failed> {
    let answer = JsFuture::from(ask(url, body, token)).await.map_err(|_| Failed::Line)?;
    let answer = answer.as_string().ok_or(Failed::Line)?;
    let (status, text) = answer.split_once(' ').ok_or(Failed::Line)?;
    let json = parse(text);
    let status = read(status, 10).and_then(|status| status.try_into().ok()).unwrap_or(0_u16);
    match status {
        200..=299 => json.ok_or(Failed::Line),
        // The text is when to come back.
        429 => Err(Failed::Busy(read(text, 10).and_then(|seconds| seconds.try_into().ok()).unwrap_or(1))),
        408 => Err(Failed::Line),
        400..=499 => {
            Err(Failed::Status(status, json.and_then(|body| body.get("code").text()).unwrap_or_default()))
        }
        _ => Err(Failed::Line),
    }
}
