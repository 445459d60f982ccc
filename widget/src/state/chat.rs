//! The conversation as the frame knows it: server frames in, what the shopper should see out.
//! The edge's log is the truth; what is here can be thrown away and asked for again.

use super::entry::{Entry, note_of};
use super::outbox::{Failure, Outbox};
use counterbell_protocol::event::{Author, Contact, Offer, OwnerChange, Rating};
use counterbell_protocol::socket::{Delta, Missed, QueueStatus, Ready};
use counterbell_protocol::{ClientFrame, Event, EventBody, Message, MessageId, Owner, ServerFrame};

/// After so long without a sign of an answer, a person is offered.
pub const ANSWER_DUE_MS: u64 = 20_000;
/// For how long somebody counts as writing after they last said so.
const TYPING_MS: u64 = 6_000;

#[derive(Clone, Debug, PartialEq)]
pub struct Chat {
    pub seq: u64,
    pub owner: Owner,
    /// The person who has the conversation, as the shopper may see them.
    pub person: Option<String>,
    pub committed: Vec<Entry>,
    pub outbox: Outbox,
    pub draft: Option<Draft>,
    pub waiting: Waiting,
    pub reach: Reach,
    pub offer: Option<Offer>,
    pub rating: Option<Rating>,
    pub typing: Option<Typing>,
    /// The edge's clock minus ours.
    pub clock_ahead_ms: i64,
    /// History has been read; what comes now is news.
    pub live: bool,
    /// When the last sign of a due answer was seen.
    pub(super) awaiting_since_ms: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub id: MessageId,
    pub text: String,
    pub since_ms: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waiting {
    pub deadline_ms: Option<u64>,
    pub note: Option<String>,
    pub queue: QueueStatus,
}

/// Whether the shopper is asked for a way to be reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reach {
    #[default]
    NotAsked,
    Asked {
        back_at_ms: Option<u64>,
    },
    Left(Contact),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    pub name: Option<String>,
    until_ms: u64,
}

/// What the rest of the frame must do about a frame from the edge.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Somebody other than the shopper has said something whole.
    Heard {
        seq: u64,
        from: Author,
        name: Option<String>,
        text: String,
    },
    Owner {
        owner: Owner,
        note: Option<super::entry::Note>,
        name: Option<String>,
    },
    Queue,
    /// Something is missing: ask again from `seq`.
    Gap,
    /// The outbox must be kept anew.
    Outbox,
    /// Something that is not a message was refused.
    Refused {
        code: String,
    },
    /// The shop's token was refused: the shop's affair, not the shopper's.
    NotIdentified {
        code: String,
    },
}

impl Default for Chat {
    fn default() -> Self {
        Self {
            seq: 0,
            owner: Owner::Assistant,
            person: None,
            committed: Vec::new(),
            outbox: Outbox::default(),
            draft: None,
            waiting: Waiting::default(),
            reach: Reach::default(),
            offer: None,
            rating: None,
            typing: None,
            clock_ahead_ms: 0,
            live: false,
            awaiting_since_ms: None,
        }
    }
}

impl Chat {
    /// With what an earlier page could not send.
    pub fn with_outbox(outbox: Outbox) -> Self {
        Self { outbox, ..Self::default() }
    }

    pub fn apply(&mut self, frame: ServerFrame, now_ms: u64) -> Vec<Effect> {
        match frame {
            ServerFrame::Event(event) => self.event(event, now_ms),
            ServerFrame::Events { events } => self.events(events, now_ms),
            ServerFrame::Ready(ready) => self.ready(ready, now_ms),
            ServerFrame::Accepted { id } => {
                self.outbox.accept(&id);
                vec![Effect::Outbox]
            }
            ServerFrame::Refused { id, code, .. } => self.refused(id, code),
            ServerFrame::Delta(delta) => self.delta(delta, now_ms),
            ServerFrame::Dropped { message } => {
                self.draft.take_if(|draft| draft.id == message);
                self.sign_of_life(now_ms);
                Vec::new()
            }
            ServerFrame::Typing { name } => {
                self.typing = Some(Typing { name, until_ms: now_ms + TYPING_MS });
                Vec::new()
            }
            ServerFrame::Queue(queue) => {
                self.waiting.queue = queue;
                vec![Effect::Queue]
            }
            ServerFrame::Unknown => Vec::new(),
        }
    }

    /// The same over HTTP.
    pub fn apply_missed(&mut self, missed: Missed, now_ms: u64) -> Vec<Effect> {
        let mut effects = self.events(missed.events, now_ms);
        if let Some(queue) = missed.queue.filter(|queue| *queue != self.waiting.queue) {
            effects.extend(self.apply(ServerFrame::Queue(queue), now_ms));
        }
        match missed.draft {
            Some(delta) => effects.extend(self.delta(delta, now_ms)),
            None => self.draft = None,
        }
        effects.extend(self.ready(missed.ready, now_ms));
        effects
    }

    /// The draft that a new connection need not send again, and how many bytes of it are here.
    pub fn draft_held(&self) -> Option<(&MessageId, usize)> {
        self.draft.as_ref().map(|draft| (&draft.id, draft.text.len()))
    }

    fn events(&mut self, events: Vec<Event>, now_ms: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        for event in events {
            effects.extend(self.event(event, now_ms));
        }
        effects
    }

    fn event(&mut self, event: Event, now_ms: u64) -> Vec<Effect> {
        if event.seq <= self.seq {
            return Vec::new();
        }
        if event.seq > self.seq + 1 {
            return vec![Effect::Gap];
        }
        self.seq = event.seq;
        let effects = match event.event {
            EventBody::Message(message) => self.message(message, event.seq, event.at_ms, now_ms),
            EventBody::Owner(change) => self.owner_change(change, event.seq, event.at_ms),
            EventBody::Offer(offer) => {
                self.awaiting_since_ms = None;
                self.offer = Some(offer);
                Vec::new()
            }
            EventBody::Contact(contact) => {
                self.reach = Reach::Left(contact);
                Vec::new()
            }
            EventBody::ContactAsked(asked) => {
                if !matches!(self.reach, Reach::Left(_)) {
                    self.reach = Reach::Asked { back_at_ms: asked.back_at_ms };
                }
                Vec::new()
            }
            EventBody::Rated(rating) => {
                self.rating = Some(rating);
                Vec::new()
            }
            EventBody::Unknown => Vec::new(),
        };
        // Of a history nobody is told: `ready` says that it has been read.
        if self.live { effects } else { Vec::new() }
    }

    fn message(&mut self, message: Message, seq: u64, at_ms: u64, now_ms: u64) -> Vec<Effect> {
        self.outbox.remove(&message.id);
        self.draft.take_if(|draft| draft.id == message.id);
        self.typing = None;
        let effect = if message.from == Author::Shopper {
            self.offer = None;
            self.awaiting_since_ms = (self.owner == Owner::Assistant).then_some(now_ms);
            Effect::Outbox
        } else {
            self.awaiting_since_ms = None;
            let (from, name, text) = (message.from, message.name.clone(), message.text.clone());
            Effect::Heard { seq, from, name, text }
        };
        self.committed.push(Entry::committed(message, at_ms));
        vec![effect]
    }

    fn owner_change(&mut self, change: OwnerChange, seq: u64, at_ms: u64) -> Vec<Effect> {
        let note = note_of(&change, self.person.as_deref());
        let before = self.person.take();
        self.owner = change.owner;
        self.offer = None;
        self.awaiting_since_ms = None;
        self.typing = None;
        if matches!(change.owner, Owner::Person | Owner::Closed) {
            self.draft = None;
        }
        if change.owner == Owner::Waiting {
            self.waiting.deadline_ms = change.deadline_ms.or(self.waiting.deadline_ms);
            self.waiting.note.clone_from(&change.note);
        } else {
            self.waiting = Waiting::default();
            self.reach = Reach::NotAsked;
        }
        if change.owner == Owner::Closed {
            self.rating = None;
        }
        self.person = change.name.clone().filter(|_| change.owner == Owner::Person);
        self.committed.extend(note.clone().map(|note| Entry::note(seq, "a", at_ms, note)));
        let words = change.note.filter(|_| change.owner != Owner::Waiting);
        self.committed.extend(words.map(|w| Entry::note(seq, "b", at_ms, super::entry::Note::Words(w))));
        vec![Effect::Owner { owner: self.owner, note, name: change.name.or(before) }]
    }

    fn delta(&mut self, delta: Delta, now_ms: u64) -> Vec<Effect> {
        if self.committed.iter().rev().any(|entry| entry.key == delta.message.0) {
            return Vec::new();
        }
        self.sign_of_life(now_ms);
        let mut draft = match self.draft.take() {
            Some(draft) if draft.id == delta.message => draft,
            _ => Draft { id: delta.message, text: String::new(), since_ms: now_ms },
        };
        let offset = usize::try_from(delta.offset).unwrap_or(usize::MAX);
        let fits = draft.text.is_char_boundary(offset);
        if fits {
            draft.text.truncate(offset);
            draft.text.push_str(&delta.text);
        }
        self.draft = Some(draft);
        if fits { Vec::new() } else { vec![Effect::Gap] }
    }

    fn ready(&mut self, ready: Ready, now_ms: u64) -> Vec<Effect> {
        self.clock_ahead_ms = i64::try_from(ready.now_ms).unwrap_or(0) - i64::try_from(now_ms).unwrap_or(0);
        if ready.seq > self.seq {
            return vec![Effect::Gap];
        }
        self.owner = ready.owner;
        if !self.live && self.asked_last() && self.owner == Owner::Assistant && self.offer.is_none() {
            self.awaiting_since_ms = Some(now_ms);
        }
        let was_live = std::mem::replace(&mut self.live, true);
        if was_live { Vec::new() } else { vec![Effect::Outbox] }
    }

    /// Of all that the edge has, the shopper's words are the last.
    fn asked_last(&self) -> bool {
        let last = self.committed.iter().rev().find_map(Entry::author);
        last.is_some_and(|(from, _)| from == Author::Shopper)
    }

    fn refused(&mut self, id: Option<MessageId>, code: String) -> Vec<Effect> {
        let taken = id.as_ref().and_then(|id| self.outbox.refuse(id, Failure::of(&code)));
        match (id, taken) {
            (Some(_), None) => {
                // What was not taken will not be answered; what was said before it may still be.
                if !self.asked_last() {
                    self.awaiting_since_ms = None;
                }
                vec![Effect::Outbox]
            }
            (_, Some(ClientFrame::Identify { .. })) => vec![Effect::Outbox, Effect::NotIdentified { code }],
            _ => vec![Effect::Outbox, Effect::Refused { code }],
        }
    }

    fn sign_of_life(&mut self, now_ms: u64) {
        if let Some(since) = &mut self.awaiting_since_ms {
            *since = now_ms;
        }
    }

    /// Lets time pass; true if something to be seen has changed.
    pub fn tick(&mut self, now_ms: u64) -> bool {
        let quiet = self.typing.take_if(|typing| typing.until_ms <= now_ms).is_some();
        let overdue = self.awaiting_since_ms.is_some_and(|since| now_ms >= since + ANSWER_DUE_MS);
        if overdue {
            self.awaiting_since_ms = None;
            self.offer = Some(Offer { reason: SLOW.to_owned(), note: None });
        }
        quiet || overdue
    }
}

/// The reason of the offer that the frame makes by itself.
pub const SLOW: &str = "frame_slow";
