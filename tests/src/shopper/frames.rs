//! Making frames, and reading what a conversation came to.

use crate::unique;
use counterbell_protocol::event::{EventBody, Offer, OwnerChange};
use counterbell_protocol::{Author, ClientFrame, Event, Message, MessageId, ServerFrame};

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

pub(super) fn message_of(frame: &ServerFrame, author: Author) -> Option<Message> {
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
