//! A desk on a free port beside a fake edge, its webhook's sender, and a colleague with a browser.

use crate::fake_edge::{FakeEdge, KEY};
use counterbell_desk::DeskConfig;
use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub const NEXT_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const PATIENCE: Duration = Duration::from_secs(10);

pub struct House {
    pub edge: FakeEdge,
    pub base: String,
    pub http: Client,
}

impl House {
    pub async fn open() -> Self {
        Self::beside(FakeEdge::start().await).await
    }

    pub async fn beside(edge: FakeEdge) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let config = DeskConfig {
            edge: edge.base.clone(),
            shop: "demo".to_owned(),
            agent_key: KEY.to_owned(),
            webhook_secrets: vec![SECRET.to_owned(), NEXT_SECRET.to_owned()],
        };
        tokio::spawn(counterbell_desk::serve(listener, config));
        Self { edge, base, http: Client::new() }
    }

    /// A delivery as the edge signs it.
    pub async fn deliver(&self, id: &str, body: &Value) -> StatusCode {
        let body = body.to_string();
        let now_s = now_s();
        let signature = Webhook::new(SECRET).unwrap().sign(id, now_s, body.as_bytes()).unwrap();
        self.post_webhook(id, now_s, &signature, body).await
    }

    pub async fn post_webhook(&self, id: &str, at_s: i64, signature: &str, body: String) -> StatusCode {
        let request = self.http.post(format!("{}/webhook", self.base));
        let request = request.header("webhook-id", id).header("webhook-timestamp", at_s.to_string());
        request.header("webhook-signature", signature).body(body).send().await.unwrap().status()
    }

    pub async fn log_in(&self, name: &str) -> Colleague {
        let url = format!("{}/api/login", self.base);
        let answer = self.http.post(url).json(&json!({"name": name})).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let url = format!("{}/api/live", self.base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        let (socket, _) = connect_async(request).await.unwrap();
        Colleague { base: self.base.clone(), http: self.http.clone(), cookie, socket }
    }
}

/// Somebody who is logged in, with the page's socket open.
pub struct Colleague {
    base: String,
    http: Client,
    cookie: String,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Colleague {
    pub async fn post(&self, path: &str, body: Value) -> Response {
        let request = self.http.post(format!("{}/api/{path}", self.base)).header("cookie", &self.cookie);
        request.json(&body).send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response {
        let request = self.http.get(format!("{}/api/{path}", self.base)).header("cookie", &self.cookie);
        request.send().await.unwrap()
    }

    pub async fn set_duty(&self, on: bool) {
        let request = self.http.put(format!("{}/api/duty", self.base)).header("cookie", &self.cookie);
        assert!(request.json(&json!({"on": on})).send().await.unwrap().status().is_success());
    }

    pub async fn look_at(&mut self, conversation: &str) {
        let look = json!({"open": conversation}).to_string();
        self.socket.send(Message::Text(look.into())).await.unwrap();
    }

    /// The first message of the socket that fits, within the test's patience.
    pub async fn sees(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let search = async {
            while let Some(message) = self.socket.next().await {
                let Ok(Message::Text(text)) = message else { continue };
                let message: Value = serde_json::from_str(&text).unwrap();
                if fits(&message) {
                    return message;
                }
            }
            panic!("the socket ended before {what}");
        };
        timeout(PATIENCE, search).await.unwrap_or_else(|_| panic!("never saw {what}"))
    }

    /// Waits until the list has this case at this stage.
    pub async fn sees_stage(&mut self, conversation: &str, stage: &str) -> Value {
        let fits = |row: &Value| row["conversation"] == conversation && row["stage"] == stage;
        let what = format!("{conversation} {stage}");
        self.sees(&what, |it| fits(it) || it["rows"].as_array().is_some_and(|rows| rows.iter().any(fits)))
            .await
    }
}

pub fn requested(conversation: &str, escalation: &str) -> Value {
    json!({"type": "escalation.requested", "timestamp": "2026-11-22T10:00:00Z", "data": {
        "shop": "demo", "conversation": conversation, "escalation": escalation, "queue": "default",
        "priority": 0, "reason": {"rule": "asks_for_person", "words": "Asked for a person"},
        "summary": "Where is my parcel?", "language": "en", "deadline_ms": 1_800_000_000_000_u64,
        "transcript": [], "agent_api": "https://not-used.example/",
    }})
}

pub fn now_s() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// Polls until it is so, within the test's patience.
pub async fn soon<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let search = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, search).await.unwrap_or_else(|_| panic!("never: {what}"))
}
