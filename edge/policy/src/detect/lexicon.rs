//! The phrases of all languages in tables that a token is looked up in, filled at the first message.
//!
//! Knows spelling and distance; what a class means is the detectors' business.

use std::{ops::Range, sync::LazyLock};

use super::{
    class::{Class, KEYS},
    hash::{Map, hash, spellings_without_a_letter},
    languages::LANGUAGES,
    unpack::{PHRASES, Reader, WORDS},
};

/// A word to compare tokens with, shared by all phrases that use it.
pub(crate) type WordId = u32;

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
pub(crate) struct Entry {
    pub(crate) language: u8,
    pub(crate) class: Class,
    /// Only at the start, only at the end of a sentence.
    pub(crate) first: bool,
    pub(crate) last: bool,
    places: Range<u32>,
}

/// All phrases, ready to be matched. Ranges instead of lists in lists: thousands of small ones are slow to make.
#[derive(Default)]
pub(crate) struct Lexicon {
    pub(crate) whole: Map<WordId>,
    pub(crate) prefix: Map<WordId>,
    pub(crate) suffix: Map<WordId>,
    /// Words that may be misspelt, under each spelling that lacks one letter; sorted.
    misspelt: Vec<(u64, WordId)>,
    spelling: Vec<&'static str>,
    pub(crate) entries: Vec<Entry>,
    places: Vec<Place>,
    options: Vec<Range<u32>>,
    words: Vec<WordId>,
    /// Only while the phrases are read.
    next_single: WordId,
    starts: Starts,
}

/// The entries that may start with a word: those of word `n` from `ends[n - 1]` to `ends[n]`.
#[derive(Default)]
struct Starts {
    entries: Vec<u32>,
    ends: Vec<u32>,
}

/// The lexicon of this build.
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::unpack(WORDS, PHRASES));

impl Lexicon {
    fn unpack(words: &'static str, phrases: &'static [u8]) -> Self {
        let mut lexicon = Self::default();
        lexicon.read_words(words);
        let mut reader = Reader::new(phrases);
        lexicon.next_single = reader.number().unwrap_or_default();
        for number in (0u8..).take(LANGUAGES.len()) {
            // A good build never ends early; a test reads all of it.
            if lexicon.read_language(number, &mut reader).is_none() {
                break;
            }
        }
        lexicon.starts = lexicon.find_starts();
        lexicon
    }

    fn read_words(&mut self, words: &'static str) {
        let room = words.len() / 10;
        self.whole.reserve(room);
        self.prefix.reserve(room / 2);
        for (line, id) in words.split('\n').zip(0..) {
            let fuzzy = line.strip_prefix('~');
            let word = fuzzy.unwrap_or(line);
            let text = word.trim_matches('*');
            match (word.starts_with('*'), word.ends_with('*')) {
                (true, _) => self.suffix.insert(hash(text.chars().rev()), id),
                (false, true) => self.prefix.insert(hash(text.chars()), id),
                (false, false) => self.whole.insert(hash(text.chars()), id),
            };
            self.spelling.push(word);
            if fuzzy.is_some() {
                self.misspelt.extend(spellings_without_a_letter(text).map(|key| (key, id)));
            }
        }
        self.misspelt.sort_unstable();
        self.misspelt.dedup();
    }

    fn read_language(&mut self, language: u8, reader: &mut Reader) -> Option<()> {
        for _ in 0..reader.number()? {
            let (_, class) = *KEYS.get(reader.number()? as usize)?;
            let head = reader.head()?;
            let from = end(&self.places);
            for _ in 0..head.count {
                self.read_place(reader)?;
            }
            let places = from..end(&self.places);
            self.entries.push(Entry { language, class, first: head.high, last: head.low, places });
        }
        Some(())
    }

    fn read_place(&mut self, reader: &mut Reader) -> Option<()> {
        let head = reader.head()?;
        let from = end(&self.options);
        for _ in 0..head.count {
            let start = end(&self.words);
            let mut more = true;
            while more {
                let word = reader.number()?;
                let id = (word >> 1).checked_sub(1).unwrap_or_else(|| self.single());
                self.words.push(id);
                more = word & 1 > 0;
            }
            self.options.push(start..end(&self.words));
        }
        self.places.push(Place { gap: head.high, optional: head.low, options: from..end(&self.options) });
        Some(())
    }

    /// The next word of those that are used only once.
    fn single(&mut self) -> WordId {
        let single = self.next_single;
        self.next_single += 1;
        single
    }

    fn find_starts(&self) -> Starts {
        let mut pairs = Vec::with_capacity(self.entries.len());
        let mut ends = vec![0; self.spelling.len()];
        let mut last = vec![u32::MAX; self.spelling.len()];
        for (entry, number) in self.entries.iter().zip(0..) {
            let options = self.places(entry).first().into_iter().flat_map(|place| self.options(place));
            for word in options.filter_map(|option| option.first()) {
                let (Some(end), Some(last)) = (ends.get_mut(*word as usize), last.get_mut(*word as usize))
                else {
                    continue;
                };
                if *last != number {
                    (*end, *last) = (*end + 1, number);
                    pairs.push((*word, number));
                }
            }
        }
        place(&pairs, ends)
    }

    /// The places of a phrase.
    pub(crate) fn places(&self, entry: &Entry) -> &[Place] {
        slice(&self.places, &entry.places)
    }

    /// The runs of words that may stand at a place.
    pub(crate) fn options<'a>(&'a self, place: &Place) -> impl Iterator<Item = &'a [WordId]> + use<'a> {
        slice(&self.options, &place.options).iter().map(|option| slice(&self.words, option))
    }

    /// The numbers of the entries that may start with a word.
    pub(crate) fn starting(&self, word: WordId) -> &[u32] {
        let end = |word: Option<u32>| word.and_then(|word| self.starts.ends.get(word as usize)).copied();
        slice(&self.starts.entries, &(end(word.checked_sub(1)).unwrap_or(0)..end(Some(word)).unwrap_or(0)))
    }

    /// A word as in the phrase files: `stem*`, `*ending`.
    pub(crate) fn spelling(&self, word: WordId) -> &'static str {
        self.spelling.get(word as usize).copied().unwrap_or_default()
    }

    /// The words that a misspelt one may be, under a spelling that lacks one letter.
    pub(crate) fn misspelt_as(&self, key: u64) -> impl Iterator<Item = WordId> + '_ {
        let from = self.misspelt.partition_point(|(other, _)| *other < key);
        let found = self.misspelt.iter().skip(from).take_while(move |(other, _)| *other == key);
        found.map(|(_, id)| *id)
    }
}

/// Puts each word's entries beside each other, in their order; `counts` says how many each word has.
fn place(pairs: &[(WordId, u32)], counts: Vec<u32>) -> Starts {
    let mut next: Vec<u32> = Vec::with_capacity(counts.len());
    let mut sum = 0;
    for count in counts {
        next.push(sum);
        sum += count;
    }
    let mut entries = vec![0; pairs.len()];
    for (word, number) in pairs {
        let Some(at) = next.get_mut(*word as usize) else { continue };
        if let Some(entry) = entries.get_mut(*at as usize) {
            *entry = *number;
        }
        *at += 1;
    }
    Starts { entries, ends: next }
}

fn end<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

fn slice<'a, T>(list: &'a [T], range: &Range<u32>) -> &'a [T] {
    list.get(range.start as usize..range.end as usize).unwrap_or_default()
}
