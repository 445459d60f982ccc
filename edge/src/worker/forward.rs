//! Requests handed on to one of our own objects.

use crate::error::{EdgeError, Result};
use crate::shop::auth;
use worker::{Method, Request, RequestInit, Response, Stub, Url};

/// Turns away who asks a socket's address for a page.
pub fn must_upgrade(request: &Request) -> Result<()> {
    let header = request.headers().get("upgrade").ok().flatten();
    match header.is_some_and(|value| value.eq_ignore_ascii_case("websocket")) {
        true => Ok(()),
        false => Err(EdgeError::new(426, "no_upgrade", "This address speaks WebSocket.")),
    }
}

/// No call has more to say than some numbers and ids.
const MAX_QUERY_BYTES: usize = 1_000;
const MAX_KEY_BYTES: usize = 200;

/// Carries what stands for the key that a feed is opened with.
pub const KEY_DIGEST: &str = "x-key-digest";

pub async fn upgrade(stub: &Stub, path: &str, url: &Url) -> Result<Response> {
    upgrade_with(stub, path, url, worker::Headers::new()).await
}

pub async fn upgrade_feed(stub: &Stub, url: &Url, key: &str) -> Result<Response> {
    let headers = worker::Headers::new();
    headers.set(KEY_DIGEST, &auth::digest(key)).map_err(EdgeError::internal)?;
    upgrade_with(stub, "/feed", url, headers).await
}

async fn upgrade_with(stub: &Stub, path: &str, url: &Url, headers: worker::Headers) -> Result<Response> {
    headers.set("upgrade", "websocket").map_err(EdgeError::internal)?;
    let mut init = RequestInit::new();
    init.with_headers(headers);
    let request = Request::new_with_init(&object_url(path, url)?, &init).map_err(EdgeError::internal)?;
    stub.fetch_with_request(request).await.map_err(EdgeError::internal)
}

pub async fn pass_on(stub: &Stub, path: &str, url: &Url, body: Option<Vec<u8>>) -> Result<Response> {
    let mut init = RequestInit::new();
    if let Some(body) = body {
        let text = String::from_utf8(body)
            .map_err(|_| EdgeError::bad_request("bad_json", "The body is not UTF-8."))?;
        init.with_method(Method::Post).with_body(Some(text.into()));
    }
    let request = Request::new_with_init(&object_url(path, url)?, &init).map_err(EdgeError::internal)?;
    stub.fetch_with_request(request).await.map_err(EdgeError::internal)
}

/// A call without a fresh key, or with one that is too long to be kept, wakes no object.
pub fn idempotency_key(request: &Request) -> Result<String> {
    let key = request.headers().get("idempotency-key").ok().flatten().unwrap_or_default();
    if key.is_empty() || key.len() > MAX_KEY_BYTES {
        let detail = "Send an Idempotency-Key header of 1 to 200 characters with each call.";
        return Err(EdgeError::bad_request("no_idempotency_key", detail));
    }
    Ok(key)
}

pub async fn forward_call(stub: &Stub, operation: &str, key: &str, call: Vec<u8>) -> Result<Response> {
    let text =
        String::from_utf8(call).map_err(|_| EdgeError::bad_request("bad_json", "The body is not UTF-8."))?;
    let headers = worker::Headers::new();
    headers.set("idempotency-key", key).map_err(EdgeError::internal)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(Some(text.into()));
    let request = Request::new_with_init(&format!("https://object/agent/{operation}"), &init);
    stub.fetch_with_request(request.map_err(EdgeError::internal)?).await.map_err(EdgeError::internal)
}

fn object_url(path: &str, url: &Url) -> Result<String> {
    match url.query() {
        Some(query) if query.len() > MAX_QUERY_BYTES => {
            let detail = format!("What follows the `?` is at most {MAX_QUERY_BYTES} bytes.");
            Err(EdgeError::new(414, "too_long", detail))
        }
        Some(query) => Ok(format!("https://object{path}?{query}")),
        None => Ok(format!("https://object{path}")),
    }
}
