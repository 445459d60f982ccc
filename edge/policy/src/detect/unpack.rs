//! Reads the packed phrases that `build/` writes, number by number.
//!
//! `words.txt` has a word a line: `stem*` and `*ending` as in the phrase files, `~` before one that may be
//! misspelt. `phrases.bin` is numbers of seven bits a byte. First: how many words are used more than once.
//! Then for each language how many phrases, and each of them: its class; its places, times four, plus 2 if it
//! starts and 1 if it ends a sentence; and each place: its options, times four, plus 2 after a gap and 1 if
//! optional; and each option: its words, times two, plus 1 unless it is the last. A word is the number of its
//! line, from 1, or 0 for the next of those used once.

use super::words::WordId;

/// The packed phrases of this build.
pub(crate) const WORDS: &str = include_str!(concat!(env!("OUT_DIR"), "/words.txt"));
const PHRASES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/phrases.bin"));

/// Where a phrase begins, and the first word used once that stands in none before it.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    byte: u32,
    single: WordId,
}

/// A number that also says two things, as at the head of a phrase and of a place.
pub(crate) struct Head {
    pub(crate) count: u32,
    pub(crate) high: bool,
    pub(crate) low: bool,
}

/// Reads numbers until they end.
pub(crate) struct Reader {
    rest: &'static [u8],
    single: WordId,
}

impl Reader {
    /// From the first language on.
    pub(crate) fn first() -> Self {
        let mut reader = Self { rest: PHRASES, single: 0 };
        reader.single = reader.number().unwrap_or_default();
        reader
    }

    /// From a phrase on.
    pub(crate) fn at(start: Start) -> Self {
        Self { rest: PHRASES.get(start.byte as usize..).unwrap_or_default(), single: start.single }
    }

    /// How many bytes there are to read.
    pub(crate) const fn bytes(&self) -> usize {
        self.rest.len()
    }

    /// Where it is now.
    pub(crate) fn start(&self) -> Start {
        let byte = u32::try_from(PHRASES.len() - self.rest.len()).unwrap_or(u32::MAX);
        Start { byte, single: self.single }
    }

    /// The next number, if there is one and it fits.
    pub(crate) fn number(&mut self) -> Option<u32> {
        let mut value = 0;
        for (byte, shift) in self.rest.iter().zip([0, 7, 14, 21]) {
            value |= u32::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                self.rest = self.rest.get(shift / 7 + 1..)?;
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn head(&mut self) -> Option<Head> {
        let number = self.number()?;
        Some(Head { count: number >> 2, high: number & 2 > 0, low: number & 1 > 0 })
    }

    /// The next word of an option, and whether more follow.
    pub(crate) fn word(&mut self) -> Option<(WordId, bool)> {
        let number = self.number()?;
        let word = (number >> 1).checked_sub(1).unwrap_or_else(|| {
            self.single += 1;
            self.single - 1
        });
        Some((word, number & 1 > 0))
    }
}
