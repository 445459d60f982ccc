//! Serves a folder of static pages as a shop's own server would, with the run's addresses filled in.
//! What is not for the web, such as settings and dialogues, is not served.

use crate::shop_folder::Addresses;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;

/// A folder to be served.
#[derive(Clone, Debug)]
pub struct Site {
    pub folder: PathBuf,
    pub addresses: Addresses,
}

impl Site {
    /// Serves until the listener fails.
    pub async fn serve(self, listener: TcpListener) -> std::io::Result<()> {
        let router = Router::new().fallback(answer).with_state(Arc::new(self));
        axum::serve(listener, router).await
    }
}

async fn answer(State(site): State<Arc<Site>>, headers: HeaderMap, uri: Uri) -> Response {
    if let Some(home) = elsewhere(&site, &headers) {
        return Redirect::temporary(&format!("{home}{uri}")).into_response();
    }
    for path in candidates(uri.path()) {
        let Some(kind) = kind_of(&path) else { continue };
        if let Ok(bytes) = tokio::fs::read(site.folder.join(&path)).await {
            let body = if kind.starts_with("text/") { filled(&site, bytes) } else { bytes };
            return ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body)
                .into_response();
        }
    }
    (StatusCode::NOT_FOUND, "There is no such page in this shop.\n").into_response()
}

/// The shop's own address, for whoever came by another name (127.0.0.1 for localhost): the frame may be
/// embedded by that origin alone.
fn elsewhere<'a>(site: &'a Site, headers: &HeaderMap) -> Option<&'a str> {
    let asked = headers.get(header::HOST)?.to_str().ok()?;
    let home = site.addresses.shop.trim_end_matches('/');
    let (_, host) = home.split_once("://")?;
    (host != asked).then_some(home)
}

fn filled(site: &Site, bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => site.addresses.fill(&text).into_bytes(),
        Err(not_text) => not_text.into_bytes(),
    }
}

/// The files that may be meant: `/` and `/help/` are an index, `/cart` is `cart.html` or `cart/index.html`.
fn candidates(path: &str) -> Vec<PathBuf> {
    let relative = PathBuf::from(path.trim_start_matches('/'));
    let plain = relative.components().all(|part| matches!(part, Component::Normal(name) if !hidden(name)));
    if !plain || path.contains(['\\', '%']) {
        return Vec::new();
    }
    if path.ends_with('/') {
        return vec![relative.join("index.html")];
    }
    match relative.extension() {
        Some(_) => vec![relative],
        None => vec![relative.with_extension("html"), relative.join("index.html")],
    }
}

fn hidden(name: &std::ffi::OsStr) -> bool {
    name.to_string_lossy().starts_with('.')
}

fn kind_of(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_files_and_never_leave_the_folder() {
        let check = |path: &str, expected: &[&str]| {
            let expected: Vec<_> = expected.iter().map(PathBuf::from).collect();
            assert_eq!(candidates(path), expected, "{path}");
        };
        check("/", &["index.html"]);
        check("/help/", &["help/index.html"]);
        check("/cart", &["cart.html", "cart/index.html"]);
        check("/img/boot.svg", &["img/boot.svg"]);
        check("/../shop.toml", &[]);
        check("/a/../../x.html", &[]);
        check("/%2e%2e/x.html", &[]);
        check("/.git/config.json", &[]);
    }

    #[test]
    fn only_files_for_the_web_are_served() {
        for (path, served) in
            [("a.html", true), ("a.svg", true), ("shop.toml", false), ("help/a.md", true), ("d.jsonl", false)]
        {
            assert_eq!(kind_of(Path::new(path)).is_some(), served, "{path}");
        }
    }
}
