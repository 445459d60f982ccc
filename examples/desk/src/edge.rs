//! The agent API's client. It knows paths, the key and retries; it knows nothing of cases.

use counterbell_protocol::agent::ClaimRefused;
use counterbell_protocol::{ConversationId, FileId};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use uuid::Uuid;

const TIMEOUT: Duration = Duration::from_secs(10);
/// Waits before the second and third try of a call that got no answer.
const RETRY_AFTER: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(1000)];

#[derive(Debug)]
pub struct EdgeClient {
    http: Client,
    /// `{edge}/v1/shops/{shop}/agent`
    base: String,
    key: String,
}

#[derive(Debug, thiserror::Error)]
pub enum EdgeError {
    /// The edge said no, and why.
    #[error("the edge refused with {status}: {}", body.code)]
    Refused { status: StatusCode, body: ClaimRefused },
    #[error("the edge cannot be reached: {0}")]
    Unreachable(reqwest::Error),
}

impl EdgeClient {
    pub fn new(edge: &str, shop: &str, key: &str) -> Result<Self, reqwest::Error> {
        // A redirect would carry the key to somewhere else.
        let http = Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
        let http = if is_loopback(edge) { http.no_proxy() } else { http }.build()?;
        let base = format!("{}/v1/shops/{shop}/agent", edge.trim_end_matches('/'));
        Ok(Self { http, base, key: key.to_owned() })
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, EdgeError> {
        answer(self.request(Method::GET, path)).await
    }

    /// A file of a conversation, still to be read.
    pub async fn file(&self, id: &ConversationId, file: &FileId) -> Result<Response, EdgeError> {
        let request = self.request(Method::GET, &format!("conversations/{id}/attachments/{file}"));
        accepted(request).await
    }

    /// Takes effect once, however often it is tried: all tries carry one idempotency key.
    pub async fn send<B, T>(&self, method: Method, path: &str, body: &B) -> Result<T, EdgeError>
    where
        B: Serialize + ?Sized,
        T: DeserializeOwned,
    {
        let key = Uuid::new_v4().to_string();
        let request = || self.request(method.clone(), path).header("idempotency-key", &key).json(body);
        for wait in RETRY_AFTER {
            match answer(request()).await {
                Err(error) if error.is_worth_a_retry() => tokio::time::sleep(wait).await,
                done => return done,
            }
        }
        answer(request()).await
    }

    /// Where this conversation's feed goes on after the event `seq`.
    pub fn feed_url(&self, id: &ConversationId, seq: u64) -> String {
        let socket = match self.base.strip_prefix("http") {
            Some(rest) => format!("ws{rest}"),
            None => self.base.clone(),
        };
        format!("{socket}/conversations/{id}/feed?after={seq}")
    }

    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.key)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/{path}", self.base)).bearer_auth(&self.key)
    }
}

impl EdgeError {
    /// The edge will never accept this call: it is not a matter of time.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if status.is_client_error())
    }

    fn is_worth_a_retry(&self) -> bool {
        match self {
            Self::Refused { status, .. } => status.is_server_error(),
            Self::Unreachable(error) => !error.is_builder() && !error.is_decode(),
        }
    }
}

/// An edge on this machine, which no proxy of the environment can reach.
fn is_loopback(edge: &str) -> bool {
    let url: Option<reqwest::Url> = edge.parse().ok();
    let host = url.as_ref().and_then(reqwest::Url::host_str);
    host.is_some_and(|host| ["127.0.0.1", "localhost", "[::1]"].contains(&host))
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, EdgeError> {
    accepted(request).await?.json().await.map_err(EdgeError::Unreachable)
}

/// The answer, if it is not a refusal.
async fn accepted(request: RequestBuilder) -> Result<Response, EdgeError> {
    let response = request.send().await.map_err(EdgeError::Unreachable)?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = response.json().await.unwrap_or_else(|_| ClaimRefused {
        code: "refused".to_owned(),
        detail: format!("The edge answered {status}."),
        held_by: None,
    });
    Err(EdgeError::Refused { status, body })
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machine_is_reached_past_a_proxy() {
        for (edge, expected) in [
            ("http://127.0.0.1:8787", true),
            ("http://localhost:8787/", true),
            ("http://[::1]:8787", true),
            ("https://localhost.chat.example", false),
            ("https://chat.example", false),
            ("nonsense", false),
        ] {
            assert_eq!(is_loopback(edge), expected, "{edge}");
        }
    }
}
