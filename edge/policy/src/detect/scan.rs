//! Finds the phrases of all languages in a folded text.

use super::{
    class::Class,
    fold::Folded,
    follow::Follow,
    lexicon::Lexicon,
    numbers::Numbers,
    phrases::Phrase,
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
    let mut all = matches.hits(lexicon, text, |_| true);
    let mut hits = plausible(text, &all);
    if let Some(changed) = matches.add_misspelt(lexicon, text, &hits, near) {
        // A phrase lies in one sentence, so only those with new words are read again.
        let again = |sentence| changed.has(u32::from(sentence));
        all.retain(|hit| text.tokens.get(hit.from).is_some_and(|token| !again(token.sentence)));
        all.extend(matches.hits(lexicon, text, again));
        all.sort_by_key(|hit| hit.from);
        hits = plausible(text, &all);
    }
    hits
}

fn plausible(text: &Folded, hits: &[Hit]) -> Vec<Hit> {
    let plausible = Plausible::new(text, hits);
    hits.iter().filter(|hit| plausible.reads(text, hit)).copied().collect()
}

impl Matches {
    fn new(lexicon: &Lexicon, text: &Folded) -> Self {
        Self { words: text.tokens.iter().map(|token| TokenWords::new(&lexicon.words, token)).collect() }
    }

    /// All phrases in some of the sentences, in the order of the text.
    fn hits(&self, lexicon: &Lexicon, text: &Folded, wanted: impl Fn(u16) -> bool) -> Vec<Hit> {
        let tokens = || {
            let tokens = text.tokens.iter().zip(&self.words).enumerate();
            tokens.filter(|(_, (token, _))| wanted(token.sentence)).map(|(from, (_, words))| (from, words))
        };
        let mut present = Numbers::below(lexicon.words.count);
        tokens().flat_map(|(_, words)| words.all()).for_each(|word| present.insert(word));
        let phrases = lexicon.phrases(&present);
        let follow = Follow { phrases: &phrases, matches: self, text };
        let mut hits = Vec::new();
        for (from, words) in tokens() {
            for phrase in words.all().flat_map(|word| phrases.starting(word)) {
                let found = follow.phrase(phrase, from);
                if let Some((to, misspelt)) = found.filter(|(to, _)| stands_right(text, phrase, from, *to)) {
                    hits.push(Hit { language: phrase.language, class: phrase.class, from, to, misspelt });
                }
            }
        }
        hits
    }

    /// Tries the words that no plausible language knows as misspelt; the sentences in which that told anything new.
    fn add_misspelt(
        &mut self,
        lexicon: &Lexicon,
        text: &Folded,
        hits: &[Hit],
        near: &mut Near,
    ) -> Option<Numbers> {
        let mut known = vec![false; text.tokens.len()];
        for hit in hits {
            known.iter_mut().take(hit.to + 1).skip(hit.from).for_each(|known| *known = true);
        }
        let unknown = text.tokens.iter().zip(&mut self.words).zip(&known).filter(|(_, known)| !**known);
        let mut changed = None;
        for ((token, words), _) in
            unknown.filter(|((token, _), _)| may_be_misspelt(token)).take(MISSPELT_TRIES)
        {
            if words.add_misspelt(near.of(&lexicon.words, &token.text)) {
                let sentences = || Numbers::below(text.sentences());
                changed.get_or_insert_with(sentences).insert(u32::from(token.sentence));
            }
        }
        changed
    }
}

/// The phrase begins or ends its sentence if it must.
fn stands_right(text: &Folded, phrase: &Phrase, from: usize, to: usize) -> bool {
    let sentence =
        |index: Option<usize>| index.and_then(|index| text.tokens.get(index)).map(|token| token.sentence);
    let first = sentence(from.checked_sub(1)) != sentence(Some(from));
    let last = sentence(to.checked_add(1)) != sentence(Some(to));
    (first || !phrase.first) && (last || !phrase.last)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::lexicon::LEXICON, *};

    #[test]
    fn only_the_sentence_with_a_misspelt_word_is_read_again() {
        let text = Folded::new("this is ridiculous. i need an opertor. this is ridiculous");
        let hits = scan(&LEXICON, &text);
        let of = |class| hits.iter().filter(move |hit| hit.class == class);
        let sentences =
            |class| -> BTreeSet<u16> { of(class).map(|hit| text.tokens[hit.from].sentence).collect() };
        assert_eq!(sentences(Class::Anger), [0, 2].into());
        assert_eq!(sentences(Class::Want), [1].into());
        assert!(of(Class::Human).any(|hit| hit.misspelt));
        assert!(hits.is_sorted_by_key(|hit| hit.from));
        assert!(hits.iter().enumerate().all(|(at, hit)| !hits[..at].contains(hit)), "read twice: {hits:?}");
    }
}
