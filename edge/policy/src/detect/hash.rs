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

/// Any odd number with many bits.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
const BASE_INVERSE: u64 = inverse(BASE);

/// Hashes of each text that lacks one letter of this one, then of this one; others than those of [`hash`].
///
/// The hash is a polynomial, the first letter times 1, the next times `BASE`, so that each costs one step.
pub(crate) fn spellings_without_a_letter(text: &str) -> impl Iterator<Item = u32> + '_ {
    let letters = || text.chars().map(|c| u64::from(u32::from(c)));
    let (mut front, mut power) = (0_u64, 1_u64);
    let mut back = letters().rev().fold(0_u64, |back, c| back.wrapping_mul(BASE).wrapping_add(c));
    let whole = back;
    let without = letters().map(move |c| {
        back = back.wrapping_sub(c).wrapping_mul(BASE_INVERSE);
        let hash = front.wrapping_add(back.wrapping_mul(power));
        front = front.wrapping_add(c.wrapping_mul(power));
        power = power.wrapping_mul(BASE);
        hash
    });
    without.chain([whole]).map(|hash| (hash.wrapping_mul(BASE) >> 32) as u32)
}

/// What an odd number is multiplied by to give 1: each step doubles the bits that are right.
const fn inverse(odd: u64) -> u64 {
    let (mut inverse, mut bits) = (odd, 3);
    while bits < u64::BITS {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_one_letter_apart_share_a_spelling() {
        let keys = |text| spellings_without_a_letter(text).collect::<Vec<_>>();
        for (a, b, expected) in [
            ("talk", "tlak", true),
            ("talk", "tak", true),
            ("talk", "talkk", true),
            ("talk", "walk", true),
            ("человек", "челавек", true),
            ("talk", "late", false),
            ("abc", "acbd", false),
        ] {
            assert_eq!(keys(a).iter().any(|key| keys(b).contains(key)), expected, "{a} {b}");
        }
        assert_eq!(keys("talk").last(), keys("talks").get(4));
    }
}
