//! A form with a file in it, read by the platform. One that is longer than a file may be is not read to its end
//! but told from its beginning: what was written stands before the file, and must not be lost with it.

use super::super::{body, js};
use super::fields::Problem;
use crate::error::{EdgeError, Result};
use crate::form::{self, Place, Room};
use counterbell_protocol::{MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS};
use futures_util::StreamExt;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{JsString, Uint8Array};
use worker::{ByteStream, Headers, Method, Request, RequestInit, web_sys};

/// All that is filled in, without a file.
pub const MAX_FIELDS_BYTES: usize = 8 * counterbell_protocol::MAX_FRAME_BYTES;
const MAX_FORM_BYTES: u64 = MAX_ATTACHMENT_BYTES + MAX_FIELDS_BYTES as u64;
/// A browser reads no answer before it has sent everything. Who sends more than this gets none.
const MAX_IGNORED_BYTES: usize = 64_000_000;

static ROOM: Room = Room::new();

/// What was sent.
pub struct Parts {
    form: web_sys::FormData,
    /// Why the files in it are not whole, if they are not.
    refused: Option<Problem>,
    /// As long as the files are in memory.
    _place: Option<Place<'static>>,
}

/// A file that somebody has chosen.
pub struct Upload {
    pub file: web_sys::File,
    pub refused: Option<Problem>,
}

/// The content type, where it is one that can hold files.
pub fn content_type(request: &Request) -> Option<String> {
    let header = request.headers().get("content-type").ok().flatten()?;
    header.trim_start().to_ascii_lowercase().starts_with("multipart/form-data").then_some(header)
}

pub async fn read(request: &mut Request, content_type: &str) -> Result<Parts> {
    let length = request.headers().get("content-length").ok().flatten();
    let length = length.and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
    if length <= MAX_FIELDS_BYTES as u64 {
        return whole(request, None).await;
    }
    if length > MAX_FORM_BYTES {
        return beginning(request, content_type, Problem::FileTooLarge).await;
    }
    match ROOM.enter(js::now_ms()) {
        Some(place) => whole(request, Some(place)).await,
        None => beginning(request, content_type, Problem::TooFast).await,
    }
}

impl Parts {
    /// Empty if it is not there.
    pub fn field(&self, name: &str) -> Result<String> {
        let Ok(text) = self.form.get(name).dyn_into::<JsString>() else { return Ok(String::new()) };
        if text.length() as usize > MAX_FIELDS_BYTES {
            return Err(body::too_long(MAX_FIELDS_BYTES));
        }
        Ok(text.into())
    }

    /// Where none was chosen, a browser sends an empty one without a name.
    pub fn files(&self, name: &str) -> Vec<Upload> {
        let files =
            self.form.get_all(name).into_iter().filter_map(|entry| entry.dyn_into::<web_sys::File>().ok());
        let chosen = files.filter(|file| file.size() > 0.0 || !file.name().is_empty());
        let upload = |file| Upload { file, refused: self.refused };
        chosen.take(MAX_ATTACHMENTS as usize).map(upload).collect()
    }
}

async fn whole(request: &mut Request, place: Option<Place<'static>>) -> Result<Parts> {
    let form = request.form_data().await.map_err(no_form)?;
    Ok(Parts { form: JsValue::from(form).unchecked_into(), refused: None, _place: place })
}

async fn beginning(request: &mut Request, content_type: &str, refused: Problem) -> Result<Parts> {
    let mut stream = request.stream().map_err(EdgeError::internal)?;
    let mut read = Vec::new();
    while read.len() < MAX_FIELDS_BYTES
        && let Some(chunk) = stream.next().await
    {
        read.extend(chunk.map_err(no_form)?);
    }
    let is_cut = ignore(stream).await? > 0;
    let bytes = if is_cut { form::closed(read, content_type).ok_or_else(|| no_form("?"))? } else { read };
    let headers = Headers::new();
    headers.set("content-type", content_type).map_err(EdgeError::internal)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(Some(Uint8Array::from(&*bytes).into()));
    let mut request = Request::new_with_init("https://form/", &init).map_err(EdgeError::internal)?;
    let parts = Parts { refused: is_cut.then_some(refused), ..whole(&mut request, None).await? };
    // Without a file it was a text that went on and on.
    if is_cut && parts.files("file").is_empty() {
        return Err(body::too_long(MAX_FIELDS_BYTES));
    }
    Ok(parts)
}

/// How much more there was.
async fn ignore(mut stream: ByteStream) -> Result<usize> {
    let mut bytes = 0;
    while let Some(chunk) = stream.next().await {
        bytes += chunk.map_err(no_form)?.len();
        if bytes > MAX_IGNORED_BYTES {
            break;
        }
    }
    Ok(bytes)
}

fn no_form(error: impl std::fmt::Display) -> EdgeError {
    EdgeError {
        inside: Some(error.to_string()),
        ..EdgeError::bad_request("bad_form", "This is not the form.")
    }
}
