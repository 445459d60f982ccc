//! The words of the lexicon that one token may be: as it is written, and as it may be meant.

use super::{
    fold::Token,
    hash::{SEED, mix, spellings_without_a_letter},
    words::{WordId, Words},
};

use std::collections::HashMap;

const MISSPELT_LETTERS: std::ops::RangeInclusive<usize> = 4..=16;
/// Shorter stems are the beginning of too many words.
const STEM_LETTERS: usize = 6;
/// Particles that Arabic and Hebrew write at the front of the next word.
const PARTICLES: [&str; 17] =
    ["وال", "بال", "لل", "ال", "فال", "و", "ب", "ل", "ف", "ה", "ו", "ל", "ב", "מ", "ש", "שה", "וה"];

/// The words that a token matches, and whether it is misspelt as such.
#[derive(Default)]
pub(crate) struct TokenWords {
    words: Vec<(WordId, bool)>,
    /// A bit for each word, shared by many: most questions are about words that are not there.
    bits: u64,
}

impl TokenWords {
    pub(crate) fn new(lexicon: &Words, token: &Token) -> Self {
        let mut words = Self::default();
        words.look_up(lexicon, &token.text);
        if !token.wide && !token.text.is_ascii() {
            for particle in PARTICLES {
                if let Some(rest) = token.text.strip_prefix(particle).filter(|rest| rest.len() >= 4) {
                    words.look_up(lexicon, rest);
                }
            }
        }
        words
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = WordId> + '_ {
        self.words.iter().map(|(word, _)| *word)
    }

    /// Whether the token is misspelt as this word, if it may be that word at all.
    pub(crate) fn misspelt(&self, word: WordId) -> Option<bool> {
        if self.bits & bit(word) == 0 {
            return None;
        }
        self.words.iter().find(|(other, _)| *other == word).map(|(_, misspelt)| *misspelt)
    }

    /// Adds the words that are near; whether there are any.
    pub(crate) fn add_misspelt(&mut self, near: &[WordId]) -> bool {
        near.iter().for_each(|id| self.add(Some(id), true));
        !near.is_empty()
    }

    fn look_up(&mut self, lexicon: &Words, text: &str) {
        let mut key = SEED;
        for c in text.chars() {
            key = mix(key, u32::from(c));
            self.add(lexicon.prefix.get(&key), false);
        }
        self.add(lexicon.whole.get(&key), false);
        // A stem with another beginning: "*maschine" is not "maschine" itself.
        let mut key = SEED;
        for c in text.chars().skip(1).collect::<Vec<_>>().into_iter().rev() {
            key = mix(key, u32::from(c));
            self.add(lexicon.suffix.get(&key), false);
        }
    }

    fn add(&mut self, word: Option<&WordId>, misspelt: bool) {
        let Some(word) = word else { return };
        self.words.push((*word, misspelt));
        self.bits |= bit(*word);
    }
}

/// The words that differ from another one by a letter, once they were looked for.
#[derive(Debug, Default)]
pub(crate) struct Near(HashMap<String, Vec<WordId>>);

impl Near {
    pub(crate) fn of(&mut self, lexicon: &Words, text: &str) -> &[WordId] {
        if !self.0.contains_key(text) {
            self.0.insert(text.to_owned(), near(lexicon, text));
        }
        self.0.get(text).map_or(&[], Vec::as_slice)
    }
}

/// Words that differ by one letter: left out, put in, wrong, or swapped with its neighbour.
fn near(lexicon: &Words, text: &str) -> Vec<WordId> {
    let mut near = Vec::new();
    add_near(&mut near, lexicon, text, |right| one_slip(text, right.trim_end_matches('*')));
    // A stem misspelt, with its ending: the slip lies before the stem's last letter.
    let letters = text.chars().count();
    let ends =
        text.char_indices().map(|(at, _)| at).skip(STEM_LETTERS).take(letters.saturating_sub(STEM_LETTERS));
    for end in ends {
        let front = text.get(..end).unwrap_or_default();
        let same_end = |stem: &str| stem.chars().next_back() == front.chars().next_back();
        add_near(&mut near, lexicon, front, |right| {
            right.strip_suffix('*').is_some_and(|stem| {
                stem.chars().count() >= STEM_LETTERS && same_end(stem) && one_slip(front, stem)
            })
        });
    }
    near
}

/// Adds the words that have a spelling with one letter less in common with `text`, if they are near enough.
fn add_near(near: &mut Vec<WordId>, lexicon: &Words, text: &str, is_near: impl Fn(&str) -> bool) {
    for key in spellings_without_a_letter(text) {
        for word in lexicon.misspelt_as(key) {
            if !near.contains(&word.id) && is_near(word.spelling) {
                near.push(word.id);
            }
        }
    }
}

fn bit(word: WordId) -> u64 {
    1 << (word % u64::BITS)
}

/// Neither so short that it is near everything, nor so long that it costs much.
pub(crate) fn may_be_misspelt(token: &Token) -> bool {
    !token.wide && MISSPELT_LETTERS.contains(&token.text.chars().count())
}

/// One slip of the finger apart, and not in a short word's first letter.
fn one_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let back = |from: usize| {
        a.iter().skip(from).rev().zip(b.iter().skip(from).rev()).take_while(|(x, y)| x == y).count()
    };
    let (rest_a, rest_b) = (a.len() - front, b.len() - front);
    let tail = back(front);
    let (mid_a, mid_b) = (rest_a.saturating_sub(tail), rest_b.saturating_sub(tail));
    let swapped =
        mid_a == 2 && mid_b == 2 && a.get(front) == b.get(front + 1) && a.get(front + 1) == b.get(front);
    let one = mid_a <= 1 && mid_b <= 1;
    let short = a.len().min(b.len()) < 6;
    (swapped || one) && (front > 0 || !short || swapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_forgiven() {
        for (typed, right, expected) in [
            ("asistant", "assistant", true),
            ("eprson", "person", true),
            ("taok", "talk", true),
            ("ooerator", "operator", true),
            ("operatorr", "operator", true),
            ("walk", "talk", false),
            ("contract", "operator", false),
            ("asisstgant", "assistant", false),
        ] {
            assert_eq!(one_slip(typed, right), expected, "{typed} {right}");
        }
    }
}
