//! What a shopper says, and what the rules make of it: an answer, an offer, a handoff, or a word to the people
//! who have the conversation.

use super::escalate::Handoff;
use super::plan::Plan;
use super::shopper::written;
use super::{Context, Conversation, Effects, Turn, change, log};
use crate::error::Result;
use crate::store::{Store, json};
use crate::webhook::payload;
use counterbell_owner::{Assistant, State};
use counterbell_policy::Action;
use counterbell_protocol::event::{Author, Offer, OwnerCause};
use counterbell_protocol::socket::Page;
use counterbell_protocol::webhook::{NewMessage, What};
use counterbell_protocol::{EventBody, Message, MessageId, Owner};

impl<S: Store> Conversation<S> {
    pub(super) fn say(
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
        self.tell(cx, &escalation.id, &payload::now(cx.now_ms, what))?;
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

    /// A new turn of the assistant, under the epoch of now.
    pub(super) fn begin_turn(&self, cx: &Context) -> Result<Effects> {
        let (message, epoch) = (MessageId((cx.fresh_id)()), self.state()?.epoch());
        let turn = Turn { message, epoch, begun_ms: cx.now_ms };
        self.store_turn(cx, &turn)?;
        Ok(Effects { answer: Some(turn), ..Effects::default() })
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
