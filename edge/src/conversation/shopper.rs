//! What the shopper may do. Each frame takes effect once, however often it is sent, and is committed
//! before it is acknowledged.

use super::escalate::Handoff;
use super::limits::check;
use super::mask;
use super::plan::Plan;
use super::{Context, Conversation, Effects, change, log};
use crate::error::{EdgeError, Result};
use crate::store::{Store, json};
use crate::token;
use crate::webhook::payload;
use counterbell_owner::State;
use counterbell_protocol::event::{Contact, OwnerCause, Rating};
use counterbell_protocol::webhook::{ContactLeft, Rated, What};
use counterbell_protocol::{ClientFrame, EscalationId, EventBody, MessageId, Owner};

const MAX_NAME_CHARS: usize = 80;

impl<S: Store> Conversation<S> {
    /// Takes one frame. `Ok` means committed (now or earlier): acknowledge it.
    pub fn receive(&self, cx: &Context, frame: ClientFrame) -> Result<Effects> {
        self.receive_as_planned(cx, frame, None)
    }

    /// The same for one whose plan was just made: what was looked up and judged for it still holds.
    pub fn receive_as_planned(
        &self,
        cx: &Context,
        frame: ClientFrame,
        plan: Option<&Plan>,
    ) -> Result<Effects> {
        let Some(id) = frame_id(&frame).cloned() else { return Ok(Effects::default()) };
        check(&frame)?;
        self.step(|| {
            self.head()?;
            if plan.is_none() && self.was_taken(&id)? {
                return Ok(Effects::default());
            }
            match frame {
                _ if plan.is_some() => (),
                // Nothing follows from it, so there is nothing to keep.
                ClientFrame::AskPerson { .. } if self.is_awaited()? && self.check_rate(cx).is_err() => {
                    return Ok(Effects::default());
                }
                ClientFrame::AskPerson { .. } => self.check_requests(cx)?,
                _ => self.check_rate(cx)?,
            }
            let sql = "INSERT INTO taken (id, at_ms) VALUES (?, ?)";
            self.store.run(sql, &[id.as_str().into(), cx.now_ms.into()])?;
            match frame.clone() {
                ClientFrame::Say { text, page, .. } => self.say(cx, &id, &text, page, plan),
                ClientFrame::AskPerson { .. } => self.ask_person(cx),
                ClientFrame::Withdraw { .. } => self.withdraw(cx),
                ClientFrame::LeaveContact { contact, .. } => self.leave_contact(cx, contact),
                ClientFrame::Rate { rating, .. } => self.rate(cx, rating),
                ClientFrame::Identify { token, .. } => self.identify(cx, &token),
                ClientFrame::End { .. } => self.end(cx),
                ClientFrame::Typing | ClientFrame::Unknown => Ok(Effects::default()),
            }
        })
    }

    fn ask_person(&self, cx: &Context) -> Result<Effects> {
        let before = self.supersede(cx)?;
        let next = match self.state()? {
            State::Assistant(from) => self.hand_over(cx, from, &Handoff::asked(cx, &self.about()?))?,
            State::Closed(closed) => {
                let reopened = closed.reopen();
                let state = State::Assistant(reopened.clone());
                let event = self.become_state(cx, &state, change(&state, OwnerCause::Reopened))?;
                let handed = self.hand_over(cx, reopened, &Handoff::asked(cx, &self.about()?))?;
                Effects { events: vec![event], ..Effects::default() }.and(handed)
            }
            // One request is enough: the escalation is open.
            State::Waiting(_) | State::Person(_) => Effects::default(),
        };
        Ok(before.and(next))
    }

    fn withdraw(&self, cx: &Context) -> Result<Effects> {
        let State::Waiting(waiting) = self.state()? else {
            return Err(EdgeError::conflict("not_waiting", "There is no request to take back."));
        };
        let before = self.supersede(cx)?;
        let escalation = waiting.escalation.clone();
        let state = State::Assistant(waiting.withdraw());
        let event = self.become_state(cx, &state, change(&state, OwnerCause::Withdrawn))?;
        let what = What::Withdrawn(payload::about(&self.about()?, &escalation));
        self.tell(cx, &escalation, &payload::now(cx.now_ms, what))?;
        self.close_escalation(cx, &escalation, Owner::Assistant)?;
        Ok(before.and(Effects { events: vec![event], deliver: true, ..Effects::default() }))
    }

    fn leave_contact(&self, cx: &Context, contact: Contact) -> Result<Effects> {
        let contact = Contact {
            reach: printable(contact.reach.trim()),
            name: contact.name.map(|name| written(&payload::shorten(&name, MAX_NAME_CHARS))),
        };
        let Some(escalation) = self.open_escalation()? else {
            return Err(EdgeError::conflict("not_waiting", "Nobody is waiting to be called back here."));
        };
        let event = log::append(&self.store, cx.now_ms, EventBody::Contact(contact.clone()))?;
        let about = payload::about(&self.about()?, &escalation.id);
        let what = What::ContactLeft(ContactLeft { about, contact });
        self.tell(cx, &escalation.id, &payload::now(cx.now_ms, what))?;
        Ok(Effects { events: vec![event], deliver: true, ..Effects::default() })
    }

    fn rate(&self, cx: &Context, rating: Rating) -> Result<Effects> {
        let comment = rating.comment.map(|comment| written(&comment));
        let rating = Rating { solved: rating.solved, comment };
        let event = log::append(&self.store, cx.now_ms, EventBody::Rated(rating.clone()))?;
        let deliver = match self.last_escalation()? {
            Some(id) => {
                let what = What::Rated(Rated { about: payload::about(&self.about()?, &id), rating });
                self.tell(cx, &id, &payload::now(cx.now_ms, what))?;
                true
            }
            None => false,
        };
        Ok(Effects { events: vec![event], deliver, ..Effects::default() })
    }

    /// From here on the rules and the people know who it is. A token that is not valid changes nothing.
    fn identify(&self, cx: &Context, identity: &str) -> Result<Effects> {
        let key = cx.shop.secrets.identity_key.as_deref();
        let customer = token::identity(key, identity, cx.now_ms / 1_000)?;
        self.change_head("UPDATE conversation SET customer = ?", json(&Some(customer))?)?;
        Ok(Effects::default())
    }

    fn end(&self, cx: &Context) -> Result<Effects> {
        let before = self.supersede(cx)?;
        let state = self.state()?;
        let Some(closed) = state.end() else { return Ok(before) };
        let escalation = self.open_escalation()?;
        let state = State::Closed(closed);
        let event = self.become_state(cx, &state, change(&state, OwnerCause::Ended))?;
        let deliver = escalation.is_some();
        if let Some(escalation) = escalation {
            let what = What::Closed(payload::about(&self.about()?, &escalation.id));
            self.tell(cx, &escalation.id, &payload::now(cx.now_ms, what))?;
            self.close_escalation(cx, &escalation.id, Owner::Closed)?;
        }
        Ok(before.and(Effects { events: vec![event], deliver, ..Effects::default() }))
    }

    /// A person is asked for, or there.
    fn is_awaited(&self) -> Result<bool> {
        Ok(self.state()?.escalation().is_some())
    }

    pub(super) fn was_taken(&self, id: &MessageId) -> Result<bool> {
        Ok(self.store.row("SELECT id FROM taken WHERE id = ?", &[id.as_str().into()])?.is_some())
    }
}

/// The id under which a frame takes effect once.
pub fn frame_id(frame: &ClientFrame) -> Option<&MessageId> {
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

/// As it may be stored.
pub(super) fn written(text: &str) -> String {
    mask::card_numbers(&printable(text)).into_owned()
}

/// Without control characters: they say nothing, and each costs six bytes in JSON.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

impl<S: Store> Conversation<S> {
    fn last_escalation(&self) -> Result<Option<EscalationId>> {
        let sql = "SELECT id FROM escalation ORDER BY since_ms DESC, rowid DESC LIMIT 1";
        self.store.row(sql, &[])?.map(|row| row.text(0).map(EscalationId)).transpose()
    }
}
