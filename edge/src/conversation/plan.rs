//! What a message will lead to, found out before anything is stored, so that the model can be asked while the
//! question is being committed. Nothing waits between a plan and its message taking effect, so it still holds.

use super::head::Head;
use super::judge::MESSAGES;
use super::limits::check;
use super::say::said;
use super::{Context, Conversation};
use crate::error::Result;
use crate::store::Store;
use counterbell_owner::State;
use counterbell_policy::{Action, Decision};
use counterbell_protocol::{ClientFrame, Message};

/// For a message that may be taken and that the assistant is to be judged on.
pub struct Plan {
    pub(super) decision: Decision,
    /// The end of the conversation, this message included.
    pub history: Vec<Message>,
}

impl Plan {
    /// Whether the assistant will be asked for an answer.
    pub fn asks_assistant(&self) -> bool {
        matches!(self.decision.action, Action::Stay | Action::Offer { .. })
    }
}

impl<S: Store> Conversation<S> {
    /// Reads only. `None`: what it leads to is found out while it is stored.
    pub fn plan(&self, cx: &Context, frame: &ClientFrame) -> Result<Option<Plan>> {
        let ClientFrame::Say { id, text, page } = frame else { return Ok(None) };
        if check(frame).is_err() || self.was_taken(id)? || self.check_rate(cx).is_err() {
            return Ok(None);
        }
        let mut head = Head::clone(&*self.head()?);
        if !matches!(head.state, State::Assistant(_)) || self.open_turn()?.is_some() {
            return Ok(None);
        }
        head.about.page = page.clone().or(head.about.page);
        let mut history = self.history(MESSAGES - 1)?;
        history.push(said(id, text));
        let decision = self.decide(cx, &head, &history, None)?;
        Ok(Some(Plan { decision, history }))
    }
}
