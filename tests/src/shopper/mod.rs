//! A shopper at the wire: opens a conversation and speaks the socket or plain HTTP, as a frame would, or as
//! a frame never would.

mod files;
pub mod form;
mod frames;
mod socket;

pub use files::{KINDS, PNG};
pub use frames::{Outcome, ask_person, assert_no_gaps, event_of, fresh_id, id_of, messages, say};
pub use socket::Socket;

use crate::http::{Ask, Response};
use crate::poll;
use counterbell_protocol::socket::{Missed, Open, Opened};
use counterbell_protocol::{ClientFrame, Event, SUBPROTOCOL};
use std::time::Duration;
use tokio_tungstenite::tungstenite::{self, client::IntoClientRequest};

/// Longer than the product's own bound of 20 s for an answer or the offer of a person.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// One shopper and what proves who they are.
#[derive(Clone, Debug)]
pub struct Shopper {
    /// The edge's address, without a slash at the end. It may change when the edge is restarted.
    pub edge: String,
    pub shop: String,
    pub conversation: String,
    pub token: String,
}

impl Shopper {
    /// Opens a conversation.
    pub async fn open(edge: &str, shop: &str) -> Self {
        let answer = Self::try_open(edge, shop, &Open::default()).await;
        assert!((200..300).contains(&answer.status), "{} {}", answer.status, answer.text());
        Self::opened(edge, shop, &answer.json())
    }

    pub async fn try_open(edge: &str, shop: &str, open: &Open) -> Response {
        let url = format!("{edge}/v1/shops/{shop}/conversations");
        Ask::post(url).header("origin", edge).json(open).send().await
    }

    /// The same from an address that the platform vouches for.
    pub async fn try_open_from(edge: &str, shop: &str, address: &str) -> Response {
        let url = format!("{edge}/v1/shops/{shop}/conversations");
        let ask = Ask::post(url).header("origin", edge).header("cf-connecting-ip", address);
        ask.json(&Open::default()).send().await
    }

    /// Opens a conversation, if the edge is there.
    pub async fn open_if_up(edge: &str, shop: &str) -> Option<Self> {
        let url = format!("{edge}/v1/shops/{shop}/conversations");
        let ask = Ask::post(url).header("origin", edge).json(&Open::default());
        let answer = ask.try_send().await.ok().filter(|answer| answer.status < 300)?;
        Some(Self::opened(edge, shop, &answer.json()))
    }

    pub fn opened(edge: &str, shop: &str, opened: &Opened) -> Self {
        Self {
            edge: edge.to_owned(),
            shop: shop.to_owned(),
            conversation: opened.conversation.to_string(),
            token: opened.token.clone(),
        }
    }

    pub fn url(&self, rest: &str) -> String {
        format!("{}/v1/shops/{}/conversations/{}/{rest}", self.edge, self.shop, self.conversation)
    }

    /// Connects and wants everything after `seq`.
    pub async fn connect_after(&self, seq: u64) -> Socket {
        self.try_connect(&format!("after={seq}")).await.unwrap_or_else(|e| panic!("no socket: {e}"))
    }

    /// Connects from the beginning and waits until everything missed has come.
    pub async fn connect(&self) -> Socket {
        let mut socket = self.connect_after(0).await;
        socket.ready().await;
        socket
    }

    /// Connects with any query; fails with what the handshake was answered with.
    pub async fn try_connect(&self, query: &str) -> Result<Socket, tungstenite::Error> {
        let url = self.url(&format!("socket?{query}")).replace("http://", "ws://");
        let mut request = url.into_client_request()?;
        let protocols = format!("{SUBPROTOCOL}, {}", self.token);
        for (name, value) in [("sec-websocket-protocol", protocols.as_str()), ("origin", &self.edge)] {
            request.headers_mut().insert(name, value.parse().expect("a header's value"));
        }
        let (stream, _) = tokio_tungstenite::connect_async(request).await?;
        Ok(Socket::new(stream))
    }

    /// One frame over HTTP, and its answer.
    pub async fn post(&self, frame: &ClientFrame) -> Response {
        self.try_post(frame).await.unwrap_or_else(|e| panic!("no answer: {e}"))
    }

    pub async fn try_post(&self, frame: &ClientFrame) -> std::io::Result<Response> {
        Ask::post(self.url("frames"))
            .bearer(&self.token)
            .header("origin", &self.edge)
            .json(frame)
            .try_send()
            .await
    }

    /// Everything after `seq`, over HTTP.
    pub async fn missed(&self, seq: u64) -> Missed {
        let ask = Ask::get(self.url(&format!("events?after={seq}"))).bearer(&self.token);
        ask.header("origin", &self.edge).send().await.expect(200).json()
    }

    /// The same, where the edge may be away.
    pub async fn try_missed(&self, seq: u64) -> Option<Missed> {
        let ask = Ask::get(self.url(&format!("events?after={seq}"))).bearer(&self.token);
        let answer = ask.header("origin", &self.edge).try_send().await.ok()?;
        (answer.status == 200).then(|| answer.json())
    }

    /// Waits until the log, read over HTTP, satisfies `test`; gives the whole log.
    pub async fn log_with(
        &self,
        what: &str,
        deadline: Duration,
        test: impl Fn(&[Event]) -> bool,
    ) -> Vec<Event> {
        poll::until(what, deadline, || async {
            Some(self.missed(0).await.events).filter(|events| test(events))
        })
        .await
    }
}
