//! A human queue at the wire: the agent API with its key, as a desk would use it.

use crate::http::{Ask, Response};
use crate::unique;
use counterbell_protocol::MessageId;
use counterbell_protocol::agent::{
    Claim, Claimed, Escalations, Held, Note, Person, Replay, Replayed, Reply, Transcript, Transfer,
    Undelivered, UndeliveredPage,
};
use serde::Serialize;

/// One queue with its key.
#[derive(Clone, Debug)]
pub struct Queue {
    pub edge: String,
    pub shop: String,
    pub key: String,
}

impl Queue {
    /// One call of the agent API on a conversation, under a fresh idempotency id.
    pub async fn call(&self, conversation: &str, what: &str, body: &impl Serialize) -> Response {
        self.call_again(conversation, what, body, &unique("call")).await
    }

    /// The same, under a given idempotency id.
    pub async fn call_again(
        &self,
        conversation: &str,
        what: &str,
        body: &impl Serialize,
        id: &str,
    ) -> Response {
        self.try_call(conversation, what, body, id).await.unwrap_or_else(|e| panic!("{what}: {e}"))
    }

    /// The same, where the edge may be away.
    pub async fn try_call(
        &self,
        conversation: &str,
        what: &str,
        body: &impl Serialize,
        id: &str,
    ) -> std::io::Result<Response> {
        let url = self.url(&format!("conversations/{conversation}/{what}"));
        Ask::post(url).bearer(&self.key).header("idempotency-key", id).json(body).try_send().await
    }

    pub async fn get(&self, rest: &str) -> Response {
        Ask::get(self.url(rest)).bearer(&self.key).send().await
    }

    pub async fn put(&self, rest: &str, body: &impl Serialize) -> Response {
        let ask = Ask::put(self.url(rest)).bearer(&self.key).header("idempotency-key", &unique("call"));
        ask.json(body).send().await
    }

    pub async fn escalations(&self) -> Escalations {
        self.get("escalations").await.expect(200).json()
    }

    /// One page of the same list.
    pub async fn page(&self, query: &str) -> Escalations {
        self.get(&format!("escalations?{query}")).await.expect(200).json()
    }

    /// What this shop's receivers have not taken.
    pub async fn undelivered(&self) -> Vec<Undelivered> {
        self.undelivered_page("").await.undelivered
    }

    /// One page of that list.
    pub async fn undelivered_page(&self, query: &str) -> UndeliveredPage {
        self.get(&format!("undelivered?{query}")).await.expect(200).json()
    }

    /// Has what is on that list sent again: how many deliveries.
    pub async fn replay(&self, which: &Replay) -> u64 {
        let ask = Ask::post(self.url("undelivered/replay")).bearer(&self.key).json(which);
        ask.send().await.expect(200).json::<Replayed>().replayed
    }

    pub async fn transcript(&self, conversation: &str) -> Transcript {
        self.get(&format!("conversations/{conversation}")).await.expect(200).json()
    }

    /// Claims as a person of this name.
    pub async fn claim(&self, conversation: &str, name: &str) -> Claimed {
        self.try_claim(conversation, name).await.expect(200).json()
    }

    pub async fn try_claim(&self, conversation: &str, name: &str) -> Response {
        let person = Person { id: name.to_lowercase(), name: name.to_owned() };
        self.call(conversation, "claim", &Claim { person }).await
    }

    pub async fn reply(&self, conversation: &str, claim: &str, text: &str) -> Response {
        let id = MessageId(unique("r"));
        self.call(conversation, "reply", &Reply { claim: claim.to_owned(), id, text: text.to_owned() }).await
    }

    pub async fn note(&self, conversation: &str, claim: &str, text: &str) -> Response {
        self.call(conversation, "note", &Note { claim: claim.to_owned(), text: text.to_owned() }).await
    }

    pub async fn transfer(&self, conversation: &str, claim: &str, queue: &str) -> Response {
        self.call(conversation, "transfer", &Transfer { claim: claim.to_owned(), queue: queue.to_owned() })
            .await
    }

    /// `renew`, `typing`, `release` or `resolve`.
    pub async fn held(&self, conversation: &str, claim: &str, what: &str) -> Response {
        self.call(conversation, what, &Held { claim: claim.to_owned() }).await
    }

    pub(crate) fn url(&self, rest: &str) -> String {
        format!("{}/v1/shops/{}/agent/{rest}", self.edge, self.shop)
    }
}
