//! What the shopper does, and what of the conversation is to be shown.

use super::chat::{Chat, Reach};
use super::entry::{Delivery, Entry, Said, What};
use super::outbox::SendState;
use counterbell_protocol::event::{Author, Contact, Rating};
use counterbell_protocol::socket::Page;
use counterbell_protocol::{ClientFrame, MAX_TEXT_BYTES, MessageId, Owner};

/// One line of the list: which entry, and what stands above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub key: String,
    /// Another author than the line before: the name is shown.
    pub opens_group: bool,
    /// The first line of this day, in days since the Unix epoch in the shopper's own time.
    pub new_day: Option<i64>,
}

impl Chat {
    pub fn say(&mut self, id: MessageId, text: String, page: Option<Page>, now_ms: u64) {
        self.offer = None;
        if self.owner == Owner::Assistant {
            self.awaiting_since_ms = Some(now_ms);
        }
        self.outbox.push(ClientFrame::Say { id, text, page }, now_ms);
    }

    /// Asking twice is asking once.
    pub fn ask_person(&mut self, id: MessageId, now_ms: u64) {
        self.offer = None;
        if matches!(self.owner, Owner::Assistant | Owner::Closed) && !self.outbox.asks_person() {
            self.outbox.push(ClientFrame::AskPerson { id }, now_ms);
        }
    }

    pub fn withdraw(&mut self, id: MessageId, now_ms: u64) {
        self.outbox.push(ClientFrame::Withdraw { id }, now_ms);
    }

    pub fn leave_contact(&mut self, id: MessageId, contact: Contact, now_ms: u64) {
        self.reach = Reach::Left(contact.clone());
        self.outbox.push(ClientFrame::LeaveContact { id, contact }, now_ms);
    }

    pub fn rate(&mut self, id: MessageId, rating: Rating, now_ms: u64) {
        self.rating = Some(rating.clone());
        self.outbox.push(ClientFrame::Rate { id, rating }, now_ms);
    }

    /// Who the shopper is, signed by the shop.
    pub fn identify(&mut self, id: MessageId, token: String, now_ms: u64) {
        self.outbox.push(ClientFrame::Identify { id, token }, now_ms);
    }

    pub fn end(&mut self, id: MessageId, now_ms: u64) {
        self.outbox.push(ClientFrame::End { id }, now_ms);
    }

    /// An answer is due and nothing of it is to be seen yet.
    pub fn answer_due(&self) -> bool {
        self.awaiting_since_ms.is_some() && self.draft.is_none()
    }

    /// Something is on its way: the line must not stay silent.
    pub fn expects_something(&self) -> bool {
        self.awaiting_since_ms.is_some() || self.draft.is_some() || self.outbox.due().next().is_some()
    }

    pub fn is_empty(&self) -> bool {
        self.committed.is_empty() && self.outbox.items().is_empty() && self.draft.is_none()
    }

    pub fn len(&self) -> usize {
        self.committed.len() + self.unconfirmed().count()
    }

    /// Log, then what is on its way, then the answer being written: the order they will have in the log.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        self.committed.iter().cloned().chain(self.unconfirmed())
    }

    pub fn entry(&self, key: &str) -> Option<Entry> {
        let committed = self.committed.iter().rev().find(|entry| entry.key == key).cloned();
        committed.or_else(|| self.unconfirmed().find(|entry| entry.key == key))
    }

    /// The lines from `from` on. `ahead_min` is what the shopper's clock is ahead of UTC.
    pub fn rows(&self, from: usize, ahead_min: i64) -> Vec<Row> {
        let day =
            |at_ms: u64| (i64::try_from(at_ms).unwrap_or(0) + ahead_min * 60_000).div_euclid(86_400_000);
        let mut last: Option<(&Entry, i64)> = None;
        let mut rows = Vec::new();
        let unconfirmed: Vec<Entry> =
            self.unconfirmed().skip(from.saturating_sub(self.committed.len())).collect();
        for entry in self.committed.iter().skip(from).chain(&unconfirmed) {
            let today = day(entry.at_ms);
            let new_day = (last.map(|(_, day)| day) != Some(today)).then_some(today);
            let same = last.is_some_and(|(before, _)| before.author() == entry.author());
            let opens_group = entry.author().is_some() && (!same || new_day.is_some());
            rows.push(Row { key: entry.key.clone(), opens_group, new_day });
            last = Some((entry, today));
        }
        rows
    }

    fn unconfirmed(&self) -> impl Iterator<Item = Entry> + '_ {
        let outgoing = self.outbox.items().iter().filter_map(|item| match &item.frame {
            ClientFrame::Say { id, text, .. } => Some(outgoing(id, text, item.at_ms, &item.state)),
            _ => None,
        });
        outgoing.chain(self.streaming())
    }

    fn streaming(&self) -> Option<Entry> {
        let draft = self.draft.as_ref()?;
        let said = Said {
            from: Author::Assistant,
            name: None,
            text: String::new(),
            sources: Vec::new(),
            cut: false,
            delivery: Delivery::Streaming,
        };
        let at_ms = draft.since_ms.saturating_add_signed(self.clock_ahead_ms);
        Some(Entry { key: draft.id.0.clone(), at_ms, what: What::Said(said) })
    }
}

fn outgoing(id: &MessageId, text: &str, at_ms: u64, state: &SendState) -> Entry {
    let said = Said {
        from: Author::Shopper,
        name: None,
        text: text.to_owned(),
        sources: Vec::new(),
        cut: false,
        delivery: Delivery::Outgoing(state.clone()),
    };
    Entry { key: id.0.clone(), at_ms, what: What::Said(said) }
}

/// How many bytes a text is over the limit, once the blanks around it are gone.
pub fn bytes_too_long(text: &str) -> usize {
    text.trim().len().saturating_sub(MAX_TEXT_BYTES)
}

/// An e-mail address or a telephone number, by its looks alone.
pub fn is_reachable(text: &str) -> bool {
    let text = text.trim();
    let mail = text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty()
            && host.bytes().any(|byte| byte == b'.')
            && !host.starts_with('.')
            && !host.ends_with('.')
    });
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let phone = (5..=20).contains(&digits)
        && text.chars().all(|c| c.is_ascii_digit() || "+-/(). ".chars().any(|sign| sign == c));
    text.len() <= 200 && (mail && !text.contains(char::is_whitespace) || phone)
}
