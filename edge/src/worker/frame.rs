//! Static files and the frame's document. Files come from the `ASSETS` binding, compressed when they were
//! built; the document is filled in here and answers with a policy of its own.

use super::words::{Words, escape};
use super::{attachments, body, js, view};
use crate::error::{EdgeError, Result};
use crate::shop::View;
use counterbell_protocol::ShopId;
use counterbell_protocol::frame::FrameConfig;
use counterbell_shop::languages::{self, LAST_RESORT};
use worker::{EncodeBody, Env, Headers, Request, Response, ResponseBuilder, Url};

/// Hashed names never change their content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
pub(super) const FOR_MINUTES: &str = "public, max-age=300, stale-while-revalidate=86400";

/// The WebAssembly as a document (see `carry.mjs` of the build): for a frame beside that of the shell, so that
/// both are on their way at once. It holds nothing of anybody, so anybody may embed it.
pub async fn wasm(request: &Request, env: &Env) -> Result<Response> {
    let build = build(env).await?;
    let known =
        request.headers().get("if-none-match").ok().flatten().is_some_and(|tags| tags.contains(&build));
    let response = if known {
        ResponseBuilder::new().with_status(304).with_headers(file_headers("wasm", FOR_MINUTES)?).empty()
    } else {
        file(request, env, "wasm.html", FOR_MINUTES).await?
    };
    let headers = response.headers();
    let set = headers
        .set("content-type", "text/html; charset=x-user-defined")
        .and_then(|()| headers.set("etag", &format!("\"{build}\"")))
        .and_then(|()| {
            headers.set("content-security-policy", "default-src 'none'; script-src 'unsafe-inline'")
        });
    set.and_then(|()| embeddable(headers)).map_err(EdgeError::internal)?;
    Ok(response)
}

/// A shop that is cross-origin isolated may embed only what is isolated too.
fn embeddable(headers: &Headers) -> worker::Result<()> {
    headers.set("cross-origin-embedder-policy", "credentialless")?;
    headers.set("cross-origin-resource-policy", "cross-origin")
}

pub async fn asset(request: &Request, env: &Env, path: &str) -> Result<Response> {
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'));
    if !plain || path.contains("..") || content_type(path).is_none() {
        return Err(EdgeError::not_found("file"));
    }
    file(request, env, path, FOR_EVER).await
}

pub(super) async fn file(request: &Request, env: &Env, path: &str, cache: &str) -> Result<Response> {
    if takes_brotli(request)
        && let Some(body) = read(env, &format!("{path}.br")).await?
    {
        let headers = file_headers(path, cache)?;
        headers.set("content-encoding", "br").map_err(EdgeError::internal)?;
        let builder = ResponseBuilder::new().with_headers(headers).with_encode_body(EncodeBody::Manual);
        return Ok(builder.fixed(body));
    }
    let body = read(env, path).await?.ok_or_else(|| EdgeError::not_found("file"))?;
    Ok(ResponseBuilder::new().with_headers(file_headers(path, cache)?).fixed(body))
}

pub(super) fn takes_brotli(request: &Request) -> bool {
    request.headers().get("accept-encoding").ok().flatten().is_some_and(|accepts| accepts.contains("br"))
}

pub(super) fn file_headers(path: &str, cache: &str) -> Result<Headers> {
    let headers = Headers::new();
    let set = headers
        .set("content-type", content_type(path).unwrap_or("application/octet-stream"))
        .and_then(|()| headers.set("cache-control", cache))
        .and_then(|()| headers.set("vary", "accept-encoding"))
        .and_then(|()| headers.set("x-content-type-options", "nosniff"));
    set.map(|()| headers).map_err(EdgeError::internal)
}

fn content_type(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "css" => Some("text/css; charset=utf-8"),
        "json" => Some("application/json"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        _ => None,
    }
}

/// A file of the build, or `None`.
pub async fn read(env: &Env, path: &str) -> Result<Option<Vec<u8>>> {
    let assets = env.assets("ASSETS").map_err(EdgeError::internal)?;
    let mut response =
        assets.fetch(format!("https://assets/{path}"), None).await.map_err(EdgeError::internal)?;
    if response.status_code() != 200 {
        return Ok(None);
    }
    response.bytes().await.map(Some).map_err(EdgeError::internal)
}

pub async fn document(request: &Request, env: &Env, url: &Url, shop: &ShopId) -> Result<Response> {
    let view = view::get(env, shop).await?;
    let asked = language(url);
    let words = Words::load(env, &[asked.as_deref(), Some(&view.settings.language)]).await?;
    let template = read(env, "index.html").await?.ok_or_else(|| EdgeError::internal("no index.html"))?;
    let template = String::from_utf8(template).map_err(EdgeError::internal)?;
    let nonce = js::fresh_id();
    let attachments = attachments::are_kept(env);
    let config = FrameConfig { attachments, ..view.settings.frame_config(&words.language) };
    let html = fill(&template, &view, &config, &words, &nonce, &build(env).await?)?;
    let headers = Headers::new();
    let set = headers
        .set("content-type", "text/html; charset=utf-8")
        .and_then(|()| headers.set("cache-control", "private, no-cache"))
        // With `no-referrer` a browser would post the form with `Origin: null`, which is refused.
        .and_then(|()| headers.set("referrer-policy", "same-origin"))
        .and_then(|()| headers.set("x-content-type-options", "nosniff"))
        .and_then(|()| embeddable(&headers))
        .and_then(|()| headers.set("permissions-policy", "camera=(), microphone=(), geolocation=()"))
        .and_then(|()| headers.set("vary", "accept-encoding"))
        .and_then(|()| headers.set("content-security-policy", &policy(&view, &nonce)));
    set.map_err(EdgeError::internal)?;
    if takes_brotli(request) {
        // Filled in anew for each shop, so the runtime compresses it on its way.
        headers.set("content-encoding", "br").map_err(EdgeError::internal)?;
    }
    Ok(ResponseBuilder::new().with_headers(headers).fixed(html.into_bytes()))
}

fn fill(
    template: &str,
    view: &View,
    config: &FrameConfig,
    words: &Words,
    nonce: &str,
    build: &str,
) -> Result<String> {
    // So that nothing in it is taken for a placeholder.
    let greeting = words.greeting(config.greeting.as_deref()).replace('{', "&#123;");
    let config = serde_json::to_string(config).map_err(EdgeError::internal)?;
    let title = words.with("title", &[("shop", &view.settings.name)]);
    let html = template
        .replace("{{nonce}}", nonce)
        .replace("{{build}}", &escape(build))
        .replace("{{language}}", &escape(&words.language))
        .replace("{{dir}}", words.direction())
        .replace("{{title}}", &escape(&title))
        .replace("{{form}}", &format!("/s/{}/form", view.shop))
        .replace("{{greeting}}", &greeting);
    // The shop's own words come last, so that nothing in them is taken for a placeholder.
    let inert = |json: &str| json.replace('<', "\\u003c");
    Ok(words.fill(&html).replace("{{words}}", &inert(&words.json)).replace("{{config}}", &inert(&config)))
}

/// What the shop says itself, to a frame whose language was changed. What the chat does not speak is answered as the
/// words are: in its last resort.
pub async fn own_words(env: &Env, url: &Url, shop: &ShopId) -> Result<Response> {
    let view = view::get(env, shop).await?;
    let wished = language(url).unwrap_or_default();
    let words = view.settings.words(languages::spoken(&wished).unwrap_or(LAST_RESORT));
    body::json(200, &words)
}

fn language(url: &Url) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == "language").map(|(_, value)| value.into_owned())
}

/// The policy of the frame's document: its own files, the shop's images, and only the shop around it.
fn policy(view: &View, nonce: &str) -> String {
    let images: String = view.settings.image_hosts.iter().map(|host| format!(" https://{host}")).collect();
    let origins = view.settings.origins.join(" ");
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'nonce-{nonce}'; \
         connect-src 'self'; img-src 'self' data: blob:{images}; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'self' {origins}"
    )
}

/// Names the build, so that a file of an older one is never taken for this one's.
async fn build(env: &Env) -> Result<String> {
    let manifest = read(env, "manifest.json").await?.unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap_or_default();
    Ok(manifest.get("build").and_then(serde_json::Value::as_str).unwrap_or("0").to_owned())
}
