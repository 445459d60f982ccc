//! The words of all phrases in tables that a token is looked up in. Knows spelling, not phrases.

use super::{
    hash::{Map, hash, spellings_without_a_letter},
    lists::Lists,
};

/// A word to compare tokens with, shared by all phrases that use it; the more use it, the lower.
pub(crate) type WordId = u32;

/// The spellings that lack a letter are found by so many bits of their hashes.
const GROUP_BITS: u32 = 15;

/// The words, by how they compare.
#[derive(Default)]
pub(crate) struct Words {
    pub(crate) whole: Map<WordId>,
    pub(crate) prefix: Map<WordId>,
    pub(crate) suffix: Map<WordId>,
    pub(crate) count: usize,
    fuzzy: Vec<Fuzzy>,
    /// The fuzzy words, by the hash of each spelling that lacks one letter.
    misspelt: Lists<(u32, u32)>,
}

/// A word that may be misspelt.
#[derive(Clone, Copy)]
pub(crate) struct Fuzzy {
    pub(crate) id: WordId,
    /// As in the phrase files: `stem*`.
    pub(crate) spelling: &'static str,
}

impl Words {
    /// From a word a line.
    pub(crate) fn new(lines: &'static str) -> Self {
        let mut words = Self::default();
        let room = lines.len() / 10;
        words.whole.reserve(room);
        words.prefix.reserve(room / 2);
        for (line, id) in lines.split('\n').zip(0..) {
            words.add(line, id);
        }
        words.misspelt = misspelt(&words.fuzzy);
        words
    }

    fn add(&mut self, line: &'static str, id: WordId) {
        let fuzzy = line.strip_prefix('~');
        let word = fuzzy.unwrap_or(line);
        if let Some(ending) = word.strip_prefix('*') {
            self.suffix.insert(hash(ending.chars().rev()), id);
        } else if let Some(stem) = word.strip_suffix('*') {
            self.prefix.insert(hash(stem.chars()), id);
        } else {
            self.whole.insert(hash(word.chars()), id);
        }
        self.fuzzy.extend(fuzzy.map(|spelling| Fuzzy { id, spelling }));
        self.count += 1;
    }

    /// The words that a misspelt one may be, by the hash of a spelling that lacks one letter.
    pub(crate) fn misspelt_as(&self, key: u32) -> impl Iterator<Item = &Fuzzy> {
        let found = self.misspelt.of(group(key)).iter().filter(move |(other, _)| *other == key);
        found.filter_map(|(_, number)| self.fuzzy.get(*number as usize))
    }
}

fn misspelt(words: &[Fuzzy]) -> Lists<(u32, u32)> {
    let mut pairs = Vec::with_capacity(words.len() * 10);
    for (word, number) in words.iter().zip(0..) {
        let keys = spellings_without_a_letter(word.spelling.trim_end_matches('*'));
        pairs.extend(keys.map(|key| (group(key), (key, number))));
    }
    Lists::new(&pairs, 1 << GROUP_BITS)
}

fn group(key: u32) -> u32 {
    key >> (u32::BITS - GROUP_BITS)
}
