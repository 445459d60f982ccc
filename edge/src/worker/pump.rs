//! Writes an answer inside the object: asks the provider, lets the text through the screen, tells the
//! sockets in frames of some tokens, keeps what is written, and hands the end to the core.

use super::conversation_object::Inner;
use super::model::Asking;
use super::sql::Sql;
use super::words::Words;
use super::{budget, js, model, search, sockets};
use crate::assistant::screen::Screen;
use crate::assistant::{help_pages, openai};
use crate::conversation::answer::Finished;
use crate::conversation::{Conversation as Core, Turn};
use crate::error::Result;
use crate::shop::View;
use crate::shop::help::Found;
use counterbell_policy::ModelFacts;
use counterbell_protocol::event::Author;
use counterbell_protocol::socket::Delta;
use counterbell_protocol::{Message, ServerFrame};
use counterbell_shop::Provider;
use std::rc::Rc;

/// Between two frames of an answer.
const FRAME_MS: u64 = 50;
/// Until a growing answer is written for the first time, and between two writes. Whatever else is committed
/// meanwhile commits it too.
const KEEP_MS: u64 = 2_000;
/// An answer that takes longer than this comes with the offer of a person.
const SLOW_MS: u64 = 15_000;
/// The product's bound: whatever the model does, an answer or the offer of a person within 20 s.
const _: () = assert!(SLOW_MS < 20_000);
/// Where even the language file is out of reach.
const NO_ANSWER: &str = "The help pages do not hold the answer to this.";
const DOWN: ModelFacts = ModelFacts { down: true, empty: false, asked_for_handoff: false };
const MAX_ANSWER_BYTES: usize = 16_000;
const HISTORY: u64 = 30;

/// The answer being written, as far as it may be shown.
pub struct Draft {
    pub turn: Turn,
    pub shown: String,
    /// So much of it is in the store.
    kept: usize,
}

impl Draft {
    /// Stores what was shown, so that whoever ends the turn finds it.
    pub fn keep(&mut self, core: &Core<Sql>) -> Result<()> {
        if self.kept < self.shown.len() {
            core.grow(js::now_ms(), &self.turn, &self.shown)?;
            self.kept = self.shown.len();
        }
        Ok(())
    }
}

/// A model that is being asked, with the passages that it was given. Dropping it ends the request.
pub struct Asked {
    found: Vec<Found>,
    asking: Asking,
}

/// Asks the model, if all that it needs is at hand: the request is under way when this returns.
pub fn ask_at_once(view: &Rc<View>, history: &[Message]) -> Option<Asked> {
    if view.settings.assistant.provider != Provider::Openai || !budget::allows(view) {
        return None;
    }
    let found = match question(view, history) {
        Some(question) => search::at_once(view, &question)?,
        None => Vec::new(),
    };
    ask(view, found, history).ok()
}

/// Every request to a model begins here. Where the shop's budget is used up, what was found comes back.
fn ask(view: &Rc<View>, found: Vec<Found>, history: &[Message]) -> std::result::Result<Asked, Vec<Found>> {
    if !budget::take(view) {
        return Err(found);
    }
    let request = openai::request(&view.settings, &found, history);
    Ok(Asked { found, asking: Asking::begin(view.clone(), request) })
}

/// Begins to write; returns at once.
pub fn start(inner: &Rc<Inner>, turn: Turn, asked: Option<Asked>) {
    let task = inner.clone();
    inner.state.wait_until(async move {
        if let Err(error) = write(&task, &turn, asked).await {
            // The watch on the turn will hand the shopper over.
            worker::console_error!("answer: {error}");
        }
        forget(&task, &turn);
    });
}

fn forget(inner: &Inner, turn: &Turn) {
    let mine = inner.draft.borrow().as_ref().is_some_and(|draft| draft.turn == *turn);
    if mine {
        inner.draft.replace(None);
        inner.shoppers.replace(None);
    }
}

async fn write(inner: &Rc<Inner>, turn: &Turn, asked: Option<Asked>) -> Result<()> {
    let view = inner.view().await?;
    if view.settings.assistant.provider == Provider::Openai {
        budget::tell_behind(inner, &view);
    }
    let finished = match asked {
        Some(asked) => write_answer(inner, turn, asked).await,
        None => {
            let history = unanswered(inner.core()?.history(HISTORY)?);
            let found = passages(inner, &view, &history).await;
            if let Err(error) = &found {
                worker::console_error!("search: {error}");
            }
            match (view.settings.assistant.provider, found) {
                // Without its pages it is as good as down: that they hold no answer is not known.
                (Provider::HelpPages, Err(_)) => Finished { model: DOWN, ..Finished::default() },
                (Provider::HelpPages, Ok(found)) if help_pages::relevant(&found).is_empty() => {
                    help_pages::answer(&found, &no_answer(inner, &view).await)
                }
                (Provider::HelpPages, Ok(found)) => help_pages::answer(&found, NO_ANSWER),
                // A model answers without them, and says what it lacks.
                (Provider::Openai, found) => {
                    budget::learn(&inner.env, &view).await;
                    match ask(&view, found.unwrap_or_default(), &history) {
                        Ok(asked) => write_answer(inner, turn, asked).await,
                        Err(found) => without_model(&found),
                    }
                }
            }
        }
    };
    // From here on it is the answer itself that is stored.
    forget(inner, turn);
    let effects = inner.with(&view, |core, cx| core.finish(cx, turn, &finished))?;
    inner.follow(effects);
    Ok(())
}

/// As if it were down: what the help pages say, and a person.
fn without_model(found: &[Found]) -> Finished {
    Finished { model: DOWN, instead: help_pages::instead(found), ..Finished::default() }
}

/// Without what was shown of an answer that is begun again: a model would only go on with it.
fn unanswered(mut history: Vec<Message>) -> Vec<Message> {
    while history.last().is_some_and(|last| last.from == Author::Assistant && last.cut) {
        history.pop();
    }
    history
}

async fn write_answer(inner: &Rc<Inner>, turn: &Turn, asked: Asked) -> Finished {
    let mut writer = Writer::new(inner.clone(), turn.clone());
    let ended = model::stream(asked.asking, &mut writer).await;
    writer.finish(ended, &asked.found)
}

/// That the help pages hold no answer, in the shopper's language.
async fn no_answer(inner: &Inner, view: &View) -> String {
    let language = inner.core().and_then(|core| core.about()).ok().and_then(|about| about.language);
    let words = Words::load(&inner.env, &[language.as_deref(), Some(&view.settings.language)]).await;
    let said = words.map(|words| words.get("help_none").to_owned()).unwrap_or_default();
    if said.is_empty() { NO_ANSWER.to_owned() } else { said }
}

/// The passages for the last question.
async fn passages(inner: &Rc<Inner>, view: &View, history: &[Message]) -> Result<Vec<Found>> {
    match question(view, history) {
        Some(question) => search::search(inner, view, &question).await,
        None => Ok(Vec::new()),
    }
}

/// What to look up, where the shop has pages. A short question is read in the light of the one before it
/// ("and to Norway?").
fn question(view: &View, history: &[Message]) -> Option<String> {
    let mut asked = history.iter().rev().filter(|message| message.from == Author::Shopper);
    let question = asked.next().filter(|_| view.help_passages > 0)?;
    Some(match asked.next() {
        Some(before) if question.text.split_whitespace().count() <= 4 => {
            format!("{} {}", question.text, before.text)
        }
        _ => question.text.clone(),
    })
}

/// Takes the model's text as it comes.
pub struct Writer {
    inner: Rc<Inner>,
    turn: Turn,
    pub text: String,
    screen: Screen,
    sent: usize,
    sent_ms: u64,
    keep_ms: u64,
    offered: bool,
}

/// Whether to go on reading.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Go {
    On,
    Stop,
}

impl Writer {
    fn new(inner: Rc<Inner>, turn: Turn) -> Self {
        Self {
            inner,
            turn,
            text: String::new(),
            screen: Screen::default(),
            sent: 0,
            sent_ms: 0,
            keep_ms: js::now_ms() + KEEP_MS,
            offered: false,
        }
    }

    /// More text has come, or the end. Sends the first words at once and then a frame every some tokens.
    pub fn advance(&mut self, whole: bool) -> Result<Go> {
        let now_ms = js::now_ms();
        if !self.inner.core()?.is_current(&self.turn)? {
            return Ok(Go::Stop);
        }
        if openai::asks_for_handoff(&self.text) || self.text.len() > MAX_ANSWER_BYTES {
            return Ok(Go::Stop);
        }
        self.offer_if_slow(now_ms)?;
        let due = self.sent == 0 || whole || now_ms >= self.sent_ms + FRAME_MS;
        if !due || openai::may_become_handoff(&self.text) {
            return Ok(Go::On);
        }
        let shown = self.screen.look(&self.text, whole).len();
        if self.screen.claim().is_some() {
            return Ok(Go::Stop);
        }
        if shown > self.sent {
            self.send(shown, now_ms)?;
        }
        Ok(Go::On)
    }

    fn send(&mut self, shown: usize, now_ms: u64) -> Result<()> {
        let fresh = self.text.get(self.sent..shown).unwrap_or_default().to_owned();
        let offset = self.sent as u64;
        let message = self.turn.message.clone();
        self.remember(&fresh);
        sockets::broadcast(&self.inner, &ServerFrame::Delta(Delta { message, offset, text: fresh }));
        self.sent = shown;
        self.sent_ms = now_ms;
        if now_ms >= self.keep_ms {
            self.keep_ms = now_ms + KEEP_MS;
            self.inner.keep_draft()?;
        }
        Ok(())
    }

    /// For those who connect while the answer is written.
    fn remember(&self, fresh: &str) {
        let mut slot = self.inner.draft.borrow_mut();
        match slot.as_mut() {
            Some(draft) if draft.turn == self.turn => draft.shown.push_str(fresh),
            _ => *slot = Some(Draft { turn: self.turn.clone(), shown: fresh.to_owned(), kept: 0 }),
        }
    }

    /// When the answer has taken so long that a person is offered; nothing where that was done.
    pub fn slow_at_ms(&self) -> Option<u64> {
        (!self.offered).then_some(self.turn.begun_ms + SLOW_MS)
    }

    /// Called by the clock too: a model that drips must not keep the shopper from a person.
    pub fn offer_if_slow(&mut self, now_ms: u64) -> Result<()> {
        if self.slow_at_ms().is_none_or(|at_ms| now_ms < at_ms) {
            return Ok(());
        }
        self.offered = true;
        let effects = self.inner.core()?.offer_slow(now_ms, &self.turn)?;
        self.inner.follow(effects);
        Ok(())
    }

    fn finish(mut self, ended: std::result::Result<(), openai::Fault>, found: &[Found]) -> Finished {
        let asked = openai::asks_for_handoff(&self.text);
        let too_long = self.text.len() > MAX_ANSWER_BYTES;
        self.text.truncate(self.text.floor_char_boundary(MAX_ANSWER_BYTES));
        // The last words go through the screen too, those before a fault as well.
        if !asked {
            let _ = self.advance(true);
        }
        let relevant = help_pages::relevant(found);
        let empty = self.text.trim().is_empty();
        let down = ended.is_err();
        if let Err(fault) = &ended {
            worker::console_warn!("model: {fault}");
        }
        let claim = self.screen.claim().map(str::to_owned);
        let shown = match (&ended, asked) {
            (_, true) => String::new(),
            (Ok(()), _) => self.text.clone(),
            (Err(_), _) => self.text.get(..self.sent).unwrap_or_default().to_owned(),
        };
        Finished {
            sources: help_pages::sources(&relevant),
            grounded: !relevant.is_empty(),
            cut: (down || too_long) && !shown.is_empty(),
            instead: if shown.is_empty() && !asked { help_pages::instead(found) } else { None },
            text: shown,
            claim,
            model: ModelFacts { down, empty: empty && !down, asked_for_handoff: asked },
            ..Finished::default()
        }
    }
}
