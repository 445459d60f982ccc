//! The languages that a text may be written in, by how many of its words each knows.
//!
//! Short words mean something in many languages ("do" is a death in Icelandic); a language that knows far
//! fewer of a text's words than another one is not read.

use super::{
    class::Class,
    fold::{Folded, Token},
    languages::LANGUAGES,
    scan::Hit,
};

/// A language is read if it knows this share of what the best one knows.
const SHARE_PERCENT: usize = 60;

/// A sign as short as this is a word in most languages.
const SHORT_LETTERS: usize = 3;

/// How many words of a text each language knows.
pub(crate) struct Plausible {
    known: Vec<(u8, usize)>,
    best: usize,
}

impl Plausible {
    pub(crate) fn new(text: &Folded, hits: &[Hit]) -> Self {
        let mut known: Vec<(u8, usize)> = Vec::new();
        let mut last: Option<(u8, usize)> = None;
        let written = |hit: &&Hit| !hit.misspelt && (!text.cyrillic || is_cyrillic(hit.language));
        let mut spans: Vec<(u8, usize, usize)> =
            hits.iter().filter(written).map(|hit| (hit.language, hit.from, hit.to)).collect();
        spans.sort_unstable();
        for (language, from, to) in spans {
            let seen = last.filter(|(other, _)| *other == language).map_or(0, |(_, end)| end);
            let words = (to + 1).saturating_sub(from.max(seen));
            last = Some((language, seen.max(to + 1)));
            match known.last_mut().filter(|(other, _)| *other == language) {
                Some((_, sum)) => *sum += words,
                None => known.push((language, words)),
            }
        }
        let best = known.iter().map(|(_, sum)| *sum).max().unwrap_or(0);
        Self { known, best }
    }

    /// Whether the phrase counts: its language knows enough of the text, and most of it if it is a mere "do".
    pub(crate) fn reads(&self, text: &Folded, hit: &Hit) -> bool {
        let known = self.known.iter().find(|(language, _)| *language == hit.language);
        known.is_some_and(|(_, known)| {
            let knows_most = *known == self.best && known * 2 >= text.tokens.len();
            known * 100 >= self.best * SHARE_PERCENT && (knows_most || !is_short_sign(text, hit))
        })
    }
}

/// One short word that says something grave by itself.
fn is_short_sign(text: &Folded, hit: &Hit) -> bool {
    let sign = matches!(hit.class, Class::Anger | Class::Safety | Class::Legal | Class::Fraud | Class::Grief);
    let short = |token: &Token| !token.wide && token.text.chars().count() <= SHORT_LETTERS;
    sign && hit.from == hit.to && text.tokens.get(hit.from).is_some_and(short)
}

fn is_cyrillic(language: u8) -> bool {
    let code = LANGUAGES.get(usize::from(language)).copied().unwrap_or_default();
    matches!(code, "ru" | "uk" | "bg" | "mk" | "kk" | "sr")
}
