//! Requests read with a limit, and answers made: errors as `{code, detail}`, never more.

use super::within::ended_within;
use crate::error::{EdgeError, Result};
use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{AbortSignal, Headers, Request, Response, Stub, web_sys};

/// So long is waited for one of our own objects: one that hangs must hold up nobody for ever.
pub const OBJECT_MS: u64 = 20_000;

/// Reads a body of at most `limit` bytes.
pub async fn read(request: &mut Request, limit: usize) -> Result<Vec<u8>> {
    let announced = request.headers().get("content-length").ok().flatten();
    if announced.and_then(|text| text.parse::<usize>().ok()).is_some_and(|bytes| bytes > limit) {
        return Err(too_long(limit));
    }
    let Ok(mut stream) = request.stream() else { return Ok(Vec::new()) };
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend_from_slice(&chunk.map_err(EdgeError::internal)?);
        if body.len() > limit {
            return Err(too_long(limit));
        }
    }
    Ok(body)
}

pub fn too_long(limit: usize) -> EdgeError {
    EdgeError::new(413, "too_long", format!("The body is longer than {limit} bytes."))
}

pub async fn read_json<T: DeserializeOwned>(request: &mut Request, limit: usize) -> Result<T> {
    parse(&read(request, limit).await?)
}

pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| {
        // The message names the place and the expectation, not the content.
        EdgeError::bad_request("bad_json", format!("The body is not the JSON expected here: {error}"))
    })
}

pub fn json<T: Serialize>(status: u16, body: &T) -> Result<Response> {
    let text = serde_json::to_string(body).map_err(EdgeError::internal)?;
    text_response(status, "application/json", text)
}

pub fn text_response(status: u16, content_type: &str, text: String) -> Result<Response> {
    let headers = Headers::new();
    let made = headers
        .set("content-type", content_type)
        .and_then(|()| headers.set("cache-control", "no-store"))
        .and_then(|()| headers.set("x-content-type-options", "nosniff"))
        .and_then(|()| Response::ok(text));
    made.map(|response| response.with_headers(headers).with_status(status)).map_err(EdgeError::internal)
}

/// Every answer to a stranger goes through here.
pub fn answer(result: Result<Response>) -> worker::Result<Response> {
    match result {
        Ok(response) => Ok(response),
        Err(error) => {
            if let Some(inside) = &error.inside {
                worker::console_error!("{} {}: {inside}", error.status, error.code);
            }
            let answer = json(error.status, &error.body());
            let answer = answer.map_err(|error| worker::Error::RustError(error.detail))?;
            if let Some(seconds) = error.retry_after_s {
                answer.headers().set("retry-after", &seconds.to_string())?;
            }
            Ok(answer)
        }
    }
}

/// A call to one of our own objects.
pub async fn call<T: Serialize>(stub: &Stub, path: &str, body: &T) -> Result<Response> {
    send(stub, path, body, None).await
}

async fn send<T: Serialize>(
    stub: &Stub,
    path: &str,
    body: &T,
    signal: Option<&AbortSignal>,
) -> Result<Response> {
    let text = serde_json::to_string(body).map_err(EdgeError::internal)?;
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&text.into());
    init.set_signal(signal.map(|signal| &**signal));
    let request = web_sys::Request::new_with_str_and_init(&format!("https://object{path}"), &init);
    let request = request.map_err(|thrown| EdgeError::internal(format!("{thrown:?}")))?;
    stub.fetch_with_request(request.into()).await.map_err(EdgeError::internal)
}

/// A call whose answer says nothing. It is read all the same: an event with an unread answer does not end.
pub async fn tell<T: Serialize>(limit_ms: u64, stub: &Stub, path: &str, body: &T) -> Result<()> {
    ask::<T, serde::de::IgnoredAny>(limit_ms, stub, path, body).await.map(|_| ())
}

/// A call whose answer is read; an error of the object is passed on as it is. It ends after so long: an object
/// of a trapped isolate never answers.
pub async fn ask<T: Serialize, A: DeserializeOwned>(
    limit_ms: u64,
    stub: &Stub,
    path: &str,
    body: &T,
) -> Result<A> {
    ended_within(limit_ms, async |signal| {
        read_answer(send(stub, path, body, Some(&signal)).await?, path).await
    })
    .await
}

async fn read_answer<A: DeserializeOwned>(mut response: Response, path: &str) -> Result<A> {
    let text = response.text().await.map_err(EdgeError::internal)?;
    if response.status_code() >= 300 {
        return Err(EdgeError::internal(format!("{path} answered {}: {text}", response.status_code())));
    }
    serde_json::from_str(&text).map_err(EdgeError::internal)
}
