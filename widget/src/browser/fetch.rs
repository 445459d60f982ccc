//! Requests to the frame's own origin, with a time limit.

use crate::leptos::window;
use crate::state::json::{Json, parse};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

const TIMEOUT_MS: u32 = 20_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// No answer, or one that is none: worth another try.
    Line,
    /// The edge has said no.
    Status(u16, String),
}

/// `body` makes it a POST; `token` proves whose conversation it is.
pub async fn json(url: &str, body: Option<String>, token: Option<&str>) -> Result<Json, Failed> {
    parse(&text(url, body, token).await?).ok_or(Failed::Line)
}

pub async fn text(url: &str, body: Option<String>, token: Option<&str>) -> Result<String, Failed> {
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    if let Ok(headers) = Headers::new() {
        if let Some(token) = token {
            let _ = headers.set("authorization", &format!("Bearer {token}"));
        }
        if let Some(body) = body {
            init.set_method("POST");
            init.set_body(&body.into());
            let _ = headers.set("content-type", "application/json");
        }
        init.set_headers(&headers);
    }
    let answer =
        JsFuture::from(window().fetch_with_str_and_init(url, &init)).await.map_err(|_| Failed::Line)?;
    let answer: Response = answer.dyn_into().map_err(|_| Failed::Line)?;
    let reading = answer.text().map_err(|_| Failed::Line)?;
    let text = JsFuture::from(reading).await.ok().and_then(|text| text.as_string()).ok_or(Failed::Line)?;
    if answer.ok() { Ok(text) } else { Err(refusal(answer.status(), &text)) }
}

fn refusal(status: u16, text: &str) -> Failed {
    let code = parse(text).and_then(|body| body.get("code").text());
    match status {
        400..=499 if status != 408 && status != 429 => Failed::Status(status, code.unwrap_or_default()),
        _ => Failed::Line,
    }
}
