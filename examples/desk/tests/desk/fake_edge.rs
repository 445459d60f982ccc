//! An edge of a few lines: it records what the desk sends and answers as the test says.

use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::broadcast;

pub const KEY: &str = "agent-key";
pub const FILE: &[u8] = b"\x89PNG\r\n\x1a\n";

#[derive(Clone, Debug)]
pub struct Call {
    pub path: String,
    pub idempotency_key: Option<String>,
    pub body: Value,
}

pub struct FakeEdge {
    pub base: String,
    state: Arc<Edge>,
}

struct Edge {
    calls: Mutex<Vec<Call>>,
    escalations: Mutex<Value>,
    /// Answers by the last part of the path; the first is used up, the last stays.
    answers: Mutex<HashMap<String, Vec<(u16, Value)>>>,
    transcript: Mutex<Value>,
    feed: broadcast::Sender<String>,
}

impl FakeEdge {
    pub async fn start() -> Self {
        let state = Arc::new(Edge {
            calls: Mutex::default(),
            escalations: Mutex::new(json!({"escalations": []})),
            answers: Mutex::default(),
            transcript: Mutex::new(transcript(2, "waiting")),
            feed: broadcast::channel(64).0,
        });
        let agent = "/v1/shops/demo/agent";
        let app = Router::new()
            .route(&format!("{agent}/conversations/{{id}}/feed"), get(feed))
            .route(&format!("{agent}/conversations/c1/attachments/f1"), get(file))
            .route(&format!("{agent}/{{*rest}}"), any(call))
            .with_state(Arc::clone(&state));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base, state }
    }

    pub fn open(&self, conversation: &str, owner: &str) {
        *self.state.escalations.lock().unwrap() = json!({"escalations": [{
            "escalation": "e1", "conversation": conversation, "queue": "default", "priority": 0,
            "since_ms": 1, "deadline_ms": 2, "owner": owner,
        }]});
    }

    pub fn owner_is(&self, epoch: u64, owner: &str) {
        *self.state.transcript.lock().unwrap() = transcript(epoch, owner);
    }

    pub fn answers(&self, call: &str, status: u16, body: Value) {
        let mut answers = self.state.answers.lock().unwrap();
        answers.entry(call.to_owned()).or_default().push((status, body));
    }

    pub fn grants_claims(&self, lease_ms: u64) {
        let lease = json!({"expires_at_ms": 9_999_999_999_999_u64, "lease_ms": lease_ms});
        self.answers("claim", 200, json!({"claim": "k1", "escalation": "e1", "lease": lease}));
        self.answers("renew", 200, lease);
    }

    pub fn calls(&self, call: &str) -> Vec<Call> {
        let calls = self.state.calls.lock().unwrap();
        calls.iter().filter(|it| it.path.ends_with(call)).cloned().collect()
    }

    /// Returns whether a feed was listening.
    pub fn feed(&self, frame: &Value) -> bool {
        self.state.feed.send(frame.to_string()).is_ok()
    }
}

fn transcript(epoch: u64, owner: &str) -> Value {
    let hello = json!({"type": "message", "id": "m1", "from": "shopper", "text": "Where is my parcel?"});
    json!({
        "conversation": "c1", "owner": owner, "epoch": epoch, "notes": [],
        "events": [{"seq": 1, "at_ms": 1, "event": hello}],
    })
}

async fn call(
    State(edge): State<Arc<Edge>>,
    Path(rest): Path<String>,
    method: Method,
    headers: HeaderMap,
    body: String,
) -> Response {
    if !knows_key(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if method == Method::GET && rest == "escalations" {
        return Json(edge.escalations.lock().unwrap().clone()).into_response();
    }
    if method == Method::GET {
        return Json(edge.transcript.lock().unwrap().clone()).into_response();
    }
    let idempotency_key = headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned());
    let body = serde_json::from_str(&body).unwrap();
    edge.calls.lock().unwrap().push(Call { path: rest.clone(), idempotency_key, body });
    let (status, answer) = scripted(&edge, rest.rsplit('/').next().unwrap());
    (StatusCode::from_u16(status).unwrap(), Json(answer)).into_response()
}

fn scripted(edge: &Edge, call: &str) -> (u16, Value) {
    match edge.answers.lock().unwrap().get_mut(call) {
        Some(answers) if answers.len() > 1 => answers.remove(0),
        Some(answers) => answers[0].clone(),
        None => (200, json!({})),
    }
}

async fn feed(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    uri: Uri,
    upgrade: WebSocketUpgrade,
) -> Response {
    assert!(uri.query().is_some_and(|query| query.starts_with("after=")), "{uri}");
    if !knows_key(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    upgrade.on_upgrade(async move |mut socket| {
        let mut frames = edge.feed.subscribe();
        while let Ok(frame) = frames.recv().await {
            if socket.send(Message::Text(frame.into())).await.is_err() {
                return;
            }
        }
    })
}

/// A careless edge: everything that keeps a file from running is missing.
async fn file(headers: HeaderMap) -> Response {
    if !knows_key(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let named = [("content-type", "image/png"), ("content-disposition", "inline"), ("set-cookie", "a=b")];
    (named, FILE).into_response()
}

fn knows_key(headers: &HeaderMap) -> bool {
    headers.get("authorization").is_some_and(|value| value == format!("Bearer {KEY}").as_str())
}
