//! `POST /webhook`: verifies, skips what was delivered before, takes the news in and answers at once.

use crate::desk::{Desk, now_ms};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use counterbell_protocol::webhook::Delivery;
use standardwebhooks::{Webhook, WebhookError};
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// How many delivered ids are remembered. The edge may deliver again for 72 hours.
const IDS_KEPT: usize = 20_000;
/// A key shorter than 128 bits, in characters of base64. `standardwebhooks` would take an empty one.
const SHORTEST_SECRET: usize = 22;

/// Takes one delivery. 2xx means that this desk has it in its list, not that a person took it.
pub async fn receive(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if desk.verifier.verify(&body, &headers).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let id = headers.get(standardwebhooks::HEADER_WEBHOOK_ID).and_then(|id| id.to_str().ok());
    if !id.is_some_and(|id| desk.seen().is_new(id)) {
        return StatusCode::NO_CONTENT;
    }
    // Signed, but of a kind that a newer edge made up: nothing to do, and no reason to send it again.
    let Ok(delivery) = serde_json::from_slice::<Delivery>(&body) else { return StatusCode::NO_CONTENT };
    let changed = desk.board().deliver(delivery.what, now_ms());
    if let Some(conversation) = changed {
        desk.changed(conversation);
    }
    StatusCode::NO_CONTENT
}

/// Checks deliveries against every secret in use.
pub struct Verifier(Vec<Webhook>);

#[derive(Debug, thiserror::Error)]
#[error("a webhook secret of at least 16 bytes is needed, written whsec_… in base64")]
pub struct NoSecret;

impl Verifier {
    pub fn new(secrets: &[String]) -> Result<Self, NoSecret> {
        let long_enough = |secret: &&String| secret.trim_start_matches("whsec_").len() >= SHORTEST_SECRET;
        let usable = secrets.iter().filter(long_enough).filter_map(|secret| Webhook::new(secret).ok());
        let hooks: Vec<_> = usable.collect();
        if hooks.is_empty() || hooks.len() < secrets.len() {
            return Err(NoSecret);
        }
        Ok(Self(hooks))
    }

    /// While a key is rotated, either of the two verifies.
    pub fn verify(&self, body: &[u8], headers: &HeaderMap) -> Result<(), WebhookError> {
        let mut last = WebhookError::InvalidSignature;
        for hook in &self.0 {
            match hook.verify(body, headers) {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// The ids that were delivered already: deliveries come at least once.
#[derive(Debug, Default)]
pub struct Seen {
    ids: HashSet<String>,
    order: VecDeque<String>,
}

impl Seen {
    pub fn is_new(&mut self, id: &str) -> bool {
        if !self.ids.insert(id.to_owned()) {
            return false;
        }
        self.order.push_back(id.to_owned());
        if self.order.len() > IDS_KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_without_a_real_secret_does_not_start() {
        let check = |secrets: &[&str], usable: bool| {
            let secrets: Vec<_> = secrets.iter().map(|&s| s.to_owned()).collect();
            assert_eq!(Verifier::new(&secrets).is_ok(), usable, "{secrets:?}");
        };
        check(&["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], true);
        check(&[], false);
        check(&[""], false);
        check(&["whsec_"], false);
        check(&["whsec_not base64 at all, though long"], false);
        check(&["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ="], false);
    }

    #[test]
    fn an_id_is_new_once_and_memory_is_bounded() {
        let mut seen = Seen::default();
        assert!(seen.is_new("msg_1"));
        assert!(!seen.is_new("msg_1"));
        (0..IDS_KEPT).for_each(|n| assert!(seen.is_new(&format!("later_{n}"))));
        assert_eq!(seen.ids.len(), IDS_KEPT);
        assert_eq!(seen.order.len(), IDS_KEPT);
    }
}
