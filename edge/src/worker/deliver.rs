//! Sends what is due in the outbox: to a webhook, signed, or to the shop's own object. Each lane in order,
//! lanes beside each other.

use super::body::OBJECT_MS;
use super::conversation_object::Inner;
use super::{body, js, view};
use crate::conversation::outbox::{Attempt, Due, Lane};
use crate::error::{EdgeError, Result};
use crate::shop::View;
use crate::webhook::shape;
use crate::webhook::sign::{self, Key};
use crate::webhook::verdict::{Verdict, verdict};
use counterbell_protocol::socket::QueueStatus;
use counterbell_shop::{Format, address};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use serde::de::DeserializeOwned;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::time::Duration;
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response,
};

const TIMEOUT: Duration = Duration::from_secs(15);
/// Of an answer so much is read.
const READ_BYTES: usize = 20_000;
/// And so much is kept.
const KEEP_BYTES: usize = 1_000;

/// Starts every attempt that is due; returns at once.
pub fn start(inner: &Rc<Inner>) {
    loop {
        match inner.core().and_then(|core| core.take_due(js::now_ms())) {
            Ok(Some(due)) => {
                let task = inner.clone();
                inner.state.wait_until(async move {
                    if let Err(error) = attempt(&task, &due).await {
                        worker::console_error!("delivery: {error}");
                    }
                    start(&task);
                });
            }
            Ok(None) => break,
            Err(error) => return worker::console_error!("outbox: {error}"),
        }
    }
    if let Err(error) = inner.clear_if_over() {
        worker::console_error!("not cleared: {error}");
    }
}

async fn attempt(inner: &Rc<Inner>, due: &Due) -> Result<()> {
    let at_ms = js::now_ms();
    let view = inner.newest_view().await;
    let sent = match (&due.lane, &view) {
        (_, Err(error)) => Sent::failed(error.to_string()),
        (Lane::Shop, Ok(view)) => register(inner, view, due).await,
        (Lane::Reports, Ok(view)) => report(inner, view, due).await,
        (lane, Ok(view)) => match destination(view, lane) {
            Some((url, format)) => post(view, &url, format, due).await,
            None => Sent::failed("no target".to_owned()),
        },
    };
    let attempt = Attempt {
        at_ms,
        duration_ms: js::now_ms().saturating_sub(at_ms),
        status: sent.status,
        error: sent.error,
        answer: sent.answer,
        verdict: verdict(sent.status, sent.retry_after.as_deref(), js::now_ms()),
    };
    match (attempt.verdict, &view) {
        (Verdict::Gone, Ok(view)) => {
            let effects = inner.with(view, |core, cx| core.target_gone(cx, due, &attempt))?;
            inner.follow(effects);
            Ok(())
        }
        _ => inner.core()?.record_attempt(due, &attempt, js::dice()),
    }
}

/// What came of one attempt.
#[derive(Default)]
struct Sent {
    status: Option<u16>,
    retry_after: Option<String>,
    error: Option<String>,
    answer: Option<String>,
}

impl Sent {
    fn failed(error: String) -> Self {
        Self { error: Some(error), ..Self::default() }
    }
}

async fn register(inner: &Rc<Inner>, view: &View, due: &Due) -> Sent {
    match tell_shop::<QueueStatus>(inner, view, "/register", due).await {
        Ok(status) => {
            inner.tell_queue(status);
            Sent { status: Some(200), ..Sent::default() }
        }
        Err(error) => Sent::failed(error.inside.unwrap_or(error.detail)),
    }
}

async fn report(inner: &Rc<Inner>, view: &View, due: &Due) -> Sent {
    match tell_shop::<()>(inner, view, "/report", due).await {
        Ok(()) => Sent { status: Some(200), ..Sent::default() },
        Err(error) => Sent::failed(error.inside.unwrap_or(error.detail)),
    }
}

async fn tell_shop<A: DeserializeOwned>(inner: &Inner, view: &View, path: &str, due: &Due) -> Result<A> {
    let told: serde_json::Value = serde_json::from_str(&due.body).map_err(EdgeError::internal)?;
    body::ask(OBJECT_MS, &view::stub(&inner.env, &view.shop)?, path, &told).await
}

/// The address and shape behind a lane, as the settings are now.
fn destination(view: &View, lane: &Lane) -> Option<(String, Format)> {
    let target = |name: &str| view.settings.target(name);
    match lane {
        Lane::Target(name) => target(name).map(|target| (target.url.clone(), target.format)),
        Lane::Fallback(name) => {
            target(name)?.fallback.as_ref().map(|fallback| (fallback.url.clone(), fallback.format))
        }
        Lane::Shop | Lane::Reports => None,
    }
}

async fn post(view: &View, url: &str, format: Format, due: &Due) -> Sent {
    // The settings were checked when they were saved; the address is checked again before each use.
    if let Err(problem) = address::check(url, allow_loopback(view)) {
        return Sent::failed(format!("address: {problem}"));
    }
    let keys: Vec<Key> = view.secrets.webhook_keys.iter().filter_map(|key| Key::parse(key).ok()).collect();
    if keys.is_empty() {
        return Sent::failed("no webhook key is set: nothing is sent unsigned".to_owned());
    }
    let (text, content_type) = shape::body(format, &due.body);
    let request = match request(url, &keys, &due.id, &text, content_type) {
        Ok(request) => request,
        Err(error) => return Sent::failed(error.to_string()),
    };
    let abort = AbortController::default();
    let signal = abort.signal();
    let mut timeout = pin!(Delay::from(TIMEOUT));
    let fetch = Fetch::Request(request);
    let send = pin!(fetch.send_with_signal(&signal));
    let sent = match select(send, timeout.as_mut()).await {
        Either::Left((Ok(response), _)) => read(response, timeout).await,
        Either::Left((Err(error), _)) => Sent::failed(error.to_string()),
        Either::Right(_) => Sent::failed("no answer within 15 s".to_owned()),
    };
    // What is left of a late or long answer is not read.
    abort.abort();
    sent
}

fn request(url: &str, keys: &[Key], id: &str, text: &str, content_type: &str) -> worker::Result<Request> {
    let timestamp_s = js::now_ms() / 1_000;
    let headers = Headers::new();
    headers.set("content-type", content_type)?;
    headers.set("user-agent", concat!("counterbell/", env!("CARGO_PKG_VERSION")))?;
    headers.set("webhook-id", id)?;
    headers.set("webhook-timestamp", &timestamp_s.to_string())?;
    headers.set("webhook-signature", &sign::header(keys, id, timestamp_s, text.as_bytes()))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_redirect(RequestRedirect::Manual);
    init.with_body(Some(text.into()));
    Request::new_with_init(url, &init)
}

/// The status has come and counts; of the text so much is read as comes in time.
async fn read(mut response: Response, timeout: Pin<&mut Delay>) -> Sent {
    let status = response.status_code();
    let retry_after = response.headers().get("retry-after").ok().flatten();
    let answer = match select(pin!(read_some(&mut response)), timeout).await {
        Either::Left((answer, _)) => Some(answer),
        Either::Right(_) => None,
    };
    Sent { status: Some(status), retry_after, error: None, answer }
}

async fn read_some(response: &mut Response) -> String {
    let mut bytes = Vec::new();
    if let Ok(mut stream) = response.stream() {
        while bytes.len() < READ_BYTES
            && let Some(Ok(chunk)) = stream.next().await
        {
            bytes.extend_from_slice(&chunk);
        }
    }
    bytes.truncate(KEEP_BYTES);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// For local development only: the edge itself is on loopback.
pub fn allow_loopback(view: &View) -> bool {
    view.allow_loopback
}
