//! Reads the packed phrases that `build/` writes, number by number.
//!
//! `words.txt` has a word a line: `stem*` and `*ending` as in the phrase files, `~` before one that may be
//! misspelt. `phrases.bin` is numbers of seven bits a byte. First: how many words are used more than once.
//! Then for each language how many phrases, and each of them: its class; its places, times four, plus 2 if it
//! starts and 1 if it ends a sentence; and each place: its options, times four, plus 2 after a gap and 1 if
//! optional; and each option: its words, times two, plus 1 unless it is the last. A word is the number of its
//! line, from 1, or 0 for the next of those used once.

/// The packed phrases of this build.
pub(crate) const WORDS: &str = include_str!(concat!(env!("OUT_DIR"), "/words.txt"));
pub(crate) const PHRASES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/phrases.bin"));

/// A number that also says two things, as at the head of a phrase and of a place.
pub(crate) struct Head {
    pub(crate) count: u32,
    pub(crate) high: bool,
    pub(crate) low: bool,
}

/// Reads numbers until they end.
pub(crate) struct Reader(&'static [u8]);

impl Reader {
    pub(crate) const fn new(bytes: &'static [u8]) -> Self {
        Self(bytes)
    }

    /// The next number, if there is one and it fits.
    pub(crate) fn number(&mut self) -> Option<u32> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u32::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn head(&mut self) -> Option<Head> {
        let number = self.number()?;
        Some(Head { count: number >> 2, high: number & 2 > 0, low: number & 1 > 0 })
    }
}
