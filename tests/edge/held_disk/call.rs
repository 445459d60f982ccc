//! What a shopper or a person does, under an id of its own: once or again.

use counterbell_protocol::agent::{Claim, Person, Reply};
use counterbell_protocol::{ClientFrame, Event, EventBody, MessageId, Owner};
use std::io;
use tests::edge::Shop;
use tests::http::Response;
use tests::poll;
use tests::shopper::{PATIENCE, PNG, Shopper};

/// What somebody does that must be committed before anybody hears of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    Says,
    AsksPerson,
    AsksPersonByPost,
    AddsFile,
    Claims,
    Replies,
}

impl Act {
    pub const ALL: [Self; 6] =
        [Self::Says, Self::AsksPerson, Self::AsksPersonByPost, Self::AddsFile, Self::Claims, Self::Replies];

    /// Whether a person was asked for before it.
    pub fn is_while_waiting(self) -> bool {
        matches!(self, Self::AddsFile | Self::Claims | Self::Replies)
    }
}

/// An act under its id, as often as it is done.
#[derive(Clone)]
pub struct Call {
    pub act: Act,
    pub id: MessageId,
    pub shop: Shop,
    pub shopper: Shopper,
    /// Of the person who replies.
    pub claim: String,
}

impl Call {
    pub fn frame(&self) -> ClientFrame {
        let id = self.id.clone();
        match self.act {
            Act::Says => ClientFrame::Say { id, text: "Which sizes are there?".to_owned(), page: None },
            _ => ClientFrame::AskPerson { id },
        }
    }

    pub async fn by_http(self) -> io::Result<Response> {
        let (queue, conversation, id) = (&self.shop.queue, &self.shopper.conversation, self.id.as_str());
        match self.act {
            Act::Says | Act::AsksPerson | Act::AsksPersonByPost => self.shopper.try_post(&self.frame()).await,
            Act::AddsFile => self.shopper.attachment(&self.id, "coat.png", PNG).try_send().await,
            Act::Claims => {
                let person = Person { id: "mina".to_owned(), name: "Mina".to_owned() };
                queue.try_call(conversation, "claim", &Claim { person }, id).await
            }
            Act::Replies => {
                let (claim, message) = (self.claim.clone(), self.id.clone());
                let reply = Reply { claim, id: message, text: "It is warm.".to_owned() };
                queue.try_call(conversation, "reply", &reply, id).await
            }
        }
    }

    /// Whether this event is the act.
    pub fn made(&self, event: &EventBody) -> bool {
        match (self.act, event) {
            (Act::Says | Act::AddsFile | Act::Replies, EventBody::Message(message)) => message.id == self.id,
            (Act::AsksPerson | Act::AsksPersonByPost, EventBody::Owner(change)) => {
                change.owner == Owner::Waiting
            }
            (Act::Claims, EventBody::Owner(change)) => change.owner == Owner::Person,
            _ => false,
        }
    }

    /// The events of the log that are the act: one at most.
    pub async fn made_in_log(&self) -> Vec<Event> {
        let log = poll::until("log", PATIENCE, || self.shopper.try_missed(0)).await.events;
        log.into_iter().filter(|event| self.made(&event.event)).collect()
    }
}
