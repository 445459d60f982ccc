//! All that the regions around the log show of a conversation, so that they follow one small value.

use super::chat::{Chat, Reach, SLOW, Waiting};
use counterbell_protocol::Owner;
use counterbell_protocol::event::Rating;

#[derive(Clone, Debug, PartialEq)]
pub struct Glance {
    pub owner: Owner,
    pub person: Option<String>,
    pub card: Card,
    pub writing: Writing,
    pub is_empty: bool,
    /// The history has been read.
    pub live: bool,
    /// How many lines are committed.
    pub committed: usize,
    pub clock_ahead_ms: i64,
}

/// The one thing that matters now.
#[derive(Clone, Debug, PartialEq)]
pub enum Card {
    None,
    /// A person was asked for; the edge has not committed it yet.
    Asking,
    Offer(OfferWords),
    Waiting(Waiting),
    AskContact {
        back_at_ms: Option<u64>,
    },
    /// A call-back is promised to this address.
    Promised(String),
    Ended(Option<Rating>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfferWords {
    Usual,
    Slow,
    /// The shop's own.
    Own(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writing {
    Nobody,
    Assistant,
    Person(Option<String>),
}

impl Default for Glance {
    fn default() -> Self {
        Chat::default().glance()
    }
}

impl Chat {
    pub fn glance(&self) -> Glance {
        Glance {
            owner: self.owner,
            person: self.person.clone(),
            card: self.card(),
            writing: self.writing(),
            is_empty: self.is_empty(),
            live: self.live,
            committed: self.committed.len(),
            clock_ahead_ms: self.clock_ahead_ms,
        }
    }

    fn card(&self) -> Card {
        match (self.owner, &self.reach) {
            (Owner::Waiting, Reach::NotAsked) => Card::Waiting(self.waiting.clone()),
            (Owner::Waiting, Reach::Asked { back_at_ms }) => Card::AskContact { back_at_ms: *back_at_ms },
            (Owner::Waiting, Reach::Left(contact)) => Card::Promised(contact.reach.clone()),
            (Owner::Person, _) => Card::None,
            _ if self.outbox.asks_person() => Card::Asking,
            (Owner::Closed, _) => Card::Ended(self.rating.clone()),
            (Owner::Assistant, _) => self.offer_words().map_or(Card::None, Card::Offer),
        }
    }

    fn offer_words(&self) -> Option<OfferWords> {
        let offer = self.offer.as_ref()?;
        Some(match &offer.note {
            Some(note) => OfferWords::Own(note.clone()),
            None if offer.reason == SLOW => OfferWords::Slow,
            None => OfferWords::Usual,
        })
    }

    fn writing(&self) -> Writing {
        match (&self.typing, self.owner) {
            (Some(typing), Owner::Person) => Writing::Person(typing.name.clone().or(self.person.clone())),
            _ if self.answer_due() => Writing::Assistant,
            _ => Writing::Nobody,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterbell_protocol::event::{Contact, Offer};
    use counterbell_protocol::{ClientFrame, MessageId};

    fn chat(owner: Owner, change: impl FnOnce(&mut Chat)) -> Card {
        let mut chat = Chat { owner, ..Chat::default() };
        change(&mut chat);
        chat.glance().card
    }

    #[test]
    fn one_card_at_a_time_and_the_wait_before_all() {
        let offer = |note: Option<&str>, reason: &str| {
            Some(Offer { reason: reason.into(), note: note.map(Into::into) })
        };
        let left = Reach::Left(Contact { reach: "a@b.c".into(), name: None });
        let ask = |chat: &mut Chat| chat.outbox.push(ClientFrame::AskPerson { id: MessageId::new("p") }, 1);
        for (card, expected) in [
            (chat(Owner::Assistant, |_| {}), Card::None),
            (chat(Owner::Assistant, |c| c.offer = offer(None, "anger")), Card::Offer(OfferWords::Usual)),
            (chat(Owner::Assistant, |c| c.offer = offer(None, SLOW)), Card::Offer(OfferWords::Slow)),
            (
                chat(Owner::Assistant, |c| c.offer = offer(Some("Hm"), "x")),
                Card::Offer(OfferWords::Own("Hm".into())),
            ),
            (chat(Owner::Assistant, ask), Card::Asking),
            (chat(Owner::Closed, ask), Card::Asking),
            (chat(Owner::Closed, |_| {}), Card::Ended(None)),
            (chat(Owner::Person, |c| c.offer = offer(None, "x")), Card::None),
            (chat(Owner::Waiting, ask), Card::Waiting(Waiting::default())),
            (
                chat(Owner::Waiting, |c| c.reach = Reach::Asked { back_at_ms: Some(1) }),
                Card::AskContact { back_at_ms: Some(1) },
            ),
            (chat(Owner::Waiting, |c| c.reach = left), Card::Promised("a@b.c".into())),
        ] {
            assert_eq!(card, expected);
        }
    }
}
