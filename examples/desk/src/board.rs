//! All cases of this desk: takes in what webhooks, lists and feeds bring. Plain data, no HTTP, no clock.

use crate::case::{Case, End, Hold};
use crate::history::History;
use counterbell_protocol::ConversationId;
use counterbell_protocol::agent::{Escalations, FeedFrame, Transcript};
use counterbell_protocol::event::EventBody;
use counterbell_protocol::webhook::{About, What};
use std::collections::{HashMap, HashSet};

/// How long a case that is done stays in sight, in milliseconds.
const DONE_SHOWN_MS: u64 = 10 * 60 * 1000;

#[derive(Debug, Default)]
pub struct Board {
    cases: HashMap<ConversationId, Case>,
    pub history: History,
}

#[derive(Debug)]
pub struct Asked {
    known: HashSet<ConversationId>,
    at_ms: u64,
}

impl Board {
    pub fn case(&self, id: &ConversationId) -> Option<&Case> {
        self.cases.get(id)
    }

    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.values()
    }

    /// One delivery of the webhook. Returns the conversation that it changed.
    pub fn deliver(&mut self, what: What, now_ms: u64) -> Option<ConversationId> {
        match what {
            What::Requested(requested) => {
                let id = requested.about.conversation.clone();
                if !id.is_well_formed() {
                    return None;
                }
                match self.cases.get_mut(&id) {
                    Some(case) => case.requested_again(*requested, now_ms),
                    None => drop(self.cases.insert(id.clone(), Case::requested(*requested, now_ms))),
                }
                Some(id)
            }
            What::Message(new) => self.change(&new.about, |case| case.lines.push(new.line.clone())),
            What::Overdue(about) => self.change(&about, |case| case.overdue = true),
            What::Withdrawn(about) => self.change(&about, |case| case.end(End::Withdrawn, now_ms)),
            What::Closed(about) => self.change(&about, |case| case.end(End::Closed, now_ms)),
            What::ContactLeft(left) => {
                self.change(&left.about, |case| case.contact = Some(left.contact.clone()))
            }
            What::Erased(about) => self.cases.remove(&about.conversation).map(|_| about.conversation),
            What::Rated(rated) => self.change(&rated.about, |case| case.rating = Some(rated.rating.clone())),
        }
    }

    /// What to remember when the edge is asked for its list: the answer may be older than later news.
    pub fn asking(&self, now_ms: u64) -> Asked {
        let open = self.cases.values().filter(|case| case.is_open());
        Asked { known: open.map(|case| case.conversation.clone()).collect(), at_ms: now_ms }
    }

    /// What the edge lists as open. What was open when we asked and is not listed is done: that news
    /// never reached us.
    pub fn list(&mut self, open: Escalations, asked: &Asked, now_ms: u64) {
        let mut listed = HashSet::new();
        for it in open.escalations.into_iter().filter(|it| it.conversation.is_well_formed()) {
            listed.insert(it.conversation.clone());
            match self.cases.get_mut(&it.conversation) {
                Some(case) => case.relisted(it, asked.at_ms),
                None => drop(self.cases.insert(it.conversation.clone(), Case::listed(it))),
            }
        }
        for id in asked.known.difference(&listed) {
            if let Some(case) = self.cases.get_mut(id) {
                case.end(End::Closed, now_ms);
            }
        }
        self.cases.retain(|_, case| case.is_shown(now_ms, DONE_SHOWN_MS));
    }

    /// One frame of a conversation's feed. Returns whether there is something new to show.
    pub fn feed(&mut self, id: &ConversationId, frame: FeedFrame, now_ms: u64) -> bool {
        let Some(case) = self.cases.get_mut(id) else { return false };
        match frame {
            FeedFrame::Event(event) => {
                if let EventBody::Owner(change) = &event.event {
                    case.owner_changed(change, event.at_ms);
                }
                case.record(event)
            }
            FeedFrame::Ready(ready) => {
                case.owned(ready.owner, ready.epoch, None, End::Closed, now_ms);
                true
            }
            FeedFrame::Note(note) => {
                let new = !case.notes.contains(&note);
                if new {
                    case.notes.push(note);
                }
                new
            }
            FeedFrame::Typing | FeedFrame::Unknown => false,
        }
    }

    pub fn filled(&mut self, transcript: Transcript, now_ms: u64) {
        if let Some(case) = self.cases.get_mut(&transcript.conversation) {
            case.filled(transcript, now_ms);
        }
    }

    pub fn claimed(&mut self, id: &ConversationId, hold: Hold, transcript: Option<Transcript>, now_ms: u64) {
        if let Some(case) = self.cases.get_mut(id) {
            self.history.waited(case.since_ms, now_ms);
            case.claimed(hold, transcript, now_ms);
        }
    }

    pub fn with<T>(&mut self, id: &ConversationId, act: impl FnOnce(&mut Case) -> T) -> Option<T> {
        self.cases.get_mut(id).map(act)
    }

    /// The number of the last event we have of this conversation: where its feed goes on.
    pub fn seen(&self, id: &ConversationId) -> u64 {
        self.cases.get(id).and_then(|case| case.log.last_key_value()).map_or(0, |(seq, _)| *seq)
    }

    fn change(&mut self, about: &About, act: impl FnOnce(&mut Case)) -> Option<ConversationId> {
        let case = self.cases.get_mut(&about.conversation)?;
        // News of an escalation that a later one has replaced.
        if case.escalation != about.escalation {
            return None;
        }
        act(case);
        Some(about.conversation.clone())
    }
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
