//! What the shopper may do. Each frame takes effect once, however often it is sent, and is committed
//! before it is acknowledged.

use super::escalate::Handoff;
use super::mask;
use super::plan::Plan;
use super::{Context, Conversation, Effects, Turn, change, log};
use crate::error::{EdgeError, Result};
use crate::store::{Store, json};
use crate::token;
use crate::webhook::payload;
use counterbell_owner::{Assistant, State};
use counterbell_policy::Action;
use counterbell_protocol::event::{Author, Contact, Offer, OwnerCause, Rating};
use counterbell_protocol::socket::Page;
use counterbell_protocol::webhook::{ContactLeft, NewMessage, Rated, What};
use counterbell_protocol::{ClientFrame, EventBody, MAX_TEXT_BYTES, Message, MessageId, Owner};

/// A conversation this long is a flood; it is refused with words that say what to do.
const MAX_MESSAGES: u64 = 5_000;
/// A shopper's frames within the last minute, at most.
const MAX_FRAMES_A_MINUTE: u64 = 60;
/// Requests for a person within the last minute, at most.
const MAX_REQUESTS_A_MINUTE: u64 = 5;
const MAX_NAME_CHARS: usize = 80;
const MAX_REACH_BYTES: usize = 200;

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

    fn say(
        &self,
        cx: &Context,
        id: &MessageId,
        text: &str,
        page: Option<Page>,
        plan: Option<&Plan>,
    ) -> Result<Effects> {
        if let Some(page) = page {
            self.change_head("UPDATE conversation SET page = ?", json(&Some(page))?)?;
        }
        let before = if plan.is_some() { Effects::default() } else { self.supersede(cx)? };
        let message = said(id, text);
        let event = log::append(&self.store, cx.now_ms, EventBody::Message(message.clone()))?;
        let said = before.and(Effects { events: vec![event], ..Effects::default() });
        let next = match self.state()? {
            State::Assistant(from) => self.answer_or_hand_over(cx, from, plan)?,
            State::Waiting(_) | State::Person(_) => self.pass_on(cx, &message)?,
            State::Closed(closed) => {
                let reopened = closed.reopen();
                let state = State::Assistant(reopened.clone());
                let event = self.become_state(cx, &state, change(&state, OwnerCause::Reopened))?;
                let next = self.answer_or_hand_over(cx, reopened, None)?;
                Effects { events: vec![event], ..Effects::default() }.and(next)
            }
        };
        Ok(said.and(next))
    }

    /// The rules decide before any model is asked.
    fn answer_or_hand_over(&self, cx: &Context, from: Assistant, plan: Option<&Plan>) -> Result<Effects> {
        let decision = match plan {
            Some(plan) => self.keep_decision(cx, plan.decision.clone())?,
            None => self.judge(cx, None)?,
        };
        match &decision.action {
            Action::Handoff { .. } => match Handoff::decided(&decision) {
                Some(handoff) => self.hand_over(cx, from, &handoff),
                None => self.begin_turn(cx),
            },
            Action::Offer { message } => {
                let offer = self.offer(cx, &decision.rule, message.clone())?;
                Ok(offer.and(self.begin_turn(cx)?))
            }
            Action::Answer { text } => self.answer_with(cx, text.clone()),
            Action::Block { message } => {
                // Whoever is not answered may still have a person.
                self.offer(cx, &decision.rule, message.clone())
            }
            Action::Stay => self.begin_turn(cx),
        }
    }

    pub(super) fn offer(&self, cx: &Context, reason: &str, note: Option<String>) -> Result<Effects> {
        let offer = EventBody::Offer(Offer { reason: reason.to_owned(), note });
        let event = log::append(&self.store, cx.now_ms, offer)?;
        Ok(Effects { events: vec![event], ..Effects::default() })
    }

    fn answer_with(&self, cx: &Context, text: String) -> Result<Effects> {
        let id = MessageId((cx.fresh_id)());
        let message = Message {
            id,
            from: Author::Assistant,
            text,
            name: None,
            sources: Vec::new(),
            cut: false,
            attachment: None,
        };
        let event = log::append(&self.store, cx.now_ms, EventBody::Message(message))?;
        Ok(Effects { events: vec![event], ..Effects::default() })
    }

    /// To the people who have it or will have it; and to the assistant, where the shop lets it help.
    pub(super) fn pass_on(&self, cx: &Context, message: &Message) -> Result<Effects> {
        let Some(escalation) = self.open_escalation()? else { return Ok(Effects::default()) };
        let about = self.about()?;
        let line = payload::line(&cx.shop.edge, &about, cx.now_ms, message.clone());
        let about = payload::about(&about, &escalation.id);
        let what = What::Message(NewMessage { about, id: message.id.clone(), line });
        self.enqueue_delivery(cx, &escalation.queue, &escalation.id, &payload::now(cx.now_ms, what))?;
        let helps = cx.shop.settings.assistant.while_waiting
            && message.attachment.is_none()
            && self.state()?.owner() == Owner::Waiting;
        let answer = if helps { self.help_meanwhile(cx)? } else { Effects::default() };
        Ok(answer.and(Effects { deliver: true, ..Effects::default() }))
    }

    /// The shop's rules hold for the assistant while a person is awaited too; nothing is handed over twice.
    fn help_meanwhile(&self, cx: &Context) -> Result<Effects> {
        match self.judge(cx, None)?.action {
            Action::Block { .. } => Ok(Effects::default()),
            Action::Answer { text } => self.answer_with(cx, text),
            Action::Handoff { .. } | Action::Offer { .. } | Action::Stay => self.begin_turn(cx),
        }
    }

    fn ask_person(&self, cx: &Context) -> Result<Effects> {
        let before = self.supersede(cx)?;
        let next = match self.state()? {
            State::Assistant(from) => self.hand_over(cx, from, &Handoff::asked(cx))?,
            State::Closed(closed) => {
                let reopened = closed.reopen();
                let state = State::Assistant(reopened.clone());
                let event = self.become_state(cx, &state, change(&state, OwnerCause::Reopened))?;
                let handed = self.hand_over(cx, reopened, &Handoff::asked(cx))?;
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
        let queue = self.escalation(&escalation)?.map(|found| found.queue).unwrap_or_default();
        let state = State::Assistant(waiting.withdraw());
        let event = self.become_state(cx, &state, change(&state, OwnerCause::Withdrawn))?;
        let what = What::Withdrawn(payload::about(&self.about()?, &escalation));
        self.enqueue_delivery(cx, &queue, &escalation, &payload::now(cx.now_ms, what))?;
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
        self.enqueue_delivery(cx, &escalation.queue, &escalation.id, &payload::now(cx.now_ms, what))?;
        Ok(Effects { events: vec![event], deliver: true, ..Effects::default() })
    }

    fn rate(&self, cx: &Context, rating: Rating) -> Result<Effects> {
        let comment = rating.comment.map(|comment| written(&comment));
        let rating = Rating { solved: rating.solved, comment };
        let event = log::append(&self.store, cx.now_ms, EventBody::Rated(rating.clone()))?;
        let deliver = match self.last_escalation()? {
            Some((id, queue)) => {
                let what = What::Rated(Rated { about: payload::about(&self.about()?, &id), rating });
                self.enqueue_delivery(cx, &queue, &id, &payload::now(cx.now_ms, what))?;
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
            self.enqueue_delivery(cx, &escalation.queue, &escalation.id, &payload::now(cx.now_ms, what))?;
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

    /// A person can be asked for however much was written before; only asking itself has a limit, so that
    /// a script cannot flood the queue by asking and ending in turns.
    fn check_requests(&self, cx: &Context) -> Result<()> {
        let sql = "SELECT count(*) FROM escalation WHERE since_ms > ?";
        let row = self.store.row(sql, &[cx.now_ms.saturating_sub(60_000).into()])?;
        if row.map_or(Ok(0), |row| row.count(0))? >= MAX_REQUESTS_A_MINUTE {
            return Err(EdgeError::new(429, "too_fast", "Too many requests in one minute. Wait a little."));
        }
        Ok(())
    }

    pub(super) fn check_rate(&self, cx: &Context) -> Result<()> {
        let sql = "SELECT (SELECT count(*) FROM taken WHERE at_ms > ?), (SELECT count(*) FROM taken)";
        let Some(row) = self.store.row(sql, &[cx.now_ms.saturating_sub(60_000).into()])? else {
            return Ok(());
        };
        if row.count(0)? >= MAX_FRAMES_A_MINUTE {
            return Err(EdgeError::new(429, "too_fast", "Too many messages in one minute. Wait a little."));
        }
        if row.count(1)? >= MAX_MESSAGES {
            return Err(EdgeError::new(429, "too_long", "This conversation is full. Start a new one."));
        }
        Ok(())
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

/// The message as it goes into the log.
pub(super) fn said(id: &MessageId, text: &str) -> Message {
    Message {
        id: id.clone(),
        from: Author::Shopper,
        text: written(text.trim()),
        name: None,
        sources: Vec::new(),
        cut: false,
        attachment: None,
    }
}

/// As it may be stored.
fn written(text: &str) -> String {
    mask::card_numbers(&printable(text)).into_owned()
}

/// Without control characters: they say nothing, and each costs six bytes in JSON.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// What is wrong with a frame, whatever the conversation's state.
pub(super) fn check(frame: &ClientFrame) -> Result<()> {
    if !frame_id(frame).is_none_or(MessageId::is_well_formed) {
        return Err(EdgeError::bad_request("bad_id", "A frame's id is 1 to 64 of A–Z a–z 0–9 _ -."));
    }
    match frame {
        ClientFrame::Say { text, .. } if text.trim().is_empty() => {
            Err(EdgeError::bad_request("empty", "A message needs at least one character."))
        }
        ClientFrame::Say { text, .. } if text.len() > MAX_TEXT_BYTES => Err(EdgeError::new(
            413,
            "too_long",
            format!("A message is at most {MAX_TEXT_BYTES} bytes; this one has {}.", text.len()),
        )),
        ClientFrame::LeaveContact { contact, .. }
            if contact.reach.trim().is_empty() || contact.reach.len() > MAX_REACH_BYTES =>
        {
            Err(EdgeError::bad_request("bad_contact", "Leave an e-mail address or a telephone number."))
        }
        ClientFrame::Rate { rating, .. }
            if rating.comment.as_ref().is_some_and(|comment| comment.len() > MAX_TEXT_BYTES) =>
        {
            Err(EdgeError::new(413, "too_long", "The comment is too long."))
        }
        _ => Ok(()),
    }
}

impl<S: Store> Conversation<S> {
    fn last_escalation(&self) -> Result<Option<(counterbell_protocol::EscalationId, String)>> {
        let sql = "SELECT id, queue FROM escalation ORDER BY since_ms DESC, rowid DESC LIMIT 1";
        let Some(row) = self.store.row(sql, &[])? else { return Ok(None) };
        Ok(Some((counterbell_protocol::EscalationId(row.text(0)?), row.text(1)?)))
    }

    /// A new turn of the assistant, under the epoch of now.
    pub(super) fn begin_turn(&self, cx: &Context) -> Result<Effects> {
        let (message, epoch) = (MessageId((cx.fresh_id)()), self.state()?.epoch());
        let turn = Turn { message, epoch, begun_ms: cx.now_ms };
        self.store_turn(cx, &turn)?;
        Ok(Effects { answer: Some(turn), ..Effects::default() })
    }
}
