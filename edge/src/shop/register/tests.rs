//! The list, the places in it, and the second clock.

use super::*;
use crate::shop::Secrets;
use crate::shop::settings::Push;
use crate::store::memory::Memory;
use std::collections::HashSet;

fn shop() -> Shop<Memory> {
    let shop = Shop::new(Memory::default());
    assert!(!shop.is_set_up().unwrap());
    shop.set_up(0).unwrap();
    shop
}

fn told(id: &str, since_ms: u64, epoch: u64, owner: Owner) -> Registration {
    Registration {
        conversation: ConversationId::new(format!("c-{id}")),
        escalation: EscalationId::new(id),
        queue: "default".into(),
        priority: 0,
        since_ms,
        deadline_ms: since_ms + 1,
        owner,
        held_by: None,
        epoch,
    }
}

#[test]
fn positions_follow_the_time_of_asking_and_skip_those_who_are_served() {
    let shop = shop();
    for (id, since_ms) in [("b", 20), ("a", 10), ("c", 30)] {
        shop.register(100, &told(id, since_ms, 2, Owner::Waiting)).unwrap();
    }
    let position = |id: &str| shop.queue_status(100, &EscalationId::new(id)).unwrap().position;
    assert_eq!((position("a"), position("b"), position("c")), (Some(1), Some(2), Some(3)));
    shop.register(100, &told("a", 10, 3, Owner::Person)).unwrap();
    assert_eq!((position("a"), position("b"), position("c")), (None, Some(1), Some(2)));
    // It lapses: back at its old place.
    shop.register(100, &told("a", 10, 4, Owner::Waiting)).unwrap();
    assert_eq!((position("a"), position("b")), (Some(1), Some(2)));
}

#[test]
fn a_wait_that_ends_before_it_begins_is_not_told() {
    let shop = shop();
    let wait = |low, high| People { wait_low_s: low, wait_high_s: high, ..People::default() };
    for (low, high) in [(None, None), (Some(60), None), (None, Some(60)), (Some(60), Some(60))] {
        shop.set_people(0, &wait(low, high)).unwrap();
    }
    assert_eq!(shop.set_people(0, &wait(Some(61), Some(60))).unwrap_err().code, "bad_people");
    assert_eq!(shop.people(0).unwrap().unwrap().wait_low_s, Some(60));
}

#[test]
fn a_list_of_any_length_is_read_page_by_page_and_hides_nothing() {
    let shop = shop();
    let one = |n: u64, epoch: u64, owner: Owner| {
        let priority = i32::from(n % 100 == 7);
        Registration { priority, ..told(&format!("e{n}"), n / 3, epoch, owner) }
    };
    for n in 0..1_203 {
        shop.register(100, &one(n, 2, Owner::Waiting)).unwrap();
    }
    let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = shop.open_escalations(after.as_ref(), None).unwrap();
        seen.extend(page.escalations);
        pages += 1;
        let Some(next) = page.next else { break };
        // What a page ends with may be over when the next is asked for.
        let n = next.as_str()[1..].parse().unwrap();
        shop.register(100, &one(n, 3, Owner::Closed)).unwrap();
        after = Some(next);
    }
    let ids: std::collections::HashSet<_> = seen.iter().map(|one| one.escalation.clone()).collect();
    assert_eq!((seen.len(), ids.len(), pages), (1_203, 1_203, 3));
    assert!(seen.is_sorted_by_key(|one| (-one.priority, one.since_ms)));
    assert!(seen[..12].iter().all(|one| one.priority == 1));
    // Everybody who waits has a place, however long the line is.
    let last = seen.last().unwrap().escalation.clone();
    assert_eq!(shop.queue_status(100, &last).unwrap().position, Some(1_201));
}

#[test]
fn pages_are_of_the_length_asked_for() {
    let shop = shop();
    for n in 0..5 {
        shop.register(100, &told(&format!("e{n}"), n, 2, Owner::Waiting)).unwrap();
    }
    let lengths = |limit| shop.open_escalations(None, Some(limit)).unwrap().escalations.len();
    assert_eq!((lengths(0), lengths(2), lengths(5), lengths(u64::MAX)), (1, 2, 5, 5));
    assert_eq!(shop.open_escalations(None, Some(5)).unwrap().next, None);
    let unknown = shop.open_escalations(Some(&EscalationId::new("made-up")), None);
    assert_eq!(unknown.unwrap_err().code, "bad_after");
}

#[test]
fn those_who_wait_are_told_their_place_in_their_own_queue() {
    let shop = shop();
    for (id, queue) in [("a", "default"), ("b", "returns"), ("c", "default"), ("d", "returns")] {
        let since_ms = u64::from(id.as_bytes()[0]);
        let one = Registration { queue: queue.into(), ..told(id, since_ms, 2, Owner::Waiting) };
        shop.register(100, &one).unwrap();
    }
    let line = shop.line(100, 3).unwrap();
    let places: Vec<_> =
        line.iter().map(|(one, status)| (one.escalation.as_str(), status.position)).collect();
    assert_eq!(places, [("a", Some(1)), ("b", Some(1)), ("c", Some(2))]);
    for (one, status) in &line {
        assert_eq!(shop.queue_status(100, &one.escalation).unwrap(), *status);
    }
}

#[test]
fn news_that_comes_late_changes_nothing() {
    let shop = shop();
    shop.register(1, &told("a", 1, 3, Owner::Closed)).unwrap();
    shop.register(2, &told("a", 1, 2, Owner::Waiting)).unwrap();
    assert!(shop.open_escalations(None, None).unwrap().escalations.is_empty());
}

#[test]
fn the_second_clock_finds_what_is_open_each_minute() {
    let shop = shop();
    shop.register(0, &told("a", 0, 2, Owner::Waiting)).unwrap();
    assert_eq!(shop.store.alarm_ms.get(), Some(POKE_MS));
    assert!(shop.take_pokes(POKE_MS - 1).unwrap().is_empty());
    assert_eq!(shop.take_pokes(POKE_MS).unwrap(), [ConversationId::new("c-a")]);
    assert!(shop.take_pokes(POKE_MS).unwrap().is_empty());
    assert_eq!(shop.take_pokes(2 * POKE_MS).unwrap().len(), 1);
    shop.register(2 * POKE_MS, &told("a", 0, 3, Owner::Closed)).unwrap();
    assert_eq!(shop.store.alarm_ms.get(), None);
}

#[test]
fn a_new_agent_key_has_every_open_escalation_looked_at_at_once() {
    let shop = shop();
    shop.register(0, &told("a", 0, 2, Owner::Waiting)).unwrap();
    let id = ShopId::new("s");
    let push = |now_ms: u64, key: Option<&str>| {
        let secrets = Secrets { agent_key: key.map(str::to_owned), ..Secrets::default() };
        let settings = "id = \"s\"\nname = \"S\"\norigins = [\"https://s.example\"]".to_owned();
        shop.push(now_ms, &id, "https://e.example", &Push { settings, secrets, help: Vec::new() }).unwrap();
        shop.take_pokes(now_ms).unwrap().len()
    };
    assert_eq!(push(10, Some("an agent key, the first")), 1);
    assert_eq!((push(20, None), push(30, Some("an agent key, the first"))), (0, 0), "the key is the same");
    assert_eq!(push(40, Some("an agent key, the second")), 1);
    assert_eq!(push(50, Some("")), 1, "taken away");
}

#[test]
fn the_cron_looks_at_each_shop_in_turn_and_at_a_new_one_first() {
    let directory = shop();
    let name = |n: u64| ShopId::new(format!("shop-{n:04}"));
    let count = 2 * LOOKED_AT + 1;
    (0..count).for_each(|n| directory.add_member(&name(n)).unwrap());
    let newcomer = ShopId::new("the-new-one");
    let mut runs: Vec<Vec<ShopId>> = Vec::new();
    for minute in 1..=9 {
        let taken = directory.take_members(minute * POKE_MS).unwrap();
        assert_eq!(taken.len() as u64, LOOKED_AT);
        assert!(minute != 5 || taken.contains(&newcomer), "it goes before those that were looked at");
        runs.push(taken);
        if minute >= 4 {
            directory.add_member(&newcomer).unwrap();
        }
        // Adding one that is there does not bring it forward.
        directory.add_member(&name(0)).unwrap();
    }
    // Three runs go round.
    for (first, three) in runs.windows(3).enumerate() {
        let looked: HashSet<_> = three.iter().flatten().collect();
        let there = if first + 3 >= 5 { count + 1 } else { count };
        assert_eq!(looked.len() as u64, there, "from run {first} on");
    }
}

#[test]
fn what_the_queue_said_is_forgotten_in_time() {
    let shop = shop();
    let people = People { online: Some(2), ttl_s: Some(10), ..People::default() };
    shop.set_people(1_000, &people).unwrap();
    assert_eq!(shop.people(10_999).unwrap(), Some(people));
    assert_eq!(shop.people(11_000).unwrap(), None);
}
