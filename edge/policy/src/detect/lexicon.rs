//! The phrases of all languages, still packed, and the words by which they are looked for.
//!
//! Made at the first message. A phrase is unpacked only for a text that has its rarest word, which few do.

use std::sync::LazyLock;

use super::{
    languages::LANGUAGES,
    lists::Lists,
    numbers::Numbers,
    phrases::Phrases,
    rarest::Rarest,
    unpack::{Reader, Start, WORDS},
    words::Words,
};

/// All phrases, ready to be looked for.
pub(crate) struct Lexicon {
    pub(crate) words: Words,
    starts: Vec<Start>,
    /// How many phrases there are up to the end of each language.
    ends: Vec<u32>,
    /// The phrases to look at when a text has a word.
    by_word: Lists<u32>,
}

/// The lexicon of this build.
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

impl Lexicon {
    fn new() -> Self {
        let words = Words::new(WORDS);
        let (mut reader, mut rarest) = (Reader::first(), Rarest::default());
        // More than there are, so that they need not move.
        let room = reader.bytes() / 8;
        let (mut starts, mut ends) = (Vec::with_capacity(room), Vec::with_capacity(LANGUAGES.len()));
        let mut pairs = Vec::with_capacity(room * 2);
        let mut end = 0;
        for _ in LANGUAGES {
            // A good build never ends early; a test reads all of it.
            let first = end;
            end += reader.number().unwrap_or_default();
            for number in first..end {
                starts.push(reader.start());
                pairs.extend(rarest.of_next(&mut reader).iter().map(|word| (*word, number)));
            }
            ends.push(end);
        }
        let by_word = Lists::new(&pairs, words.count);
        Self { words, starts, ends, by_word }
    }

    /// The phrases that a text with these words may hold, in their order.
    pub(crate) fn phrases(&self, present: &Numbers) -> Phrases {
        let mut wanted = Numbers::below(self.starts.len());
        for number in present.iter().flat_map(|word| self.by_word.of(word)) {
            wanted.insert(*number);
        }
        let mut phrases = Phrases::default();
        let mut ends = (0u8..).zip(&self.ends);
        let mut language = ends.next();
        for number in wanted.iter() {
            while language.is_some_and(|(_, end)| *end <= number) {
                language = ends.next();
            }
            if let Some((start, (language, _))) = self.starts.get(number as usize).zip(language) {
                phrases.add(&mut Reader::at(*start), language, present);
            }
        }
        phrases.index();
        phrases
    }
}

#[cfg(test)]
mod tests {
    use super::{super::phrases::Phrase, *};

    /// Every so many of the phrases, because there are tens of thousands.
    const STEP: usize = 17;

    #[test]
    fn a_phrase_is_found_by_any_of_its_choices() {
        let mut every_word = Numbers::below(LEXICON.words.count);
        (0..).take(LEXICON.words.count).for_each(|word| every_word.insert(word));
        let all = LEXICON.phrases(&every_word);
        for phrase in all.all.iter().step_by(STEP) {
            for choice in [0, usize::MAX] {
                let mut present = Numbers::below(LEXICON.words.count);
                for place in all.places(phrase).iter().filter(|place| !place.optional) {
                    let options: Vec<_> = all.options(place).collect();
                    options[choice.min(options.len() - 1)].iter().for_each(|word| present.insert(*word));
                }
                let found = LEXICON.phrases(&present);
                let shape =
                    |of: &Phrases, phrase: &Phrase| (of.places(phrase).len(), phrase.language, phrase.class);
                let wanted = shape(&all, phrase);
                assert!(found.all.iter().any(|other| shape(&found, other) == wanted), "{wanted:?}");
            }
        }
    }
}
