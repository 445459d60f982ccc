//! A shopper's file on its way to the page: fetched here with the key, which no browser sees, and handed on
//! with the headers that keep a browser from taking it for anything but a picture or something to save.

use crate::action::Failure;
use crate::desk::Desk;
use crate::session::Me;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use counterbell_protocol::{ConversationId, FileId};
use std::sync::Arc;

/// Taken over from the edge's answer as they are.
const KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::CONTENT_DISPOSITION, header::CONTENT_LENGTH];
/// Said here again, whatever the edge said: a file runs nothing on this origin.
const SAFE: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=600")),
];

pub async fn fetch(
    State(desk): State<Arc<Desk>>,
    _: Me,
    Path((id, file)): Path<(ConversationId, FileId)>,
) -> Result<Response, Failure> {
    // Both become part of a path at the edge.
    let is_known = id.is_well_formed() && file.is_well_formed() && desk.board().case(&id).is_some();
    if !is_known {
        return Err(Failure::UnknownCase);
    }
    let found = desk.edge.file(&id, &file).await.map_err(Failure::Edge)?;
    let kept = KEPT.into_iter().filter_map(|name| Some((name.clone(), found.headers().get(name)?.clone())));
    let headers: HeaderMap = kept.chain(SAFE).collect();
    Ok((headers, Body::new(reqwest::Body::from(found))).into_response())
}
