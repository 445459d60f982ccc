//! The network side of the `openai` provider: one request, read in chunks of some tokens, with a limit on
//! every kind of waiting.

use super::js;
use super::js::{ByobReader, ByteStream, Read};
use super::pump::{Go, Writer};
use crate::assistant::openai::{Fault, Reader};
use crate::shop::View;
use counterbell_shop::address;
use futures_util::future::{Either, LocalBoxFuture, MaybeDone, maybe_done, select};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::{
    AbortController, AbortSignal, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect,
    Response,
};

/// Until the first text.
const FIRST_TEXT_MS: u64 = 9_000;
/// Between two pieces of text.
const STALL_MS: u64 = 6_000;
/// One answer, from the request to its end.
const WHOLE_MS: u64 = 90_000;
/// A server that is busy for so short a time is asked once more.
const MAX_BUSY_S: u64 = 3;
/// Chunks are asked for in sizes that come about so often.
const WAKE_MS: u64 = 75;
const MAX_AT_LEAST_BYTES: u32 = 2_048;
const BUFFER_BYTES: u32 = 16 * 1024;

/// A request under way. Dropping it ends it: whatever the server still sends is not wanted any more.
pub struct Asking {
    abort: Option<AbortController>,
    response: Pin<Box<MaybeDone<Responding>>>,
}

type Responding = LocalBoxFuture<'static, Result<Response, Fault>>;

impl Asking {
    /// The request has left when this returns.
    pub fn begin(view: Rc<View>, request: Value) -> Self {
        let abort = AbortController::default();
        let signal = abort.signal();
        let responding: Responding = Box::pin(async move { ask(&view, &request, &signal).await });
        let mut response = Box::pin(maybe_done(responding));
        // A future does nothing until it is polled.
        let _ = response.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        Self { abort: Some(abort), response }
    }

    async fn response(&mut self) -> Result<Response, Fault> {
        self.response.as_mut().await;
        self.response.as_mut().take_output().unwrap_or(Err(Fault::CutOff))
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if let Some(abort) = self.abort.take() {
            abort.abort();
        }
    }
}

/// Streams the answer into the writer.
pub async fn stream(mut asking: Asking, writer: &mut Writer) -> Result<(), Fault> {
    let progress = Progress::new();
    let writer = RefCell::new(writer);
    let reading = pin!(read(&mut asking, &writer, &progress));
    let watching = pin!(watch(&writer, &progress));
    match select(reading, watching).await {
        Either::Left((ended, _)) => ended,
        Either::Right((fault, _)) => Err(fault),
    }
}

/// When text last came.
struct Progress {
    begun_ms: u64,
    grown_ms: Cell<u64>,
    length: Cell<usize>,
}

impl Progress {
    fn new() -> Self {
        let now_ms = js::now_ms();
        Self { begun_ms: now_ms, grown_ms: Cell::new(now_ms), length: Cell::new(0) }
    }

    fn note(&self, length: usize) {
        if length > self.length.get() {
            self.length.set(length);
            self.grown_ms.set(js::now_ms());
        }
    }

    fn too_long(&self, now_ms: u64) -> Option<&'static str> {
        if now_ms >= self.silent_until_ms() {
            return Some("no text in time");
        }
        (now_ms >= self.begun_ms + WHOLE_MS).then_some("the answer took too long")
    }

    fn silent_until_ms(&self) -> u64 {
        let patience_ms = if self.length.get() == 0 { FIRST_TEXT_MS } else { STALL_MS };
        self.grown_ms.get() + patience_ms
    }

    /// When a limit may have been reached: not later than one that the first text will set.
    fn look_at_ms(&self, now_ms: u64) -> u64 {
        let stalled_ms = self.grown_ms.get() + STALL_MS;
        let silent_ms = if stalled_ms > now_ms { stalled_ms } else { self.silent_until_ms() };
        silent_ms.min(self.begun_ms + WHOLE_MS)
    }
}

/// Looks whether text still comes, each time when a limit may have been reached.
async fn watch(writer: &RefCell<&mut Writer>, progress: &Progress) -> Fault {
    loop {
        let slow_ms = writer.try_borrow().ok().and_then(|writer| writer.slow_at_ms());
        let now_ms = js::now_ms();
        let look_ms = progress.look_at_ms(now_ms);
        let wait_ms = slow_ms.map_or(look_ms, |at_ms| at_ms.min(look_ms)).saturating_sub(now_ms).max(1);
        Delay::from(Duration::from_millis(wait_ms)).await;
        let now_ms = js::now_ms();
        if let Some(why) = progress.too_long(now_ms) {
            return Fault::Server(why.to_owned());
        }
        if let Ok(mut writer) = writer.try_borrow_mut()
            && let Err(error) = writer.offer_if_slow(now_ms)
        {
            worker::console_error!("offer: {error}");
        }
    }
}

async fn read(asking: &mut Asking, writer: &RefCell<&mut Writer>, progress: &Progress) -> Result<(), Fault> {
    let response = asking.response().await?;
    let mut chunks = Chunks::of(&response)?;
    let mut reader = Reader::default();
    while let Some(bytes) = chunks.next().await? {
        let mut writer = writer.borrow_mut();
        reader.push(bytes, &mut writer.text)?;
        progress.note(writer.text.len());
        let go = writer.advance(false).map_err(|error| Fault::Server(error.to_string()))?;
        if go == Go::Stop {
            return Ok(());
        }
        if reader.is_done() {
            break;
        }
    }
    let mut writer = writer.borrow_mut();
    reader.end(&mut writer.text)
}

async fn ask(view: &View, request: &Value, signal: &AbortSignal) -> Result<Response, Fault> {
    let response = send(view, request, signal).await?;
    let busy_s =
        response.headers().get("retry-after").ok().flatten().and_then(|text| text.parse::<u64>().ok());
    match (response.status_code(), busy_s) {
        (200, _) => Ok(response),
        (429 | 503, Some(busy_s)) if busy_s <= MAX_BUSY_S => {
            Delay::from(Duration::from_secs(busy_s)).await;
            let again = send(view, request, signal).await?;
            if again.status_code() == 200 { Ok(again) } else { Err(refused(&again)) }
        }
        _ => Err(refused(&response)),
    }
}

fn refused(response: &Response) -> Fault {
    Fault::Server(format!("status {}", response.status_code()))
}

async fn send(view: &View, request: &Value, signal: &AbortSignal) -> Result<Response, Fault> {
    let fault = |error: worker::Error| Fault::Server(error.to_string());
    let base = view.settings.assistant.base_url.as_deref().unwrap_or_default().trim_end_matches('/');
    let url = format!("{base}/chat/completions");
    address::check(&url, super::deliver::allow_loopback(view))
        .map_err(|problem| Fault::Server(problem.to_string()))?;
    let headers = Headers::new();
    headers.set("content-type", "application/json").map_err(fault)?;
    headers.set("accept", "text/event-stream").map_err(fault)?;
    if let Some(key) = &view.secrets.llm_key {
        headers.set("authorization", &format!("Bearer {key}")).map_err(fault)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_redirect(RequestRedirect::Manual);
    init.with_body(Some(request.to_string().into()));
    let request = Request::new_with_init(&url, &init).map_err(fault)?;
    Fetch::Request(request).send_with_signal(signal).await.map_err(fault)
}

/// The body, in chunks whose size follows the speed of the stream: the first one as soon as it comes, then
/// as many bytes as arrive in about `WAKE_MS`.
struct Chunks {
    reader: ByobReader,
    /// Given away with each read and given back with what was read.
    buffer: js_sys::Uint8Array,
    chunk: Vec<u8>,
    begun_ms: Option<u64>,
    bytes: u64,
    ended: bool,
}

impl Chunks {
    fn of(response: &Response) -> Result<Self, Fault> {
        let fault = |thrown: JsValue| Fault::Server(format!("{thrown:?}"));
        let worker::ResponseBody::Stream(stream) = response.body() else { return Err(Fault::NotAStream) };
        let stream: &ByteStream = stream.unchecked_ref();
        let options = js_sys::Object::new();
        js_sys::Reflect::set(&options, &"mode".into(), &"byob".into()).map_err(fault)?;
        let reader = stream.get_reader(&options).map_err(fault)?;
        let buffer = js_sys::Uint8Array::new_with_length(BUFFER_BYTES);
        Ok(Self { reader, buffer, chunk: Vec::new(), begun_ms: None, bytes: 0, ended: false })
    }

    async fn next(&mut self) -> Result<Option<&[u8]>, Fault> {
        if self.ended {
            return Ok(None);
        }
        let broken = |_: JsValue| Fault::CutOff;
        let promise = self.reader.read_at_least(self.at_least(), &self.buffer).map_err(broken)?;
        let read: Read = JsFuture::from(promise).await.map_err(broken)?.unchecked_into();
        self.ended = read.done();
        let Some(value) = read.value() else { return Ok(None) };
        self.chunk.resize(value.length() as usize, 0);
        value.copy_to(&mut self.chunk);
        if !self.ended {
            self.buffer = js_sys::Uint8Array::new(&value.buffer());
        }
        // The first chunk tells nothing of the speed.
        match self.begun_ms {
            None => self.begun_ms = Some(js::now_ms()),
            Some(_) => self.bytes += self.chunk.len() as u64,
        }
        Ok(Some(&self.chunk))
    }

    fn at_least(&self) -> u32 {
        let Some(begun_ms) = self.begun_ms else { return 1 };
        let elapsed_ms = js::now_ms().saturating_sub(begun_ms);
        let rate = self.bytes.saturating_mul(WAKE_MS).checked_div(elapsed_ms).unwrap_or(1);
        u32::try_from(rate).unwrap_or(BUFFER_BYTES).clamp(1, MAX_AT_LEAST_BYTES)
    }
}
