//! The list over all conversations, and what is asked to be sent again.

use super::*;
use crate::store::memory::Memory;
use counterbell_protocol::agent::{Standing, Undelivered};

fn shop() -> Shop<Memory> {
    let shop = Shop::new(Memory::default());
    shop.set_up(0).unwrap();
    shop
}

fn report(conversation: &str, row: u64, version: u64) -> Report {
    let undelivered = Undelivered {
        conversation: ConversationId::new(conversation),
        escalation: None,
        delivery: format!("msg_{row}"),
        event: "escalation.requested".into(),
        target: "default".into(),
        fallback: false,
        state: Standing::Failing,
        tries: u32::try_from(version).unwrap(),
        status: Some(503),
        error: None,
        since_ms: 1,
        last_ms: 2,
        next_ms: Some(3),
    };
    Report { conversation: ConversationId::new(conversation), row, version, undelivered: Some(undelivered) }
}

fn taken(conversation: &str, row: u64, version: u64) -> Report {
    Report { undelivered: None, ..report(conversation, row, version) }
}

fn listed(shop: &Shop<Memory>) -> Vec<(String, String, u32)> {
    let page = shop.undelivered(None, None).unwrap();
    let one = |one: Undelivered| (one.conversation.0, one.delivery, one.tries);
    page.undelivered.into_iter().map(one).collect()
}

fn replay(conversation: Option<&str>, delivery: Option<&str>, all: bool) -> Replay {
    Replay { conversation: conversation.map(ConversationId::new), delivery: delivery.map(str::to_owned), all }
}

#[test]
fn what_is_reported_stands_once_as_it_was_last_until_it_is_taken() {
    let shop = shop();
    let one = |conversation: &str, tries| (conversation.to_owned(), "msg_4".to_owned(), tries);
    shop.take_report(1, &report("a", 4, 1)).unwrap();
    shop.take_report(1, &report("b", 4, 1)).unwrap();
    shop.take_report(1, &report("a", 4, 2)).unwrap();
    assert_eq!(listed(&shop), [one("a", 2), one("b", 1)]);
    // Late and twice.
    shop.take_report(1, &report("a", 4, 1)).unwrap();
    assert_eq!(listed(&shop), [one("a", 2), one("b", 1)]);
    shop.take_report(1, &taken("a", 4, 3)).unwrap();
    shop.take_report(1, &report("a", 4, 2)).unwrap();
    assert_eq!(listed(&shop), [one("b", 1)]);
}

#[test]
fn what_was_taken_is_forgotten_in_time_and_what_was_not_never() {
    let shop = shop();
    shop.take_report(0, &report("a", 1, 1)).unwrap();
    shop.take_report(0, &taken("b", 1, 2)).unwrap();
    let kept = || shop.store.rows("SELECT 1 FROM undelivered", &[]).unwrap().len();
    shop.take_report(FORGET_MS, &report("c", 1, 1)).unwrap();
    assert_eq!(kept(), 3);
    shop.take_report(FORGET_MS + 1, &report("c", 1, 2)).unwrap();
    assert_eq!((kept(), listed(&shop).len()), (2, 2));
}

#[test]
fn a_list_of_any_length_is_read_page_by_page_and_hides_nothing() {
    let shop = shop();
    for n in 0..1_203 {
        shop.take_report(1, &report(&format!("c{}", n % 7), n, 1)).unwrap();
    }
    let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = shop.undelivered(after, None).unwrap();
        seen.extend(page.undelivered.into_iter().map(|one| one.delivery));
        pages += 1;
        after = page.next;
        // Meanwhile one that was read is taken (of the second page the last), another is tried again, one comes.
        let n = seen.len() as u64 - if pages == 2 { 1 } else { 2 };
        shop.take_report(1, &taken(&format!("c{}", n % 7), n, 2)).unwrap();
        shop.take_report(1, &report("c0", 0, pages + 1)).unwrap();
        shop.take_report(1, &report("late", pages, 1)).unwrap();
        if after.is_none() {
            break;
        }
    }
    let once: std::collections::HashSet<_> = seen[..1_203].iter().collect();
    assert_eq!((seen.len(), once.len(), pages), (1_205, 1_203, 3));
    let length = |limit| shop.undelivered(None, Some(limit)).unwrap().undelivered.len();
    assert_eq!((length(0), length(2), length(u64::MAX)), (1, 2, 500));
}

#[test]
fn one_a_conversation_or_all_are_asked_for_by_name() {
    let shop = shop();
    for (conversation, row) in [("a", 1), ("a", 2), ("b", 1), ("c", 1)] {
        shop.take_report(0, &report(conversation, row, 1)).unwrap();
    }
    shop.take_report(0, &taken("c", 1, 2)).unwrap();
    let check = |which: Replay, expected: u64, asked: &[(&str, &[u64])]| {
        assert_eq!(shop.ask_replay(10, &which).unwrap(), expected, "{which:?}");
        assert_eq!(shop.store.alarm_ms.get(), (expected > 0).then_some(10), "{which:?}");
        let due = shop.take_replays(10).unwrap();
        let found: Vec<_> =
            due.iter().map(|asked| (asked.conversation.as_str(), asked.rows.as_slice())).collect();
        assert_eq!(found, asked, "{which:?}");
        for asked in &due {
            shop.replay_asked(asked).unwrap();
        }
        assert_eq!(shop.store.alarm_ms.get(), None, "{which:?}");
    };
    check(replay(Some("a"), Some("msg_2"), false), 1, &[("a", &[2])]);
    check(replay(Some("a"), None, false), 2, &[("a", &[1, 2])]);
    check(replay(None, None, true), 3, &[("a", &[1, 2]), ("b", &[1])]);
    check(replay(Some("a"), Some("msg_9"), false), 0, &[]);
    check(replay(Some("c"), None, false), 0, &[]);
    for wrong in [
        replay(None, None, false),
        replay(None, Some("msg_1"), false),
        replay(None, Some("msg_1"), true),
        replay(Some("a"), None, true),
        replay(Some("a"), Some("msg_1"), true),
    ] {
        assert_eq!(shop.ask_replay(10, &wrong).unwrap_err().code, "bad_replay", "{wrong:?}");
    }
}

#[test]
fn a_conversation_that_does_not_answer_is_asked_again() {
    let shop = shop();
    shop.take_report(0, &report("a", 1, 1)).unwrap();
    shop.ask_replay(10, &replay(None, None, true)).unwrap();
    let first = shop.take_replays(10).unwrap();
    assert_eq!(shop.take_replays(10 + ASK_AGAIN_MS - 1).unwrap(), []);
    assert_eq!(shop.store.alarm_ms.get(), Some(10 + ASK_AGAIN_MS));
    let second = shop.take_replays(10 + ASK_AGAIN_MS).unwrap();
    assert_eq!((second.len(), &second[0].rows), (1, &first[0].rows));
    // The first answers late: the second is still under way.
    shop.replay_asked(&first[0]).unwrap();
    assert!(shop.store.alarm_ms.get().is_some());
    shop.replay_asked(&second[0]).unwrap();
    assert_eq!(shop.store.alarm_ms.get(), None);
}

#[test]
fn who_asks_while_it_is_under_way_is_heard() {
    let shop = shop();
    shop.take_report(0, &report("a", 1, 1)).unwrap();
    shop.ask_replay(10, &replay(None, None, true)).unwrap();
    let first = shop.take_replays(10).unwrap();
    shop.ask_replay(20, &replay(None, None, true)).unwrap();
    shop.replay_asked(&first[0]).unwrap();
    assert_eq!(shop.take_replays(20).unwrap().len(), 1);
}

#[test]
fn who_asks_is_heard_though_it_is_tried_meanwhile() {
    let shop = shop();
    shop.take_report(0, &report("a", 1, 1)).unwrap();
    shop.ask_replay(10, &replay(None, None, true)).unwrap();
    shop.take_report(10, &report("a", 1, 2)).unwrap();
    assert_eq!(shop.take_replays(10).unwrap().len(), 1);
}

#[test]
fn what_was_taken_meanwhile_is_not_asked_for() {
    let shop = shop();
    shop.take_report(0, &report("a", 1, 1)).unwrap();
    shop.ask_replay(10, &replay(None, None, true)).unwrap();
    shop.take_report(10, &taken("a", 1, 2)).unwrap();
    assert_eq!(shop.take_replays(10).unwrap(), []);
}

#[test]
fn a_flood_of_them_is_asked_in_portions_and_none_is_left_out() {
    let shop = shop();
    for n in 0..501 {
        shop.take_report(0, &report(&format!("c{n}"), 1, 1)).unwrap();
    }
    assert_eq!(shop.ask_replay(10, &replay(None, None, true)).unwrap(), 501);
    let mut portions = Vec::new();
    while shop.store.alarm_ms.get().is_some() {
        let due = shop.take_replays(10).unwrap();
        portions.push(due.len());
        for asked in &due {
            shop.replay_asked(asked).unwrap();
        }
    }
    assert_eq!(portions, [200, 200, 101]);
}
