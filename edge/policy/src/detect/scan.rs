//! Finds the phrases of all languages in a folded text.

use super::{
    class::Class,
    fold::{Folded, Token},
    follow::Follow,
    hash::{SEED, mix, spellings_without_a_letter},
    lexicon::{Entry, Lexicon, WordId},
    plausible::Plausible,
};

/// Unknown words that are tried as misspelt, so that a long text cannot cost much.
const MISSPELT_TRIES: usize = 80;
const MISSPELT_LETTERS: std::ops::RangeInclusive<usize> = 4..=16;
/// Particles that Arabic and Hebrew write at the front of the next word.
const PARTICLES: [&str; 17] =
    ["وال", "بال", "لل", "ال", "فال", "و", "ب", "ل", "ف", "ה", "ו", "ל", "ב", "מ", "ש", "שה", "וה"];

/// A phrase found in a text, from one token to another, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) language: u8,
    pub(crate) class: Class,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) misspelt: bool,
}

/// The words of the lexicon that each token matches, and whether misspelt.
pub(crate) struct Matches {
    pub(crate) words: Vec<Vec<(WordId, bool)>>,
}

/// The phrases in the text, in its order, of the languages that it may be written in.
pub(crate) fn scan(lexicon: &Lexicon, text: &Folded) -> Vec<Hit> {
    let mut matches = Matches::new(lexicon, text);
    let mut hits = matches.hits(lexicon, text);
    keep_plausible(text, &mut hits);
    if matches.add_misspelt(lexicon, text, &hits) {
        hits = matches.hits(lexicon, text);
        keep_plausible(text, &mut hits);
    }
    hits
}

fn keep_plausible(text: &Folded, hits: &mut Vec<Hit>) {
    let plausible = Plausible::new(text, hits);
    hits.retain(|hit| plausible.reads(text, hit));
}

impl Matches {
    fn new(lexicon: &Lexicon, text: &Folded) -> Self {
        Self { words: text.tokens.iter().map(|token| words_of(lexicon, token)).collect() }
    }

    fn hits(&self, lexicon: &Lexicon, text: &Folded) -> Vec<Hit> {
        let mut hits = Vec::new();
        for from in 0..text.tokens.len() {
            for entry in
                self.starting(lexicon, from).filter_map(|number| lexicon.entries.get(number as usize))
            {
                let found =
                    Follow { lexicon, matches: self, text }.places(lexicon.places(entry), from, false);
                if let Some((to, misspelt)) = found.filter(|(to, _)| stands_right(text, entry, from, *to)) {
                    hits.push(Hit { language: entry.language, class: entry.class, from, to, misspelt });
                }
            }
        }
        hits
    }

    /// Tries the words that no plausible language knows as misspelt; whether that told anything new.
    fn add_misspelt(&mut self, lexicon: &Lexicon, text: &Folded, hits: &[Hit]) -> bool {
        let mut known = vec![false; text.tokens.len()];
        for hit in hits {
            known.iter_mut().take(hit.to + 1).skip(hit.from).for_each(|known| *known = true);
        }
        let unknown = text.tokens.iter().zip(&mut self.words).zip(&known).filter(|(_, known)| !**known);
        let mut added = false;
        for ((token, words), _) in
            unknown.filter(|((token, _), _)| may_be_misspelt(token)).take(MISSPELT_TRIES)
        {
            let before = words.len();
            look_up_misspelt(lexicon, &token.text, words);
            added |= words.len() > before;
        }
        added
    }

    fn starting<'a>(&'a self, lexicon: &'a Lexicon, from: usize) -> impl Iterator<Item = u32> + 'a {
        let words = self.words.get(from).map(Vec::as_slice).unwrap_or_default();
        words.iter().flat_map(|(word, _)| lexicon.starting(*word)).copied()
    }
}

/// The phrase begins or ends its sentence if it must.
fn stands_right(text: &Folded, entry: &Entry, from: usize, to: usize) -> bool {
    let sentence =
        |index: Option<usize>| index.and_then(|index| text.tokens.get(index)).map(|token| token.sentence);
    let first = sentence(from.checked_sub(1)) != sentence(Some(from));
    let last = sentence(to.checked_add(1)) != sentence(Some(to));
    (first || !entry.first) && (last || !entry.last)
}

fn may_be_misspelt(token: &Token) -> bool {
    !token.wide && MISSPELT_LETTERS.contains(&token.text.chars().count())
}

fn words_of(lexicon: &Lexicon, token: &Token) -> Vec<(WordId, bool)> {
    let mut words = Vec::new();
    look_up(lexicon, &token.text, &mut words);
    if !token.wide && !token.text.is_ascii() {
        for particle in PARTICLES {
            if let Some(rest) = token.text.strip_prefix(particle).filter(|rest| rest.len() >= 4) {
                look_up(lexicon, rest, &mut words);
            }
        }
    }
    words
}

fn look_up(lexicon: &Lexicon, text: &str, words: &mut Vec<(WordId, bool)>) {
    let mut key = SEED;
    for c in text.chars() {
        key = mix(key, u32::from(c));
        words.extend(lexicon.prefix.get(&key).map(|id| (*id, false)));
    }
    words.extend(lexicon.whole.get(&key).map(|id| (*id, false)));
    // A stem with another beginning: "*maschine" is not "maschine" itself.
    let mut key = SEED;
    for c in text.chars().skip(1).collect::<Vec<_>>().into_iter().rev() {
        key = mix(key, u32::from(c));
        words.extend(lexicon.suffix.get(&key).map(|id| (*id, false)));
    }
}

/// Words that differ by one letter: left out, put in, wrong, or swapped with its neighbour.
fn look_up_misspelt(lexicon: &Lexicon, text: &str, words: &mut Vec<(WordId, bool)>) {
    for key in spellings_without_a_letter(text) {
        for id in lexicon.misspelt_as(key) {
            let right = lexicon.spelling(id).trim_end_matches('*');
            if !words.contains(&(id, true)) && one_slip(text, right) {
                words.push((id, true));
            }
        }
    }
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
