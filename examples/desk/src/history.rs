//! How long shoppers waited here lately, and what that says about the next wait. No clock of its own.

use std::collections::VecDeque;

/// How many waits are remembered.
const KEPT: usize = 50;
/// Fewer than these say nothing.
const ENOUGH: usize = 3;

#[derive(Debug, Default)]
pub struct History {
    waits_s: VecDeque<u32>,
}

/// The middle half of the waits that were seen, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    pub low_s: u32,
    pub high_s: u32,
}

impl History {
    /// A conversation that waited from `since_ms` was claimed at `now_ms`.
    pub fn waited(&mut self, since_ms: u64, now_ms: u64) {
        let wait_s = now_ms.saturating_sub(since_ms) / 1000;
        self.waits_s.push_back(u32::try_from(wait_s).unwrap_or(u32::MAX));
        if self.waits_s.len() > KEPT {
            self.waits_s.pop_front();
        }
    }

    /// None when nobody is here or too little is known: no number is better than one nobody stands for.
    pub fn estimate(&self, online: u32) -> Option<Estimate> {
        if online == 0 || self.waits_s.len() < ENOUGH {
            return None;
        }
        let mut sorted: Vec<u32> = self.waits_s.iter().copied().collect();
        sorted.sort_unstable();
        let at = |quarter: usize| sorted.get((sorted.len() - 1) * quarter / 4).copied();
        Some(Estimate { low_s: at(1)?, high_s: at(3)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_only_what_was_seen() {
        let check = |waits_s: &[u64], online: u32, expected: Option<(u32, u32)>| {
            let mut history = History::default();
            waits_s.iter().for_each(|wait_s| history.waited(1_000, 1_000 + wait_s * 1_000));
            let estimate = history.estimate(online).map(|e| (e.low_s, e.high_s));
            assert_eq!(estimate, expected, "{waits_s:?} with {online} online");
        };
        check(&[], 2, None);
        check(&[20, 30], 2, None);
        check(&[20, 30, 40], 0, None);
        check(&[40, 20, 30], 1, Some((20, 30)));
        check(&[10, 20, 30, 40, 500], 1, Some((20, 40)));
    }

    #[test]
    fn old_waits_are_forgotten() {
        let mut history = History::default();
        (0..KEPT).for_each(|_| history.waited(0, 900_000));
        (0..KEPT).for_each(|_| history.waited(0, 5_000));
        assert_eq!(history.estimate(1), Some(Estimate { low_s: 5, high_s: 5 }));
    }
}
