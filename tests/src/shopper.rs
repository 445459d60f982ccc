//! A shopper at the wire: opens a conversation and speaks the socket or plain HTTP, as a frame would, or as
//! a frame never would.

use crate::http::{Ask, Response};
use crate::{poll, unique};
use counterbell_protocol::event::{Author, EventBody, Offer, OwnerChange};
use counterbell_protocol::socket::{Missed, Open, Opened, Ready};
use counterbell_protocol::{ClientFrame, Event, Message, MessageId, Owner, SUBPROTOCOL, ServerFrame};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Longer than the product's own bound of 20 s for an answer or the offer of a person.
pub const PATIENCE: Duration = Duration::from_secs(25);

/// One shopper and what proves who they are.
#[derive(Clone, Debug)]
pub struct Shopper {
    /// The edge's address, without a slash at the end. It may change when the edge is restarted.
    pub edge: String,
    pub shop: String,
    pub conversation: String,
    pub token: String,
}

/// An open socket, and everything that came over it.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub heard: Vec<ServerFrame>,
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
        Ok(Socket { stream, heard: Vec::new() })
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

/// A frame that says something, with a fresh id.
pub fn say(text: &str) -> ClientFrame {
    ClientFrame::Say { id: fresh_id(), text: text.to_owned(), page: None }
}

pub fn ask_person() -> ClientFrame {
    ClientFrame::AskPerson { id: fresh_id() }
}

pub fn fresh_id() -> MessageId {
    MessageId(unique("m"))
}

/// The id under which a frame takes effect once.
pub fn id_of(frame: &ClientFrame) -> Option<&MessageId> {
    match frame {
        ClientFrame::Say { id, .. }
        | ClientFrame::AskPerson { id }
        | ClientFrame::Withdraw { id }
        | ClientFrame::LeaveContact { id, .. }
        | ClientFrame::Rate { id, .. }
        | ClientFrame::End { id } => Some(id),
        _ => None,
    }
}

impl Socket {
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

/// How a turn ended for the shopper.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Answered(Message),
    Offered(Offer),
    HandedOver(OwnerChange),
}

pub fn event_of(frame: &ServerFrame) -> Option<&EventBody> {
    match frame {
        ServerFrame::Event(event) => Some(&event.event),
        _ => None,
    }
}

fn message_of(frame: &ServerFrame, author: Author) -> Option<Message> {
    match event_of(frame) {
        Some(EventBody::Message(message)) if message.from == author => Some(message.clone()),
        _ => None,
    }
}

/// The messages of a log, in order.
pub fn messages(events: &[Event]) -> Vec<Message> {
    let message = |event: &Event| match &event.event {
        EventBody::Message(message) => Some(message.clone()),
        _ => None,
    };
    events.iter().filter_map(message).collect()
}

/// Fails unless `seq` grows by one from event to event, beginning after `after`.
#[track_caller]
pub fn assert_no_gaps(events: &[Event], after: u64) {
    let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
    let expected: Vec<u64> = (after + 1..).take(seqs.len()).collect();
    assert_eq!(seqs, expected, "each event once, in order");
}
