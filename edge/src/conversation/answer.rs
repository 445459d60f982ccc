//! A turn of the assistant: begun, grown while the model writes, finished or taken back. It is committed
//! only under the epoch that it was begun under, so a person who has taken over is never talked over.

use super::escalate::Handoff;
use super::judge::Answered;
use super::{Context, Conversation, Effects, Turn, log};
use crate::error::Result;
use crate::store::Store;
use counterbell_owner::State;
use counterbell_policy::{Action, AnswerFacts, Decision, ModelFacts, Reason};
use counterbell_protocol::event::{Author, Offer, Source};
use counterbell_protocol::socket::Delta;
use counterbell_protocol::{EventBody, Message, MessageId};

/// A turn that has not grown for so long is given up: nobody is writing it any more.
pub const WATCH_MS: u64 = 18_000;

/// An answer whose writer died is begun again so long after the question: whatever comes of that, there is
/// still time to offer a person within 20 s.
pub const AGAIN_WITHIN_MS: u64 = 10_000;

/// How the writing of an answer ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finished {
    /// All that was written.
    pub text: String,
    pub sources: Vec<Source>,
    /// It ended before it was whole.
    pub cut: bool,
    /// It rests on the shop's help pages or settings.
    pub grounded: bool,
    /// The model declined, or said that it does not know.
    pub refused: bool,
    /// These are the shop's own words, from its pages: they promise what the shop promises.
    pub quoted: bool,
    /// The sentence that claims an action nobody took; it was held back.
    pub claim: Option<String>,
    pub model: ModelFacts,
    /// What the help pages say, where the model had no answer.
    pub instead: Option<Instead>,
}

/// An answer from the help pages in the place of the model's.
#[derive(Clone, Debug, PartialEq)]
pub struct Instead {
    pub text: String,
    pub sources: Vec<Source>,
}

impl<S: Store> Conversation<S> {
    pub(super) fn store_turn(&self, cx: &Context, turn: &Turn) -> Result<()> {
        let sql = "INSERT INTO turn (message, epoch, begun_ms, watch_ms) VALUES (?, ?, ?, ?)";
        let watch_ms = cx.now_ms + WATCH_MS;
        let values = [turn.message.as_str().into(), turn.epoch.into(), turn.begun_ms.into(), watch_ms.into()];
        self.store.run(sql, &values)
    }

    /// Is this turn still the one to be written? Ask after every wait: as long as nothing was committed here
    /// since the last time, the answer costs nothing.
    pub fn is_current(&self, turn: &Turn) -> Result<bool> {
        if self.current.borrow().as_ref() == Some(turn) {
            return Ok(true);
        }
        let current = self.stands_as_current(turn)?;
        self.current.replace(current.then(|| turn.clone()));
        Ok(current)
    }

    fn stands_as_current(&self, turn: &Turn) -> Result<bool> {
        let sql = "SELECT 1 FROM turn, conversation WHERE turn.message = ? AND turn.epoch = ? \
                   AND json_extract(conversation.state, '$.epoch') = turn.epoch";
        let found = self.store.row(sql, &[turn.message.as_str().into(), turn.epoch.into()])?;
        Ok(found.is_some())
    }

    /// Keeps what has been written so far. `false`: the turn is over, stop writing.
    pub fn grow(&self, now_ms: u64, turn: &Turn, text: &str) -> Result<bool> {
        if !self.is_current(turn)? {
            return Ok(false);
        }
        let watch_ms = now_ms + WATCH_MS;
        let sql = "UPDATE turn SET text = ?, watch_ms = ? WHERE message = ?";
        self.store.run(sql, &[text.into(), watch_ms.into(), turn.message.as_str().into()])?;
        Ok(true)
    }

    /// Ends a turn: the rules judge the answer, and what follows from it is committed with it.
    pub fn finish(&self, cx: &Context, turn: &Turn, finished: &Finished) -> Result<Effects> {
        self.step(|| {
            if !self.is_current(turn)? {
                // Whoever ended its epoch may have left it behind: nobody will write it any more.
                self.store.run("DELETE FROM turn WHERE message = ?", &[turn.message.as_str().into()])?;
                return Ok(Effects { dropped: Some(turn.message.clone()), ..Effects::default() });
            }
            self.store.run("DELETE FROM turn", &[])?;
            let decision = self.judge(cx, Some(answered(finished)))?;
            self.conclude(cx, turn, finished, &decision)
        })
    }

    fn conclude(
        &self,
        cx: &Context,
        turn: &Turn,
        finished: &Finished,
        decision: &Decision,
    ) -> Result<Effects> {
        let said = self.commit_answer(cx, turn, finished, decision)?;
        let next = match (self.state()?, &decision.action) {
            (State::Assistant(from), Action::Handoff { .. }) => match Handoff::decided(decision) {
                Some(handoff) => self.hand_over(cx, from, &handoff)?,
                None => Effects::default(),
            },
            (State::Assistant(_), Action::Offer { message } | Action::Block { message }) => {
                self.offer(cx, &decision.rule, message.clone())?
            }
            // Already waiting for a person: there is nothing more to hand over or to offer.
            _ => Effects::default(),
        };
        Ok(said.and(next))
    }

    /// Commits what may be shown of the answer, and takes back the rest.
    fn commit_answer(
        &self,
        cx: &Context,
        turn: &Turn,
        finished: &Finished,
        decision: &Decision,
    ) -> Result<Effects> {
        let Some(shown) = shown(finished, decision) else {
            return Ok(Effects { dropped: Some(turn.message.clone()), ..Effects::default() });
        };
        let message = Message {
            id: turn.message.clone(),
            from: Author::Assistant,
            text: shown.text,
            name: None,
            sources: shown.sources,
            cut: shown.cut,
            attachment: None,
        };
        let event = log::append(&self.store, cx.now_ms, EventBody::Message(message))?;
        Ok(Effects { events: vec![event], ..Effects::default() })
    }

    /// The answer takes long: a person is offered beside it.
    pub fn offer_slow(&self, now_ms: u64, turn: &Turn) -> Result<Effects> {
        self.step(|| {
            if !self.is_current(turn)? || !matches!(self.state()?, State::Assistant(_)) {
                return Ok(Effects::default());
            }
            let offer = EventBody::Offer(Offer { reason: "slow".to_owned(), note: None });
            let event = log::append(&self.store, now_ms, offer)?;
            Ok(Effects { events: vec![event], ..Effects::default() })
        })
    }

    /// Something else comes before the open turn: what was already shown of it stays, marked as cut.
    pub(super) fn supersede(&self, cx: &Context) -> Result<Effects> {
        let Some((turn, text)) = self.open_turn()? else { return Ok(Effects::default()) };
        self.store.run("DELETE FROM turn", &[])?;
        if text.trim().is_empty() {
            return Ok(Effects { dropped: Some(turn.message), ..Effects::default() });
        }
        let message = Message {
            id: turn.message,
            from: Author::Assistant,
            text,
            name: None,
            sources: Vec::new(),
            cut: true,
            attachment: None,
        };
        let event = log::append(&self.store, cx.now_ms, EventBody::Message(message))?;
        Ok(Effects { events: vec![event], ..Effects::default() })
    }

    /// The writer died soon after the question: what was shown stays, marked as cut, and the answer is begun
    /// once more. `None` where that was done before, or would come too late.
    pub(super) fn begin_again(&self, cx: &Context) -> Result<Option<Effects>> {
        let sql = "SELECT 1 FROM turn WHERE again = 0 AND begun_ms > ?";
        let too_late_ms = cx.now_ms.saturating_sub(AGAIN_WITHIN_MS);
        if self.store.row(sql, &[too_late_ms.into()])?.is_none() {
            return Ok(None);
        }
        let Some((before, _)) = self.open_turn()? else { return Ok(None) };
        if !self.is_current(&before)? {
            return Ok(None);
        }
        let shown = self.supersede(cx)?;
        let (message, epoch) = (MessageId((cx.fresh_id)()), self.state()?.epoch());
        let turn = Turn { message, epoch, begun_ms: before.begun_ms };
        self.store_turn(cx, &turn)?;
        self.store.run("UPDATE turn SET again = 1", &[])?;
        Ok(Some(shown.and(Effects { answer: Some(turn), ..Effects::default() })))
    }

    pub(super) fn open_turn(&self) -> Result<Option<(Turn, String)>> {
        let sql = "SELECT message, epoch, begun_ms, text FROM turn";
        let Some(row) = self.store.row(sql, &[])? else { return Ok(None) };
        let turn = Turn { message: MessageId(row.text(0)?), epoch: row.count(1)?, begun_ms: row.count(2)? };
        Ok(Some((turn, row.text(3)?)))
    }

    /// What a client that comes back gets of the answer being written.
    pub fn draft(&self) -> Result<Option<Delta>> {
        let draft = self.open_turn()?.filter(|(_, text)| !text.is_empty());
        Ok(draft.map(|(turn, text)| Delta { message: turn.message, offset: 0, text }))
    }
}

struct Shown {
    text: String,
    sources: Vec<Source>,
    cut: bool,
}

/// The part of an answer that the shopper may keep.
fn shown(finished: &Finished, decision: &Decision) -> Option<Shown> {
    if let Action::Answer { text } = &decision.action {
        return Some(Shown { text: text.clone(), sources: Vec::new(), cut: false });
    }
    let untrue = finished.claim.is_some() || decision.rule == Reason::FalsePromise.name();
    if untrue || matches!(decision.action, Action::Block { .. }) {
        return None;
    }
    if !finished.text.trim().is_empty() {
        return Some(Shown {
            text: finished.text.trim_end().to_owned(),
            sources: finished.sources.clone(),
            cut: finished.cut,
        });
    }
    finished.instead.as_ref().map(|instead| Shown {
        text: instead.text.clone(),
        sources: instead.sources.clone(),
        cut: false,
    })
}

fn answered(finished: &Finished) -> Answered {
    let text = finished.claim.clone().unwrap_or_else(|| finished.text.clone());
    let answer = AnswerFacts {
        text,
        grounded: finished.grounded,
        refused: finished.refused,
        action_taken: finished.quoted,
    };
    Answered { answer: Some(answer), model: finished.model }
}
