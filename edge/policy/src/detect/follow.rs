//! Follows one phrase through a text, place by place.

use super::{
    fold::Folded,
    phrases::{Phrase, Phrases, Place},
    scan::Matches,
    words::WordId,
};

/// How far a `..` in a phrase reaches: four words, or twelve letters of a script without spaces.
const GAP_UNITS: u32 = 12;

/// Follows one phrase through a text.
#[derive(Clone, Copy)]
pub(crate) struct Follow<'a> {
    pub(crate) phrases: &'a Phrases,
    pub(crate) matches: &'a Matches,
    pub(crate) text: &'a Folded,
}

impl Follow<'_> {
    /// Where the phrase ends if it starts at this token, and whether a word was misspelt.
    pub(crate) fn phrase(self, phrase: &Phrase, from: usize) -> Option<(usize, bool)> {
        match self.phrases.alone(phrase) {
            // Most are so short, and this is quicker.
            Some(word) => Some((from, self.matches.words.get(from)?.misspelt(word)?)),
            None => self.places(self.phrases.places(phrase), from, false),
        }
    }

    /// The same for some of its places.
    fn places(self, places: &[Place], from: usize, misspelt: bool) -> Option<(usize, bool)> {
        let (place, rest) = places.split_first()?;
        for option in self.phrases.options(place) {
            let Some((end, worse)) = self.run(option, from) else { continue };
            let misspelt = misspelt || worse;
            if rest.is_empty() {
                return Some((end, misspelt));
            }
            if let Some(found) = self.rest(rest, end, misspelt) {
                return Some(found);
            }
        }
        None
    }

    /// As [`Self::places`], after a place that ended at a token.
    fn rest(self, places: &[Place], end: usize, misspelt: bool) -> Option<(usize, bool)> {
        let (place, rest) = places.split_first()?;
        let reach = if place.gap { GAP_UNITS } else { 0 };
        let here = self.text.tokens.get(end)?;
        let near = self.text.tokens.iter().enumerate().skip(end + 1);
        let near =
            near.take_while(|(_, token)| token.sentence == here.sentence && token.at <= here.end() + reach);
        for (at, _) in near {
            if let Some(found) = self.places(places, at, misspelt) {
                return Some(found);
            }
        }
        match (place.optional, rest.is_empty()) {
            (true, true) => Some((end, misspelt)),
            (true, false) => self.rest(rest, end, misspelt),
            (false, _) => None,
        }
    }

    /// The end of a run of words that begins at this token.
    fn run(self, run: &[WordId], from: usize) -> Option<(usize, bool)> {
        let sentence = self.text.tokens.get(from)?.sentence;
        let mut misspelt = false;
        for (word, at) in run.iter().zip(from..) {
            let worse = self.matches.words.get(at)?.misspelt(*word)?;
            misspelt |= worse;
            self.text.tokens.get(at).filter(|token| token.sentence == sentence)?;
        }
        Some((from + run.len().checked_sub(1)?, misspelt))
    }
}
