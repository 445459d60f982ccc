//! What a person does to a case: each is one call of the agent API, under the claim that this desk holds.
//! The edge has the last word; the board follows what it said.

use crate::case::{Case, End, Hold, Stage};
use crate::desk::{Change, Desk, now_ms};
use crate::edge::EdgeError;
use crate::lease;
use crate::session::Me;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use counterbell_protocol::agent::{
    Claim, ClaimRefused, Claimed, Done, Held, Note, Person, Replied, Reply, Transcript, Transfer,
};
use counterbell_protocol::{ConversationId, MAX_TEXT_BYTES, MessageId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

type Shared = State<Arc<Desk>>;
type Id = Path<ConversationId>;

/// Takes the case, or says who has it.
pub async fn claim(State(desk): Shared, Me(me): Me, Path(id): Id) -> Result<StatusCode, Failure> {
    if desk.board().case(&id).is_none() {
        return Err(Failure::UnknownCase);
    }
    let claim = Claim { person: me.clone() };
    let claimed: Claimed = post(&desk, &id, "claim", &claim).await.map_err(Failure::Edge)?;
    // Read after the claim, so that older news about the owner is known to be old.
    let transcript = desk.edge.get::<Transcript>(&format!("conversations/{id}")).await.ok();
    let hold = Hold { by: me, claim: claimed.claim.clone(), lease: claimed.lease.clone() };
    desk.board().claimed(&id, hold, transcript, now_ms());
    desk.people_changed.notify_one();
    desk.changed(id.clone());
    tokio::spawn(lease::keep(Arc::clone(&desk), id, claimed.claim, claimed.lease));
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub struct Write {
    /// The page's id of this message, so that a second try is not a second message.
    id: MessageId,
    text: String,
}

pub async fn reply(
    State(desk): Shared,
    Me(me): Me,
    Path(id): Id,
    Json(it): Json<Write>,
) -> Result<StatusCode, Failure> {
    let text = written(&it.text)?;
    if !it.id.is_well_formed() {
        return Err(Failure::BadText);
    }
    let claim = claim_of(&desk, &id, &me)?;
    let reply = Reply { claim: claim.clone(), id: it.id, text };
    held::<_, Replied>(&desk, &id, &claim, "reply", &reply).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn typing(State(desk): Shared, Me(me): Me, Path(id): Id) -> Result<StatusCode, Failure> {
    let claim = claim_of(&desk, &id, &me)?;
    held::<_, Done>(&desk, &id, &claim, "typing", &Held { claim: claim.clone() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub struct Text {
    text: String,
}

pub async fn note(
    State(desk): Shared,
    Me(me): Me,
    Path(id): Id,
    Json(it): Json<Text>,
) -> Result<StatusCode, Failure> {
    let text = written(&it.text)?;
    let claim = claim_of(&desk, &id, &me)?;
    held::<_, Done>(&desk, &id, &claim, "note", &Note { claim: claim.clone(), text }).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub struct ToQueue {
    queue: String,
}

pub async fn transfer(
    State(desk): Shared,
    Me(me): Me,
    Path(id): Id,
    Json(it): Json<ToQueue>,
) -> Result<StatusCode, Failure> {
    let queue = written(&it.queue)?;
    let claim = claim_of(&desk, &id, &me)?;
    let transfer = Transfer { claim: claim.clone(), queue: queue.clone() };
    held::<_, Done>(&desk, &id, &claim, "transfer", &transfer).await?;
    then(&desk, &id, |case| {
        case.queue = queue;
        case.stage = Stage::Waiting;
    });
    Ok(StatusCode::NO_CONTENT)
}

pub async fn release(State(desk): Shared, Me(me): Me, Path(id): Id) -> Result<StatusCode, Failure> {
    finish(&desk, &me, &id, "release", End::Released).await
}

pub async fn resolve(State(desk): Shared, Me(me): Me, Path(id): Id) -> Result<StatusCode, Failure> {
    finish(&desk, &me, &id, "resolve", End::Resolved).await
}

async fn finish(
    desk: &Desk,
    me: &Person,
    id: &ConversationId,
    call: &str,
    how: End,
) -> Result<StatusCode, Failure> {
    let claim = claim_of(desk, id, me)?;
    held::<_, Done>(desk, id, &claim, call, &Held { claim: claim.clone() }).await?;
    then(desk, id, |case| case.end(how, now_ms()));
    Ok(StatusCode::NO_CONTENT)
}

/// A call under a claim. If the edge says that the claim is over, so does the board.
async fn held<B, T>(desk: &Desk, id: &ConversationId, claim: &str, call: &str, body: &B) -> Result<T, Failure>
where
    B: Serialize,
    T: DeserializeOwned,
{
    let result = post(desk, id, call, body).await;
    if let Err(EdgeError::Refused { status: StatusCode::CONFLICT | StatusCode::GONE, .. }) = &result {
        lease::lapse(desk, id, claim);
        return Err(Failure::NotYours);
    }
    result.map_err(Failure::Edge)
}

async fn post<B: Serialize, T: DeserializeOwned>(
    desk: &Desk,
    id: &ConversationId,
    call: &str,
    body: &B,
) -> Result<T, EdgeError> {
    desk.edge.send(Method::POST, &format!("conversations/{id}/{call}"), body).await
}

fn then(desk: &Desk, id: &ConversationId, act: impl FnOnce(&mut Case)) {
    desk.board().with(id, act);
    desk.announce(Change::Case(id.clone()));
}

fn claim_of(desk: &Desk, id: &ConversationId, me: &Person) -> Result<String, Failure> {
    let board = desk.board();
    let case = board.case(id).ok_or(Failure::UnknownCase)?;
    case.held_by(&me.id).map(|hold| hold.claim.clone()).ok_or(Failure::NotYours)
}

fn written(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_TEXT_BYTES {
        return Err(Failure::BadText);
    }
    Ok(text.to_owned())
}

/// Why nothing was done, for the page.
pub enum Failure {
    UnknownCase,
    NotYours,
    BadText,
    Edge(EdgeError),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let refused = |status, code: &str, detail: &str| {
            let body = ClaimRefused { code: code.to_owned(), detail: detail.to_owned(), held_by: None };
            (status, Json(body)).into_response()
        };
        match self {
            Self::UnknownCase => refused(StatusCode::NOT_FOUND, "unknown_case", "There is no such case."),
            Self::NotYours => {
                refused(StatusCode::CONFLICT, "not_yours", "You no longer hold this conversation.")
            }
            Self::BadText => refused(StatusCode::BAD_REQUEST, "bad_text", "A text has 1 to 8,000 bytes."),
            // What the edge says of a client error is meant for us; the rest is its own affair.
            Self::Edge(EdgeError::Refused { status, body }) if status.is_client_error() => {
                (status, Json(body)).into_response()
            }
            Self::Edge(_) => {
                refused(StatusCode::BAD_GATEWAY, "edge_unreachable", "The chat service does not answer.")
            }
        }
    }
}
