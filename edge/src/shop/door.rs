//! The door: how often conversations may be opened. One visitor who opens them in a loop meets a limit of
//! their own; many visitors together meet the shop's, where whoever comes for the first time does not stand
//! behind those who come again and again.
//!
//! It lives in memory alone: an object that is forgotten was idle, and then there was no flood. No address
//! is ever stored.

use std::collections::HashMap;
use std::net::IpAddr;

/// Of one visitor: so many at once, then one each so often.
const VISITOR: Pace = Pace { at_once: 20, every_ms: 3_000 };
/// Of all who come for the first time in a while, and of all others.
const SHOP: Pace = Pace { at_once: 1_000, every_ms: 50 };

#[derive(Default)]
pub struct Door {
    first: Line,
    again: Line,
    visitors: HashMap<String, Line>,
}

/// Where an address comes from, as far as one household or office shares it.
pub fn visitor(address: &str) -> Option<String> {
    match address.trim().parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(address) => Some(address.to_string()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(format!("{a:x}:{b:x}:{c:x}:{d:x}"))
        }
    }
}

impl Door {
    /// Lets one in, or says after how many milliseconds to try again.
    ///
    /// # Errors
    /// That wait, above 0.
    pub fn enter(&mut self, now_ms: u64, visitor: Option<&str>) -> Result<(), u64> {
        self.visitors.retain(|_, line| line.is_busy(now_ms));
        let known = visitor.and_then(|visitor| self.visitors.get(visitor)).copied();
        let mut own = known.unwrap_or_default();
        let shops = if known.is_some() { &mut self.again } else { &mut self.first };
        if visitor.is_some() {
            own.take(now_ms, VISITOR)?;
        }
        shops.take(now_ms, SHOP)?;
        // Only who was let in is remembered, so there are never more than the shop's pace allows.
        if let Some(visitor) = visitor {
            self.visitors.insert(visitor.to_owned(), own);
        }
        Ok(())
    }
}

struct Pace {
    at_once: u64,
    every_ms: u64,
}

/// When all who were let in would have been, had they come one each [`Pace::every_ms`] (this is GCRA).
#[derive(Clone, Copy, Default)]
struct Line {
    until_ms: u64,
}

impl Line {
    fn is_busy(&self, now_ms: u64) -> bool {
        self.until_ms > now_ms
    }

    fn take(&mut self, now_ms: u64, pace: Pace) -> Result<(), u64> {
        let behind_ms = self.until_ms.saturating_sub(now_ms);
        let allowed_ms = pace.at_once.saturating_sub(1) * pace.every_ms;
        if behind_ms > allowed_ms {
            return Err(behind_ms - allowed_ms);
        }
        self.until_ms = self.until_ms.max(now_ms) + pace.every_ms;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of `tries` are let in at that moment.
    fn let_in(door: &mut Door, now_ms: u64, visitor: Option<&str>, tries: u32) -> usize {
        (0..tries).filter(|_| door.enter(now_ms, visitor).is_ok()).count()
    }

    #[test]
    fn one_visitor_in_a_loop_is_slowed_and_nobody_else() {
        let mut door = Door::default();
        assert_eq!(let_in(&mut door, 0, Some("192.0.2.1"), 5_000), 20);
        assert_eq!(door.enter(0, Some("192.0.2.1")), Err(3_000));
        assert_eq!(door.enter(1_000, Some("192.0.2.1")), Err(2_000));
        assert_eq!(let_in(&mut door, 0, Some("192.0.2.2"), 1), 1);
        assert_eq!(let_in(&mut door, 3_000, Some("192.0.2.1"), 5), 1);
        assert_eq!(let_in(&mut door, 3_600_000, Some("192.0.2.1"), 5_000), 20);
    }

    #[test]
    fn a_flood_of_many_leaves_the_door_open_for_who_comes_first() {
        let mut door = Door::default();
        let mut entered = 0;
        for n in 0..200 {
            entered += let_in(&mut door, 0, Some(&format!("198.51.100.{n}")), 100);
        }
        assert_eq!(entered, 200 + 1_000, "each once, and then the shop's own pace");
        assert_eq!(let_in(&mut door, 0, Some("192.0.2.1"), 1), 1);
    }

    #[test]
    fn without_an_address_the_shops_pace_holds() {
        let mut door = Door::default();
        assert_eq!(let_in(&mut door, 0, None, 5_000), 1_000);
        assert_eq!(door.enter(0, None), Err(50));
        assert_eq!(let_in(&mut door, 1_000, None, 5_000), 20);
    }

    #[test]
    fn who_is_not_let_in_costs_no_memory() {
        let mut door = Door::default();
        for n in 0..100_000_u32 {
            let _ = door.enter(u64::from(n), Some(&n.to_string()));
        }
        assert!(door.visitors.len() < 2_500, "{}", door.visitors.len());
    }

    #[test]
    fn a_household_is_one_visitor() {
        for (address, expected) in [
            ("192.0.2.7", Some("192.0.2.7")),
            ("::ffff:192.0.2.7", Some("192.0.2.7")),
            ("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2")),
            ("2001:db8:1:2::1", Some("2001:db8:1:2")),
            ("", None),
            ("unknown", None),
        ] {
            assert_eq!(visitor(address).as_deref(), expected, "{address}");
        }
    }
}
