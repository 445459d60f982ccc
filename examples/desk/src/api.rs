//! The desk's own routes: its page, logging in and out, and the webhook. What is done to a case is in
//! `action`.

use crate::desk::{Change, Desk};
use crate::session::{self, Me};
use crate::{action, file, live, webhook};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use axum::{Json, Router, middleware};
use counterbell_protocol::ErrorBody;
use counterbell_protocol::agent::Person;
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

const LONGEST_NAME: usize = 40;
/// The page's own files only, framed by nobody.
const POLICY: &str =
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub fn router(desk: Arc<Desk>) -> Router {
    let own = Router::new()
        .route("/api/login", post(log_in))
        .route("/api/logout", post(log_out))
        .route("/api/me", get(me))
        .route("/api/duty", put(duty))
        .route("/api/live", get(live::live))
        .route("/api/cases/{id}/files/{file}", get(file::fetch))
        .route("/api/cases/{id}/claim", post(action::claim))
        .route("/api/cases/{id}/reply", post(action::reply))
        .route("/api/cases/{id}/typing", post(action::typing))
        .route("/api/cases/{id}/note", post(action::note))
        .route("/api/cases/{id}/transfer", post(action::transfer))
        .route("/api/cases/{id}/release", post(action::release))
        .route("/api/cases/{id}/resolve", post(action::resolve))
        .layer(middleware::from_fn(session::own_pages_only));
    Router::new().merge(page()).merge(own).route("/webhook", post(webhook::receive)).with_state(desk)
}

fn page() -> Router<Arc<Desk>> {
    const HTML: &str = "text/html; charset=utf-8";
    const CSS: &str = "text/css; charset=utf-8";
    const JS: &str = "text/javascript; charset=utf-8";
    let page_file = |kind: &'static str, text: &'static str| {
        get(move || async move {
            let headers: [(HeaderName, &str); 4] = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "no-cache"),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, text).into_response()
        })
    };
    Router::new()
        .route("/", page_file(HTML, include_str!("../page/index.html")))
        .route("/desk.css", page_file(CSS, include_str!("../page/desk.css")))
        .route("/desk.js", page_file(JS, include_str!("../page/desk.js")))
        .route("/dom.js", page_file(JS, include_str!("../page/dom.js")))
        .route("/list.js", page_file(JS, include_str!("../page/list.js")))
        .route("/live.js", page_file(JS, include_str!("../page/live.js")))
        .route("/unsent.js", page_file(JS, include_str!("../page/unsent.js")))
        .route("/case.js", page_file(JS, include_str!("../page/case.js")))
        .route("/icon.svg", page_file("image/svg+xml", include_str!("../page/icon.svg")))
}

#[derive(Deserialize)]
struct LogIn {
    name: String,
}

async fn log_in(State(desk): State<Arc<Desk>>, Json(it): Json<LogIn>) -> impl IntoResponse {
    let name: String = it.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let body = ErrorBody::new("bad_name", "A name has 1 to 40 characters.");
        return (StatusCode::BAD_REQUEST, Json(body)).into_response();
    }
    let session = Uuid::new_v4().to_string();
    let person = desk.staff().log_in(&name, session.clone(), format!("person-{}", Uuid::new_v4().simple()));
    ([(header::SET_COOKIE, session::cookie(&session))], Json(person)).into_response()
}

async fn log_out(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> impl IntoResponse {
    if let Some(session) = session::session(&headers) {
        desk.staff().log_out(session);
        desk.announce(Change::People);
    }
    ([(header::SET_COOKIE, session::cookie(""))], StatusCode::NO_CONTENT)
}

/// Who is logged in; `null` for nobody, which is no error for a page that has just been opened.
async fn me(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Json<Option<Person>> {
    Json(session::session(&headers).and_then(|session| desk.staff().person(session)))
}

#[derive(Deserialize)]
struct Duty {
    on: bool,
}

async fn duty(State(desk): State<Arc<Desk>>, Me(me): Me, Json(it): Json<Duty>) -> StatusCode {
    desk.staff().set_duty(&me.id, it.on);
    desk.announce(Change::People);
    StatusCode::NO_CONTENT
}
