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
    known: [usize; LANGUAGES.len()],
    best: usize,
}

impl Plausible {
    /// Counts; the hits come in the order of the text.
    pub(crate) fn new(text: &Folded, hits: &[Hit]) -> Self {
        let mut known = [0; LANGUAGES.len()];
        let mut ends = [0; LANGUAGES.len()];
        let written = |hit: &&Hit| !hit.misspelt && (!text.cyrillic || is_cyrillic(hit.language));
        for hit in hits.iter().filter(written) {
            let language = usize::from(hit.language);
            let (Some(known), Some(end)) = (known.get_mut(language), ends.get_mut(language)) else {
                continue;
            };
            *known += (hit.to + 1).saturating_sub(hit.from.max(*end));
            *end = (hit.to + 1).max(*end);
        }
        Self { known, best: known.iter().copied().max().unwrap_or(0) }
    }

    /// Whether the phrase counts: its language knows enough of the text, and most of it if it is a mere "do".
    pub(crate) fn reads(&self, text: &Folded, hit: &Hit) -> bool {
        let known = self.known.get(usize::from(hit.language)).copied().unwrap_or(0);
        let knows_most = known == self.best && known * 2 >= text.tokens.len();
        known > 0 && known * 100 >= self.best * SHARE_PERCENT && (knows_most || !is_short_sign(text, hit))
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
