//! What the shopper did and the edge has not yet committed. Each entry has its own id and may be sent again.

use super::json::{Json, parse};
use super::number;
use super::written::{client_frame, read_client_frame};
use counterbell_protocol::{ClientFrame, MessageId};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub frame: ClientFrame,
    pub at_ms: u64,
    /// Not kept over a reload: whatever is here then is sent again.
    pub state: SendState,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SendState {
    #[default]
    Sending,
    /// The edge has committed it; the event itself is on its way.
    Accepted,
    Failed(Failure),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    TooLong,
    TooFast,
    Ended,
    Other,
}

impl Failure {
    /// From the code of a refusal.
    pub fn of(code: &str) -> Self {
        match code {
            "too_long" | "text_too_long" | "frame_too_large" | "too_large" => Self::TooLong,
            "too_fast" | "rate_limited" | "too_many" | "too_many_messages" => Self::TooFast,
            "closed" | "ended" => Self::Ended,
            _ => Self::Other,
        }
    }
}

impl Outbox {
    /// What an earlier page left behind; what cannot be read is left out.
    pub fn from_json(text: &str) -> Self {
        let item = |json: &Json| {
            let frame = read_client_frame(json.get("frame"))?;
            Some(Item { frame, at_ms: json.get("at_ms").u64()?, state: SendState::Sending })
        };
        let items = parse(text).map(|json| json.list().iter().filter_map(item).collect());
        Self { items: items.unwrap_or_default() }
    }

    /// What must survive a reload.
    pub fn to_json(&self) -> Option<String> {
        let item = |item: &Item| {
            let at_ms = Json::Number(number::written(item.at_ms));
            Json::Map(vec![("frame".to_owned(), client_frame(&item.frame)), ("at_ms".to_owned(), at_ms)])
        };
        let kept: Vec<Json> =
            self.items.iter().filter(|item| item.state != SendState::Accepted).map(item).collect();
        (!kept.is_empty()).then(|| Json::List(kept).write())
    }

    pub fn items(&self) -> &[Item] {
        &self.items
    }

    pub fn push(&mut self, frame: ClientFrame, at_ms: u64) {
        self.items.push(Item { frame, at_ms, state: SendState::Sending });
    }

    /// All that is to be sent, oldest first.
    pub fn due(&self) -> impl Iterator<Item = &ClientFrame> {
        self.items.iter().filter(|item| item.state == SendState::Sending).map(|item| &item.frame)
    }

    /// Committed: a message stays in sight until its event arrives, the rest is done.
    pub fn accept(&mut self, id: &MessageId) {
        self.items.retain_mut(|item| {
            let own = id_of(&item.frame) == Some(id);
            if own {
                item.state = SendState::Accepted;
            }
            !own || matches!(item.frame, ClientFrame::Say { .. })
        });
    }

    /// Not stored: a message stays so that it can be tried again; anything else is taken out and returned.
    pub fn refuse(&mut self, id: &MessageId, failure: Failure) -> Option<ClientFrame> {
        let at = self.items.iter().position(|item| id_of(&item.frame) == Some(id))?;
        let item = self.items.get_mut(at)?;
        if matches!(item.frame, ClientFrame::Say { .. }) {
            item.state = SendState::Failed(failure);
            return None;
        }
        Some(self.items.remove(at).frame)
    }

    /// Its event has arrived, or the shopper no longer wants it.
    pub fn remove(&mut self, id: &MessageId) {
        self.items.retain(|item| id_of(&item.frame) != Some(id));
    }

    pub fn retry(&mut self, id: &MessageId) {
        for item in self.items.iter_mut().filter(|item| id_of(&item.frame) == Some(id)) {
            item.state = SendState::Sending;
        }
    }

    pub fn asks_person(&self) -> bool {
        self.items.iter().any(|item| matches!(item.frame, ClientFrame::AskPerson { .. }))
    }
}

pub fn id_of(frame: &ClientFrame) -> Option<&MessageId> {
    match frame {
        ClientFrame::Say { id, .. }
        | ClientFrame::AskPerson { id }
        | ClientFrame::Withdraw { id }
        | ClientFrame::LeaveContact { id, .. }
        | ClientFrame::Rate { id, .. }
        | ClientFrame::Identify { id, .. }
        | ClientFrame::End { id } => Some(id),
        ClientFrame::Typing | ClientFrame::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(id: &str) -> ClientFrame {
        ClientFrame::Say { id: MessageId::new(id), text: "hello".to_owned(), page: None }
    }

    fn ids(outbox: &Outbox) -> Vec<&str> {
        outbox.due().filter_map(id_of).map(MessageId::as_str).collect()
    }

    #[test]
    fn what_is_not_accepted_is_due_again_in_order() {
        let mut outbox = Outbox::default();
        outbox.push(say("a"), 1);
        outbox.push(ClientFrame::AskPerson { id: MessageId::new("b") }, 2);
        outbox.push(say("c"), 3);
        outbox.accept(&MessageId::new("a"));
        assert_eq!(ids(&outbox), ["b", "c"]);
        assert_eq!(outbox.items().len(), 3, "an accepted message stays in sight");
        outbox.remove(&MessageId::new("a"));
        outbox.accept(&MessageId::new("b"));
        assert_eq!(ids(&outbox), ["c"]);
        assert_eq!(outbox.items().len(), 1, "an accepted request has nothing to show");
    }

    #[test]
    fn a_refused_message_waits_for_the_shopper() {
        let mut outbox = Outbox::default();
        outbox.push(say("a"), 1);
        outbox.push(ClientFrame::Withdraw { id: MessageId::new("b") }, 2);
        assert_eq!(outbox.refuse(&MessageId::new("a"), Failure::TooLong), None);
        assert!(matches!(
            outbox.refuse(&MessageId::new("b"), Failure::Other),
            Some(ClientFrame::Withdraw { .. })
        ));
        assert!(ids(&outbox).is_empty());
        assert_eq!(outbox.items()[0].state, SendState::Failed(Failure::TooLong));
        outbox.retry(&MessageId::new("a"));
        assert_eq!(ids(&outbox), ["a"]);
    }

    #[test]
    fn a_reload_keeps_what_was_not_committed() {
        let mut outbox = Outbox::default();
        outbox.push(say("a"), 1);
        outbox.push(say("b"), 2);
        outbox.accept(&MessageId::new("a"));
        let restored = Outbox::from_json(&outbox.to_json().unwrap());
        assert_eq!(ids(&restored), ["b"]);
        outbox.accept(&MessageId::new("b"));
        assert_eq!(outbox.to_json(), None);
        for broken in ["", "{}", "[1]", "[{\"frame\":{}}]"] {
            assert_eq!(Outbox::from_json(broken), Outbox::default(), "{broken}");
        }
    }
}
