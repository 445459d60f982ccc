//! Hashes of words, so that the beginnings of a word are looked up as it is read.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

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

pub(crate) type Map<V> = HashMap<u64, V, BuildHasherDefault<Plain>>;

pub(crate) const SEED: u64 = 0xcbf2_9ce4_8422_2325;

pub(crate) fn mix(hash: u64, value: u32) -> u64 {
    (hash ^ u64::from(value)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
}

/// The hash of some letters, which grows letter by letter.
pub(crate) fn hash(letters: impl Iterator<Item = char>) -> u64 {
    letters.fold(SEED, |hash, c| mix(hash, u32::from(c)))
}

/// The hash of the text itself and of each text that lacks one of its letters.
pub(crate) fn spellings_without_a_letter(text: &str) -> impl Iterator<Item = u64> + '_ {
    let left_out = (0..text.chars().count()).map(Some).chain([None]);
    left_out.map(|out| hash(text.chars().enumerate().filter(move |(i, _)| Some(*i) != out).map(|(_, c)| c)))
}
