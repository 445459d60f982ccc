//! The phrases that one text may hold, unpacked, without the words that it does not have.

use std::ops::Range;

use super::{
    class::{Class, KEYS},
    numbers::Numbers,
    unpack::Reader,
    words::WordId,
};

/// One place in a phrase: the runs of words that may stand there.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Other words may stand between this place and the one before.
    pub(crate) gap: bool,
    /// Nothing may stand here either.
    pub(crate) optional: bool,
    options: Range<u32>,
}

/// A phrase of one language.
#[derive(Debug)]
pub(crate) struct Phrase {
    pub(crate) language: u8,
    pub(crate) class: Class,
    /// Only at the start, only at the end of a sentence.
    pub(crate) first: bool,
    pub(crate) last: bool,
    places: Range<u32>,
}

/// Ranges instead of lists in lists: hundreds of small ones are slow to make.
#[derive(Default)]
pub(crate) struct Phrases {
    pub(crate) all: Vec<Phrase>,
    places: Vec<Place>,
    options: Vec<Range<u32>>,
    words: Vec<WordId>,
    /// The words that a phrase may start with, and its number.
    starts: Vec<(WordId, u32)>,
}

impl Phrases {
    /// Adds the phrase that comes next, unless the text lacks a word for one of its places.
    pub(crate) fn add(&mut self, reader: &mut Reader, language: u8, present: &Numbers) {
        let before = (self.places.len(), self.options.len(), self.words.len(), self.starts.len());
        match self.read(reader, language, present) {
            Some(phrase) => self.all.push(phrase),
            None => {
                self.places.truncate(before.0);
                self.options.truncate(before.1);
                self.words.truncate(before.2);
                self.starts.truncate(before.3);
            }
        }
    }

    fn read(&mut self, reader: &mut Reader, language: u8, present: &Numbers) -> Option<Phrase> {
        let (_, class) = *KEYS.get(reader.number()? as usize)?;
        let head = reader.head()?;
        let from = end(&self.places);
        for number in 0..head.count {
            let place = self.read_place(reader, present, number == 0)?;
            if !place.optional && place.options.is_empty() {
                return None;
            }
            self.places.push(place);
        }
        Some(Phrase { language, class, first: head.high, last: head.low, places: from..end(&self.places) })
    }

    fn read_place(&mut self, reader: &mut Reader, present: &Numbers, starts: bool) -> Option<Place> {
        let head = reader.head()?;
        let from = end(&self.options);
        for _ in 0..head.count {
            let (mut word, mut more) = reader.word()?;
            let mut all_present = present.has(word);
            if starts && all_present {
                self.starts.push((word, end(&self.all)));
            }
            let start = end(&self.words);
            self.words.extend(all_present.then_some(word));
            while more {
                (word, more) = reader.word()?;
                all_present &= present.has(word);
                self.words.extend(all_present.then_some(word));
            }
            if all_present {
                self.options.push(start..end(&self.words));
            } else {
                self.words.truncate(start as usize);
            }
        }
        Some(Place { gap: head.high, optional: head.low, options: from..end(&self.options) })
    }

    /// Once all are added.
    pub(crate) fn index(&mut self) {
        self.starts.sort_unstable();
        self.starts.dedup();
    }

    /// The places of a phrase.
    pub(crate) fn places(&self, phrase: &Phrase) -> &[Place] {
        slice(&self.places, &phrase.places)
    }

    /// The runs of words that may stand at a place.
    pub(crate) fn options<'a>(&'a self, place: &Place) -> impl Iterator<Item = &'a [WordId]> + use<'a> {
        slice(&self.options, &place.options).iter().map(|option| slice(&self.words, option))
    }

    /// The word that is all of a phrase, if the text can hold only that.
    pub(crate) fn alone(&self, phrase: &Phrase) -> Option<WordId> {
        let [place] = self.places(phrase) else { return None };
        let [option] = slice(&self.options, &place.options) else { return None };
        let [word] = slice(&self.words, option) else { return None };
        Some(*word)
    }

    /// The phrases that may start with a word.
    pub(crate) fn starting(&self, word: WordId) -> impl Iterator<Item = &Phrase> {
        let from = self.starts.partition_point(|(other, _)| *other < word);
        let starts = self.starts.iter().skip(from).take_while(move |(other, _)| *other == word);
        starts.filter_map(|(_, number)| self.all.get(*number as usize))
    }
}

fn end<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

fn slice<'a, T>(list: &'a [T], range: &Range<u32>) -> &'a [T] {
    list.get(range.start as usize..range.end as usize).unwrap_or_default()
}
