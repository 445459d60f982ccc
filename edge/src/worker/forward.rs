//! Requests handed on to one of our own objects.

use crate::error::{EdgeError, Result};
use worker::{Method, Request, RequestInit, Response, Stub, Url};

/// Turns away who asks a socket's address for a page.
pub fn must_upgrade(request: &Request) -> Result<()> {
    let header = request.headers().get("upgrade").ok().flatten();
    match header.is_some_and(|value| value.eq_ignore_ascii_case("websocket")) {
        true => Ok(()),
        false => Err(EdgeError::new(426, "no_upgrade", "This address speaks WebSocket.")),
    }
}

pub async fn upgrade(stub: &Stub, path: &str, url: &Url) -> Result<Response> {
    let headers = worker::Headers::new();
    headers.set("upgrade", "websocket").map_err(EdgeError::internal)?;
    let mut init = RequestInit::new();
    init.with_headers(headers);
    let request = Request::new_with_init(&object_url(path, url), &init).map_err(EdgeError::internal)?;
    stub.fetch_with_request(request).await.map_err(EdgeError::internal)
}

pub async fn pass_on(stub: &Stub, path: &str, url: &Url, body: Option<Vec<u8>>) -> Result<Response> {
    let mut init = RequestInit::new();
    if let Some(body) = body {
        let text = String::from_utf8(body)
            .map_err(|_| EdgeError::bad_request("bad_json", "The body is not UTF-8."))?;
        init.with_method(Method::Post).with_body(Some(text.into()));
    }
    let request = Request::new_with_init(&object_url(path, url), &init).map_err(EdgeError::internal)?;
    stub.fetch_with_request(request).await.map_err(EdgeError::internal)
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

fn object_url(path: &str, url: &Url) -> String {
    match url.query() {
        Some(query) => format!("https://object{path}?{query}"),
        None => format!("https://object{path}"),
    }
}
