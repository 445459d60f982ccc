//! Who is asking: the session cookie, and the check that a request comes from this desk's own pages.

use crate::desk::Desk;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use counterbell_protocol::ErrorBody;
use counterbell_protocol::agent::Person;
use std::sync::Arc;

const COOKIE: &str = "counterbell_desk";

/// The person who is logged in.
pub struct Me(pub Person);

/// No one is logged in.
pub struct LoggedOut;

impl FromRequestParts<Arc<Desk>> for Me {
    type Rejection = LoggedOut;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, LoggedOut> {
        let session = session(&parts.headers).ok_or(LoggedOut)?;
        desk.staff().person(session).map(Me).ok_or(LoggedOut)
    }
}

impl IntoResponse for LoggedOut {
    fn into_response(self) -> Response {
        let body = ErrorBody::new("logged_out", "Log in first.");
        (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response()
    }
}

pub fn session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// The cookie for this session; an empty one ends it.
pub fn cookie(session: &str) -> String {
    let age = if session.is_empty() { "; Max-Age=0" } else { "" };
    format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Strict{age}")
}

/// Another site's page may make a browser call us with its cookies; it cannot forge `Origin`.
pub async fn own_pages_only(request: Request, next: Next) -> Response {
    if is_foreign(request.headers()) {
        let body = ErrorBody::new("foreign_origin", "The desk answers its own pages only.");
        return (StatusCode::FORBIDDEN, axum::Json(body)).into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let from = |origin: &str| origin.split_once("://").map(|(_, host)| host.to_owned());
    text(header::ORIGIN).is_some_and(|origin| from(origin).as_deref() != text(header::HOST))
}
