//! A set of numbers below a bound, a bit for each.

const BITS: u32 = u64::BITS;

/// Numbers of words, or of phrases.
pub(crate) struct Numbers(Vec<u64>);

impl Numbers {
    /// None, and room for those below `bound`.
    pub(crate) fn below(bound: usize) -> Self {
        Self(vec![0; bound.div_ceil(BITS as usize)])
    }

    pub(crate) fn insert(&mut self, number: u32) {
        let bits = self.0.get_mut((number / BITS) as usize);
        bits.into_iter().for_each(|bits| *bits |= 1 << (number % BITS));
    }

    pub(crate) fn has(&self, number: u32) -> bool {
        self.0.get((number / BITS) as usize).is_some_and(|bits| bits >> (number % BITS) & 1 > 0)
    }

    /// In their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().zip((0..).step_by(BITS as usize)).flat_map(|(bits, first)| {
            let mut rest = *bits;
            std::iter::from_fn(move || {
                let lowest = (rest > 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(first + lowest)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_once_and_in_order() {
        let mut numbers = Numbers::below(130);
        for number in [129, 0, 64, 63, 0, 500] {
            numbers.insert(number);
        }
        assert_eq!(numbers.iter().collect::<Vec<_>>(), [0, 63, 64, 129]);
        assert!(numbers.has(64) && !numbers.has(65) && !numbers.has(500));
    }
}
