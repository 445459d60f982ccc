//! What a shop's receivers have not taken, asked of an edge: `/v1/shops/{shop}/undelivered` with the admin key.

use crate::push::{PushError, agent, refused, safe};
use counterbell_protocol::ShopId;
use counterbell_protocol::agent::{Replay, Replayed, Undelivered, UndeliveredPage};
use serde::de::DeserializeOwned;
use ureq::Body;
use ureq::http::Response;

/// One shop on one edge, for its operator.
pub struct Outbox<'a> {
    to: String,
    admin_key: &'a str,
    shop: &'a ShopId,
}

impl<'a> Outbox<'a> {
    /// # Errors
    /// An address that keys may not be sent to.
    pub fn new(to: &str, admin_key: &'a str, shop: &'a ShopId) -> Result<Self, PushError> {
        Ok(Self { to: safe(to)?, admin_key, shop })
    }

    /// The whole list, page by page.
    ///
    /// # Errors
    /// An edge that is not there or does not let us.
    pub fn list(&self) -> Result<Vec<Undelivered>, PushError> {
        let (mut list, mut after) = (Vec::new(), 0);
        loop {
            let url = self.url(&format!("?after={after}"));
            let answer = agent(&self.to).get(url).header("Authorization", self.bearer()).call();
            let page: UndeliveredPage = self.read(answer)?;
            list.extend(page.undelivered);
            match page.next {
                Some(next) => after = next,
                None => return Ok(list),
            }
        }
    }

    /// Has them sent again: how many.
    ///
    /// # Errors
    /// An edge that is not there or does not let us.
    pub fn replay(&self, which: &Replay) -> Result<u64, PushError> {
        let ask = agent(&self.to).post(self.url("/replay")).header("Authorization", self.bearer());
        let replayed: Replayed = self.read(ask.send_json(which))?;
        Ok(replayed.replayed)
    }

    fn url(&self, rest: &str) -> String {
        format!("{}/v1/shops/{}/undelivered{rest}", self.to, self.shop)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.admin_key)
    }

    fn read<T: DeserializeOwned>(&self, answer: Result<Response<Body>, ureq::Error>) -> Result<T, PushError> {
        let unreachable =
            |error: ureq::Error| PushError::Unreachable { to: self.to.clone(), reason: error.to_string() };
        let mut answer = answer.map_err(unreachable)?;
        if !answer.status().is_success() {
            return Err(refused(&mut answer));
        }
        answer.body_mut().read_json().map_err(unreachable)
    }
}
