//! The phrases of all languages, compiled once into tables that a token is looked up in.
//!
//! Knows spelling and distance; what a class means is the detectors' business.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::LazyLock,
};

use super::{
    class::Class,
    languages::LANGUAGES,
    phrase::{self, Kind, Part, Phrase, Word},
};

/// A word to compare tokens with, shared by all phrases that use it.
pub(crate) type WordId = u32;

/// One place in a phrase, as in [`phrase::Part`].
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) gap: bool,
    pub(crate) optional: bool,
    pub(crate) options: Box<[Box<[WordId]>]>,
}

/// A phrase of one language.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) language: u8,
    pub(crate) class: Class,
    /// Only at the start, only at the end of a sentence.
    pub(crate) first: bool,
    pub(crate) last: bool,
    pub(crate) places: Box<[Place]>,
}

/// Hashes are good keys already.
#[derive(Default)]
pub(crate) struct Plain(u64);

impl Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(SEED, |hash, byte| mix(hash, u32::from(*byte)));
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

type Map<V> = HashMap<u64, V, BuildHasherDefault<Plain>>;

pub(crate) const SEED: u64 = 0xcbf2_9ce4_8422_2325;

pub(crate) fn mix(hash: u64, value: u32) -> u64 {
    (hash ^ u64::from(value)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
}

pub(crate) fn hash(letters: impl Iterator<Item = char>) -> u64 {
    letters.fold(SEED, |hash, c| mix(hash, u32::from(c)))
}

/// All phrases, ready to be matched.
#[derive(Default)]
pub(crate) struct Lexicon {
    pub(crate) whole: Map<WordId>,
    pub(crate) prefix: Map<WordId>,
    pub(crate) suffix: Map<WordId>,
    /// Words that may be misspelt, under each spelling that lacks one letter; sorted.
    pub(crate) misspelt: Vec<(u64, WordId)>,
    pub(crate) spelling: Vec<Box<str>>,
    pub(crate) entries: Vec<Entry>,
    /// The entries that may start with a word.
    pub(crate) starts: Vec<Vec<u32>>,
}

/// The lexicon of this build.
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon::default();
    for (number, (code, file)) in (0u8..).zip(LANGUAGES) {
        for phrase in phrase::read(code, file).0 {
            lexicon.add(number, phrase);
        }
    }
    lexicon.misspelt.sort_unstable();
    lexicon.misspelt.dedup();
    lexicon
});

/// Shorter words have too many neighbours that mean something else.
const MISSPELT_LETTERS: usize = 5;
const MISSPELT_TALK_LETTERS: usize = 4;

impl Lexicon {
    fn add(&mut self, language: u8, phrase: Phrase) {
        let class = phrase.class;
        let places: Box<[Place]> = phrase.parts.iter().map(|part| self.place(part, class)).collect();
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        for first in
            places.first().iter().flat_map(|place| &place.options).filter_map(|option| option.first())
        {
            if let Some(starts) =
                self.starts.get_mut(*first as usize).filter(|starts| starts.last() != Some(&number))
            {
                starts.push(number);
            }
        }
        self.entries.push(Entry { language, class, first: phrase.first, last: phrase.last, places });
    }

    fn place(&mut self, part: &Part, class: Class) -> Place {
        let mut run = |words: &Vec<Word>| words.iter().map(|word| self.word(word, class)).collect();
        Place { gap: part.gap, optional: part.optional, options: part.options.iter().map(&mut run).collect() }
    }

    fn word(&mut self, word: &Word, class: Class) -> WordId {
        let next = WordId::try_from(self.spelling.len()).unwrap_or(WordId::MAX);
        let (map, key) = match word.kind {
            Kind::Whole => (&mut self.whole, hash(word.text.chars())),
            Kind::Prefix => (&mut self.prefix, hash(word.text.chars())),
            Kind::Suffix => (&mut self.suffix, hash(word.text.chars().rev())),
        };
        let id = *map.entry(key).or_insert(next);
        if id == next {
            self.spelling.push(word.text.as_str().into());
            self.starts.push(Vec::new());
        }
        if may_be_misspelt(word, class) {
            self.add_misspelt(&word.text, id);
        }
        id
    }

    fn add_misspelt(&mut self, text: &str, id: WordId) {
        self.misspelt.extend(spellings_without_a_letter(text).map(|key| (key, id)));
    }

    /// The words that a misspelt one may be, under a spelling that lacks one letter.
    pub(crate) fn misspelt_as(&self, key: u64) -> impl Iterator<Item = WordId> + '_ {
        let from = self.misspelt.partition_point(|(other, _)| *other < key);
        let found = self.misspelt.iter().skip(from).take_while(move |(other, _)| *other == key);
        found.map(|(_, id)| *id)
    }
}

fn may_be_misspelt(word: &Word, class: Class) -> bool {
    let least = match class {
        Class::Talk => MISSPELT_TALK_LETTERS,
        Class::Human | Class::Someone | Class::Bot => MISSPELT_LETTERS,
        _ => return false,
    };
    !word.wide && word.kind != Kind::Suffix && word.text.chars().count() >= least
}

/// The hash of the text itself and of each text that lacks one of its letters.
pub(crate) fn spellings_without_a_letter(text: &str) -> impl Iterator<Item = u64> + '_ {
    let left_out = (0..text.chars().count()).map(Some).chain([None]);
    left_out.map(|out| hash(text.chars().enumerate().filter(move |(i, _)| Some(*i) != out).map(|(_, c)| c)))
}
