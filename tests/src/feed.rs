//! A desk's feed of one conversation at the wire.

use crate::queue::Queue;
use crate::shopper::PATIENCE;
use counterbell_protocol::agent::FeedFrame;
use futures_util::StreamExt;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// An open feed, and everything that came over it.
pub struct Feed {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub heard: Vec<FeedFrame>,
}

impl Feed {
    /// From the beginning; fails with the status that it was refused with.
    pub async fn open(queue: &Queue, conversation: &str) -> Result<Self, u16> {
        let url = queue.url(&format!("conversations/{conversation}/feed?after=0"));
        let mut request = url.replace("http://", "ws://").into_client_request().expect("an address");
        let bearer = format!("Bearer {}", queue.key).parse().expect("a header's value");
        request.headers_mut().insert("authorization", bearer);
        match tokio_tungstenite::connect_async(request).await {
            Ok((stream, _)) => Ok(Self { stream, heard: Vec::new() }),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Takes whatever comes until the edge closes it: the code that it gives.
    pub async fn until_closed(&mut self) -> Option<u16> {
        let search = async {
            while let Some(Ok(message)) = self.stream.next().await {
                match message {
                    Message::Text(text) => self.heard.extend(serde_json::from_str(&text)),
                    Message::Close(close) => return close.map(|close| close.code.into()),
                    _ => {}
                }
            }
            None
        };
        tokio::time::timeout(PATIENCE, search).await.unwrap_or_else(|_| panic!("the feed stays open"))
    }

    /// The next frame; `None` when the feed is closed.
    pub async fn next(&mut self) -> Option<FeedFrame> {
        loop {
            let Message::Text(text) = self.stream.next().await?.ok()? else { continue };
            let frame = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e} in {text}"));
            self.heard.push(frame);
            return self.heard.last().cloned();
        }
    }

    /// Looks at what comes from here on.
    pub async fn until<T>(&mut self, what: &str, pick: impl Fn(&FeedFrame) -> Option<T>) -> T {
        let search = async {
            while let Some(frame) = self.next().await {
                if let Some(found) = pick(&frame) {
                    return found;
                }
            }
            panic!("the feed was closed before {what}")
        };
        tokio::time::timeout(PATIENCE, search).await.unwrap_or_else(|_| panic!("no {what}"))
    }

    /// Takes whatever comes within `span`.
    pub async fn listen_for(&mut self, span: Duration) {
        let _ = tokio::time::timeout(span, async { while self.next().await.is_some() {} }).await;
    }
}
