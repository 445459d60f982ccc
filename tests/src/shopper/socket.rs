//! One open socket, and waiting for what comes over it.

use super::PATIENCE;
use super::frames::{Outcome, ask_person, event_of, id_of, message_of, say};
use counterbell_protocol::event::{Author, EventBody, OwnerChange};
use counterbell_protocol::socket::Ready;
use counterbell_protocol::{ClientFrame, Event, Message, MessageId, Owner, ServerFrame};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite};

/// An open socket, and everything that came over it.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub heard: Vec<ServerFrame>,
}

impl Socket {
    pub(super) fn new(stream: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        Self { stream, heard: Vec::new() }
    }

    /// Sends a frame without waiting.
    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_text(&serde_json::to_string(frame).expect("a frame is JSON")).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.send_raw(tungstenite::Message::text(text)).await.expect("an open socket");
    }

    pub async fn send_raw(&mut self, message: tungstenite::Message) -> Result<(), tungstenite::Error> {
        self.stream.send(message).await
    }

    /// Says something and waits until it is committed.
    pub async fn say(&mut self, text: &str) -> MessageId {
        self.deliver(&say(text)).await
    }

    pub async fn ask_person(&mut self) -> OwnerChange {
        self.deliver(&ask_person()).await;
        self.owner(Owner::Waiting).await
    }

    /// Sends a frame that has an id and waits until it is accepted.
    pub async fn deliver(&mut self, frame: &ClientFrame) -> MessageId {
        let id = id_of(frame).expect("a frame with an id").clone();
        self.send(frame).await;
        self.until("acceptance", |heard| match heard {
            ServerFrame::Accepted { id: accepted } if *accepted == id => Some(()),
            ServerFrame::Refused { id: Some(refused), code, detail } if *refused == id => {
                panic!("refused with {code}: {detail}")
            }
            _ => None,
        })
        .await;
        id
    }

    /// The next frame; `None` when the socket is closed.
    pub async fn next(&mut self) -> Option<ServerFrame> {
        loop {
            match self.stream.next().await?.ok()? {
                tungstenite::Message::Text(text) => {
                    let frame = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e} in {text}"));
                    self.heard.push(frame);
                    return self.heard.last().cloned();
                }
                tungstenite::Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// Takes whatever comes within `span`.
    pub async fn listen_for(&mut self, span: Duration) {
        let _ = tokio::time::timeout(span, async { while self.next().await.is_some() {} }).await;
    }

    /// The first frame that `pick` takes, looking at what was heard since `mark` first.
    pub async fn until_since<T>(
        &mut self,
        mark: usize,
        what: &str,
        deadline: Duration,
        mut pick: impl FnMut(&ServerFrame) -> Option<T>,
    ) -> T {
        if let Some(found) = self.heard[mark..].iter().find_map(&mut pick) {
            return found;
        }
        let search = async {
            loop {
                let frame = self.next().await?;
                if let Some(found) = pick(&frame) {
                    return Some(found);
                }
            }
        };
        match tokio::time::timeout(deadline, search).await {
            Ok(Some(found)) => found,
            Ok(None) => panic!("closed before any {what}; heard {:#?}", self.heard),
            Err(_) => panic!("after {deadline:?} no {what}; heard {:#?}", self.heard),
        }
    }

    /// The first frame of all that `pick` takes.
    pub async fn until<T>(&mut self, what: &str, pick: impl FnMut(&ServerFrame) -> Option<T>) -> T {
        self.until_since(0, what, PATIENCE, pick).await
    }

    /// How much was heard so far: what comes later is after this mark.
    pub fn mark(&self) -> usize {
        self.heard.len()
    }

    pub async fn ready(&mut self) -> Ready {
        self.until("ready", |frame| match frame {
            ServerFrame::Ready(ready) => Some(ready.clone()),
            _ => None,
        })
        .await
    }

    /// The events before `ready`; `None` when the socket broke before.
    pub async fn try_missed(&mut self) -> Option<Vec<Event>> {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.next()).await.ok()??;
            if matches!(frame, ServerFrame::Ready(_)) {
                return Some(self.events());
            }
        }
    }

    /// The first whole message of an author since `mark`.
    pub async fn message_since(&mut self, mark: usize, author: Author) -> Message {
        self.until_since(mark, "message", PATIENCE, |frame| message_of(frame, author)).await
    }

    /// The first whole message of an author, where that may take long.
    pub async fn message_within(&mut self, deadline: Duration, author: Author) -> Message {
        self.until_since(0, "message", deadline, |frame| message_of(frame, author)).await
    }

    pub async fn answer(&mut self) -> Message {
        self.message_since(0, Author::Assistant).await
    }

    pub async fn owner(&mut self, owner: Owner) -> OwnerChange {
        self.owner_since(0, owner).await
    }

    pub async fn owner_since(&mut self, mark: usize, owner: Owner) -> OwnerChange {
        self.until_since(mark, &format!("owner {owner:?}"), PATIENCE, |frame| match event_of(frame) {
            Some(EventBody::Owner(change)) if change.owner == owner => Some(change.clone()),
            _ => None,
        })
        .await
    }

    /// What a shopper must have by the product's bound: an answer, the offer of a person, or a place in the
    /// queue.
    pub async fn answer_or_person(&mut self, mark: usize) -> Outcome {
        self.until_since(mark, "answer or offer", PATIENCE, |frame| match event_of(frame)? {
            EventBody::Message(message) if message.from == Author::Assistant => {
                Some(Outcome::Answered(message.clone()))
            }
            EventBody::Offer(offer) => Some(Outcome::Offered(offer.clone())),
            EventBody::Owner(change) if change.owner == Owner::Waiting => {
                Some(Outcome::HandedOver(change.clone()))
            }
            _ => None,
        })
        .await
    }

    /// The offer of a person, or the place in the queue, whatever was answered before it.
    pub async fn person(&mut self, mark: usize) -> Outcome {
        self.until_since(mark, "person", PATIENCE, |frame| match event_of(frame)? {
            EventBody::Offer(offer) => Some(Outcome::Offered(offer.clone())),
            EventBody::Owner(change) if change.owner == Owner::Waiting => {
                Some(Outcome::HandedOver(change.clone()))
            }
            _ => None,
        })
        .await
    }

    /// The refusal of what is sent next.
    pub async fn refusal_since(&mut self, mark: usize) -> String {
        self.until_since(mark, "refusal", PATIENCE, |frame| match frame {
            ServerFrame::Refused { code, .. } => Some(code.clone()),
            _ => None,
        })
        .await
    }

    /// The pieces of an answer heard so far, put together as a frame does.
    pub fn drafted(&self, message: &MessageId) -> String {
        let mut text = String::new();
        for frame in &self.heard {
            if let ServerFrame::Delta(delta) = frame
                && delta.message == *message
            {
                text.truncate(usize::try_from(delta.offset).expect("an offset that fits"));
                text.push_str(&delta.text);
            }
        }
        text
    }

    /// The committed events heard so far.
    pub fn events(&self) -> Vec<Event> {
        let event = |frame: &ServerFrame| match frame {
            ServerFrame::Event(event) => Some(event.clone()),
            _ => None,
        };
        self.heard.iter().filter_map(event).collect()
    }

    pub async fn close(mut self) {
        let _ = self.stream.close(None).await;
    }
}
