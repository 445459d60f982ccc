//! One shop on a running edge, and what an operator may ask of it.

use crate::http::Ask;
use crate::poll;
use crate::queue::Queue;
use crate::shopper::{Shopper, Socket};
use serde_json::Value;
use std::time::Duration;

/// One shop on an edge, and all its keys.
#[derive(Clone, Debug)]
pub struct Shop {
    pub edge: String,
    pub id: String,
    pub queue: Queue,
    /// `whsec_…`
    pub webhook_key: String,
    pub(super) admin_key: String,
}

impl Shop {
    pub fn admin_key(&self) -> &str {
        &self.admin_key
    }

    pub async fn shopper(&self) -> Shopper {
        Shopper::open(&self.edge, &self.id).await
    }

    /// A new shopper with an open socket that is ready.
    pub async fn talk(&self) -> (Shopper, Socket) {
        let shopper = self.shopper().await;
        let socket = shopper.connect().await;
        (shopper, socket)
    }

    /// What the admin API says of a conversation's deliveries, oldest first.
    pub async fn deliveries(&self, conversation: &str) -> Value {
        let url = format!("{}/v1/shops/{}/conversations/{conversation}/deliveries", self.edge, self.id);
        Ask::get(url).bearer(&self.admin_key).send().await.expect(200).value()
    }

    /// Everything that was not delivered is due again.
    pub async fn replay(&self, conversation: &str) {
        let url = format!("{}/v1/shops/{}/conversations/{conversation}/replay", self.edge, self.id);
        Ask::post(url).bearer(&self.admin_key).send().await.expect(200);
    }

    /// The first delivery of a kind such as `requested`, with its state and its attempts.
    pub async fn delivery(&self, conversation: &str, kind: &str) -> Option<Value> {
        let all = self.deliveries(conversation).await;
        all.as_array()?.iter().find(|row| row["kind"] == kind).cloned()
    }

    /// Waits until the queue's list of open escalations satisfies `test`.
    pub async fn wait_for_open(&self, what: &str, test: impl Fn(usize) -> bool) {
        poll::until(what, Duration::from_secs(30), || async {
            test(self.queue.escalations().await.escalations.len()).then_some(())
        })
        .await;
    }
}
