//! Packs phrases: the inverse of `src/detect/unpack.rs`, which says what the files hold.

use std::{cmp::Reverse, collections::HashMap, num::TryFromIntError};

use super::{
    class::{Class, KEYS},
    phrase::{Kind, Part, Phrase, Word},
};

/// Shorter words have too many neighbours that mean something else.
const MISSPELT_LETTERS: usize = 5;
const MISSPELT_TALK_LETTERS: usize = 4;

/// What goes into the two files.
pub(crate) struct Packed {
    pub(crate) words: String,
    pub(crate) phrases: Vec<u8>,
}

/// Collects the phrases of all languages.
#[derive(Default)]
pub(crate) struct Packer {
    languages: Vec<Vec<Phrase>>,
}

impl Packer {
    /// Adds the next language.
    pub(crate) fn language(&mut self, phrases: Vec<Phrase>) {
        self.languages.push(phrases);
    }

    pub(crate) fn finish(self) -> Result<Packed, TryFromIntError> {
        let used = self.languages.iter().flatten().flat_map(words_of);
        let words = Words::new(used.map(|(class, word)| (spelt(word), may_be_misspelt(word, class))));
        let mut bytes = Vec::new();
        number(&mut bytes, words.repeated)?;
        for phrases in &self.languages {
            number(&mut bytes, phrases.len())?;
            for phrase in phrases {
                write(&mut bytes, &words, phrase)?;
            }
        }
        Ok(Packed { words: words.lines.join("\n"), phrases: bytes })
    }
}

/// Each word once, the most used first, because small numbers take fewer bytes. Those used once keep the order
/// of their use, so that they need no number at all.
struct Words {
    repeated: usize,
    numbers: HashMap<String, usize>,
    lines: Vec<String>,
}

impl Words {
    fn new(used: impl Iterator<Item = (String, bool)>) -> Self {
        let mut order: Vec<(usize, String, bool)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (word, fuzzy) in used {
            let place = *places.entry(word.clone()).or_insert(order.len());
            match order.get_mut(place) {
                Some((times, _, misspelt)) => (*times, *misspelt) = (*times + 1, *misspelt || fuzzy),
                None => order.push((1, word, fuzzy)),
            }
        }
        order.sort_by_key(|(times, ..)| Reverse(*times));
        let repeated = order.partition_point(|(times, ..)| *times > 1);
        let numbers = order.iter().enumerate().map(|(number, (_, word, _))| (word.clone(), number)).collect();
        let line = |(_, word, fuzzy): (usize, String, bool)| if fuzzy { format!("~{word}") } else { word };
        Self { repeated, numbers, lines: order.into_iter().map(line).collect() }
    }

    /// One more than its place; 0 for the next of those used once.
    fn number(&self, word: &Word) -> usize {
        let place = self.numbers.get(&spelt(word)).copied();
        place.filter(|place| *place < self.repeated).map_or(0, |place| place + 1)
    }
}

fn words_of(phrase: &Phrase) -> impl Iterator<Item = (Class, &Word)> {
    let words = phrase.parts.iter().flat_map(|part| &part.options).flatten();
    words.map(|word| (phrase.class, word))
}

fn spelt(word: &Word) -> String {
    match word.kind {
        Kind::Whole => word.text.clone(),
        Kind::Prefix => format!("{}*", word.text),
        Kind::Suffix => format!("*{}", word.text),
    }
}

fn may_be_misspelt(word: &Word, class: Class) -> bool {
    let least = match class {
        Class::Talk => MISSPELT_TALK_LETTERS,
        Class::Human | Class::Someone | Class::Boss | Class::Bot => MISSPELT_LETTERS,
        _ => return false,
    };
    !word.wide && word.kind != Kind::Suffix && word.text.chars().count() >= least
}

fn write(bytes: &mut Vec<u8>, words: &Words, phrase: &Phrase) -> Result<(), TryFromIntError> {
    let class = KEYS.iter().position(|(_, class)| *class == phrase.class).unwrap_or_default();
    number(bytes, class)?;
    number(bytes, phrase.parts.len() << 2 | usize::from(phrase.first) << 1 | usize::from(phrase.last))?;
    phrase.parts.iter().try_for_each(|part| write_part(bytes, words, part))
}

fn write_part(bytes: &mut Vec<u8>, words: &Words, part: &Part) -> Result<(), TryFromIntError> {
    number(bytes, part.options.len() << 2 | usize::from(part.gap) << 1 | usize::from(part.optional))?;
    for option in &part.options {
        for (index, word) in option.iter().enumerate() {
            let more = index + 1 < option.len();
            number(bytes, words.number(word) << 1 | usize::from(more))?;
        }
    }
    Ok(())
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn number(bytes: &mut Vec<u8>, value: usize) -> Result<(), TryFromIntError> {
    let mut rest = value;
    while rest > 0x7f {
        bytes.push(u8::try_from(rest & 0x7f)? | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest)?);
    Ok(())
}
