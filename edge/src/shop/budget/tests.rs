//! Tills and the one count behind them.

use super::*;
use crate::store::memory::Memory;

/// Some midnight.
const MIDNIGHT_MS: u64 = 20_000 * DAY_MS;

fn assistant(answers_a_minute: u32, answers_a_day: u32) -> Assistant {
    Assistant { answers_a_minute, answers_a_day, ..Assistant::default() }
}

fn shop() -> Shop<Memory> {
    let shop = Shop::new(Memory::default());
    shop.set_up(0).unwrap();
    shop
}

/// How many of `tries` are let through at that moment.
fn taken(till: &mut Till, now_ms: u64, assistant: &Assistant, tries: u32) -> usize {
    (0..tries).filter(|_| till.take(now_ms, assistant).is_ok()).count()
}

fn tell(till: &mut Till, shop: &Shop<Memory>, now_ms: u64) {
    while let Some(spent) = till.tell(now_ms) {
        till.told(shop.spend(now_ms, spent).unwrap());
    }
}

#[test]
fn one_isolate_never_goes_beyond_it_whenever_it_tells() {
    let shop = shop();
    let assistant = assistant(5, 8);
    let mut till = Till::default();
    assert_eq!(taken(&mut till, MIDNIGHT_MS, &assistant, 3), 3);
    // Told, and not yet answered: it counts all the same.
    let telling = till.tell(MIDNIGHT_MS).unwrap();
    assert_eq!(taken(&mut till, MIDNIGHT_MS, &assistant, 9), 2);
    assert_eq!(till.tell(MIDNIGHT_MS), None, "one at a time");
    till.told(shop.spend(MIDNIGHT_MS, telling).unwrap());
    assert_eq!(taken(&mut till, MIDNIGHT_MS, &assistant, 9), 0);
    tell(&mut till, &shop, MIDNIGHT_MS);
    assert_eq!(taken(&mut till, MIDNIGHT_MS + 59_999, &assistant, 9), 0);
    assert_eq!(taken(&mut till, MIDNIGHT_MS + 60_000, &assistant, 9), 3, "a new minute, the rest of the day");
    assert_eq!(taken(&mut till, MIDNIGHT_MS + 120_000, &assistant, 9), 0);
    assert_eq!(taken(&mut till, MIDNIGHT_MS + DAY_MS, &assistant, 9), 5, "a new day");
}

#[test]
fn what_one_isolate_spends_another_has_not() {
    let shop = shop();
    let assistant = assistant(1_000, 10);
    let (mut one, mut other) = (Till::default(), Till::default());
    assert!(one.knows_nothing());
    assert_eq!(taken(&mut one, MIDNIGHT_MS, &assistant, 6), 6);
    tell(&mut one, &shop, MIDNIGHT_MS);
    // One that has just started asks before it lets anybody through.
    tell(&mut other, &shop, MIDNIGHT_MS);
    assert!(!other.knows_nothing());
    assert_eq!(taken(&mut other, MIDNIGHT_MS, &assistant, 9), 4);
    assert_eq!(taken(&mut one, MIDNIGHT_MS, &assistant, 1), 1, "begun before it was heard of");
    tell(&mut other, &shop, MIDNIGHT_MS);
    tell(&mut one, &shop, MIDNIGHT_MS);
    assert_eq!(taken(&mut one, MIDNIGHT_MS, &assistant, 9), 0);
    let day = shop.spend(MIDNIGHT_MS, Spent::default()).unwrap().day;
    assert_eq!((day.asked, day.refused), (11, 5));
}

#[test]
fn what_could_not_be_told_still_counts_and_is_told_later() {
    let shop = shop();
    let assistant = assistant(10, 10);
    let mut till = Till::default();
    assert_eq!(taken(&mut till, MIDNIGHT_MS, &assistant, 3), 3);
    till.tell(MIDNIGHT_MS).unwrap();
    till.not_told();
    assert_eq!(taken(&mut till, MIDNIGHT_MS, &assistant, 4), 4);
    // Its teller is gone without a word.
    till.tell(MIDNIGHT_MS).unwrap();
    assert_eq!(till.tell(MIDNIGHT_MS + TELLING_MS - 1), None);
    tell(&mut till, &shop, MIDNIGHT_MS + TELLING_MS);
    assert_eq!(shop.spent(MIDNIGHT_MS).unwrap().day.asked, 7);
    assert_eq!(taken(&mut till, MIDNIGHT_MS, &assistant, 9), 3);
}

#[test]
fn the_first_refusal_of_a_minute_is_known_as_such() {
    let assistant = assistant(1, 10);
    let mut till = Till::default();
    let mut take = |now_ms| till.take(now_ms, &assistant);
    assert_eq!((take(MIDNIGHT_MS), take(MIDNIGHT_MS), take(MIDNIGHT_MS)), (Ok(()), Err(0), Err(1)));
    let next_ms = MIDNIGHT_MS + MINUTE_MS;
    assert_eq!((take(next_ms), take(next_ms)), (Ok(()), Err(0)));
}
