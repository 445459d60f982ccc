//! The budget: for how many answers a shop's model may be asked within a minute and within a day. Whoever opens
//! conversations in a loop must not spend the merchant's money.
//!
//! No turn waits for the count. The shop's object adds up what is told to it ([`Spent`]); each isolate decides by
//! what it last heard from there and what it has asked for since ([`Till`]), and tells it a moment later. So one
//! isolate never goes beyond the budget, and several together only by what they begin within that moment.

use super::Shop;
use crate::error::{EdgeError, Result};
use crate::store::{Store, commit, json};
use counterbell_protocol::agent::{Allowance, Budget};
use counterbell_shop::Assistant;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;
/// Told, and never answered: it is told again, for what counts twice costs less than what never counts.
const TELLING_MS: u64 = 10_000;

/// What was asked of the model, and what it was not asked for because the budget was used up, in this minute and
/// on this day. They begin at the same moment everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    minute: Span,
    day: Span,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Span {
    /// Which one, counted from the epoch.
    number: u64,
    asked: u32,
    refused: u32,
}

impl Spent {
    fn new(now_ms: u64, asked: u32, refused: u32) -> Self {
        let span = |length_ms| Span { number: now_ms / length_ms, asked, refused };
        Self { minute: span(MINUTE_MS), day: span(DAY_MS) }
    }

    fn and(self, other: Self) -> Self {
        Self { minute: self.minute.and(other.minute), day: self.day.and(other.day) }
    }
}

impl Span {
    /// Of two different spans the newer one counts.
    fn and(self, other: Self) -> Self {
        match self.number.cmp(&other.number) {
            Ordering::Less => other,
            Ordering::Greater => self,
            Ordering::Equal => Self {
                number: self.number,
                asked: self.asked.saturating_add(other.asked),
                refused: self.refused.saturating_add(other.refused),
            },
        }
    }

    fn shown(self, length_ms: u64, allowed: u32) -> Allowance {
        let (asked, refused) = (self.asked, self.refused);
        Allowance { allowed, asked, refused, until_ms: (self.number + 1) * length_ms }
    }
}

/// What one isolate knows of a shop's budget.
#[derive(Default)]
pub struct Till {
    /// As the shop's object said last.
    heard: Spent,
    has_asked: bool,
    since: Spent,
    /// Being told at this moment, and since when.
    telling: Option<(Spent, u64)>,
}

impl Till {
    fn spent(&self, now_ms: u64) -> Spent {
        let telling = self.telling.map(|(spent, _)| spent).unwrap_or_default();
        Spent::new(now_ms, 0, 0).and(self.heard).and(telling).and(self.since)
    }

    /// Whether the model may be asked now.
    pub fn allows(&self, now_ms: u64, assistant: &Assistant) -> bool {
        let spent = self.spent(now_ms);
        spent.minute.asked < assistant.answers_a_minute && spent.day.asked < assistant.answers_a_day
    }

    /// Before the model is asked for an answer, each time.
    ///
    /// # Errors
    /// The budget is used up. How many it has refused in this minute before, as far as is known here.
    pub fn take(&mut self, now_ms: u64, assistant: &Assistant) -> std::result::Result<(), u32> {
        let allowed = self.allows(now_ms, assistant);
        let refused = self.spent(now_ms).minute.refused;
        let (asked, not_asked) = if allowed { (1, 0) } else { (0, 1) };
        self.since = self.since.and(Spent::new(now_ms, asked, not_asked));
        if allowed { Ok(()) } else { Err(refused) }
    }

    /// Nobody here has asked yet what others have spent. No shopper waits twice for an answer to that.
    pub fn knows_nothing(&self) -> bool {
        !self.has_asked
    }

    pub fn has_untold(&self) -> bool {
        self.telling.is_some() || self.since != Spent::default()
    }

    /// What the shop's object is to be told now, if anything; one at a time.
    pub fn tell(&mut self, now_ms: u64) -> Option<Spent> {
        match self.telling {
            Some((_, at_ms)) if now_ms < at_ms + TELLING_MS => return None,
            _ => self.not_told(),
        }
        if self.has_asked && self.since == Spent::default() {
            return None;
        }
        self.has_asked = true;
        let spent = std::mem::take(&mut self.since);
        self.telling = Some((spent, now_ms));
        Some(spent)
    }

    /// What is spent in all, as the answer says.
    pub fn told(&mut self, in_all: Spent) {
        self.telling = None;
        self.heard = in_all;
    }

    /// There was no answer: it is told with what comes next. Until then this isolate's own count must do.
    pub fn not_told(&mut self) {
        if let Some((spent, _)) = self.telling.take() {
            self.since = spent.and(self.since);
        }
    }
}

impl<S: Store> Shop<S> {
    /// Adds what an isolate has spent, and says what is spent in all.
    pub fn spend(&self, now_ms: u64, more: Spent) -> Result<Spent> {
        if more == Spent::default() {
            return self.spent(now_ms);
        }
        commit(&self.store, || {
            let in_all = self.spent(now_ms)?.and(more);
            let sql = "INSERT OR REPLACE INTO spent (one, body) VALUES (1, ?)";
            self.store.run(sql, &[json(&in_all)?])?;
            Ok(in_all)
        })
    }

    /// How the budget stands, for those who pay.
    pub fn budget(&self, now_ms: u64) -> Result<Budget> {
        let snapshot = self.snapshot(now_ms)?.ok_or_else(|| EdgeError::not_found("shop"))?;
        let (spent, assistant) = (self.spent(now_ms)?, snapshot.settings.assistant);
        Ok(Budget {
            minute: spent.minute.shown(MINUTE_MS, assistant.answers_a_minute),
            day: spent.day.shown(DAY_MS, assistant.answers_a_day),
        })
    }

    fn spent(&self, now_ms: u64) -> Result<Spent> {
        let row = self.store.row("SELECT body FROM spent", &[])?;
        let kept: Spent = row.map_or_else(|| Ok(Spent::default()), |row| row.json(0))?;
        Ok(Spent::new(now_ms, 0, 0).and(kept))
    }
}

#[cfg(test)]
mod tests;
