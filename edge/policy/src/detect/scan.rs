//! Finds the phrases of all languages in a folded text.

use super::{
    class::Class,
    fold::Folded,
    follow::Follow,
    lexicon::{Entry, Lexicon},
    plausible::Plausible,
    token_words::{Near, TokenWords, may_be_misspelt},
};

/// Unknown words that are tried as misspelt, so that a long text cannot cost much.
const MISSPELT_TRIES: usize = 80;
/// A phrase found in a text, from one token to another, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) language: u8,
    pub(crate) class: Class,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) misspelt: bool,
}

/// The words of the lexicon that each token matches.
pub(crate) struct Matches {
    pub(crate) words: Vec<TokenWords>,
}

/// The phrases in the text, in its order, of the languages that it may be written in.
pub(crate) fn scan(lexicon: &Lexicon, text: &Folded) -> Vec<Hit> {
    scan_again(lexicon, text, &mut Near::default())
}

/// The same for a text of which much was scanned before.
pub(crate) fn scan_again(lexicon: &Lexicon, text: &Folded, near: &mut Near) -> Vec<Hit> {
    let mut matches = Matches::new(lexicon, text);
    let mut hits = matches.hits(lexicon, text);
    keep_plausible(text, &mut hits);
    if matches.add_misspelt(lexicon, text, &hits, near) {
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
        Self { words: text.tokens.iter().map(|token| TokenWords::new(lexicon, token)).collect() }
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
    fn add_misspelt(&mut self, lexicon: &Lexicon, text: &Folded, hits: &[Hit], near: &mut Near) -> bool {
        let mut known = vec![false; text.tokens.len()];
        for hit in hits {
            known.iter_mut().take(hit.to + 1).skip(hit.from).for_each(|known| *known = true);
        }
        let unknown = text.tokens.iter().zip(&mut self.words).zip(&known).filter(|(_, known)| !**known);
        let mut added = false;
        for ((token, words), _) in
            unknown.filter(|((token, _), _)| may_be_misspelt(token)).take(MISSPELT_TRIES)
        {
            added |= words.add_misspelt(near.of(lexicon, &token.text));
        }
        added
    }

    fn starting<'a>(&'a self, lexicon: &'a Lexicon, from: usize) -> impl Iterator<Item = u32> + 'a {
        self.words
            .get(from)
            .into_iter()
            .flat_map(TokenWords::all)
            .flat_map(|word| lexicon.starting(word))
            .copied()
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
