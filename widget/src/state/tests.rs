//! The conversation under what a real line does: repeats, gaps, resumed drafts, refusals, newer edges.

use super::*;
use counterbell_protocol::event::{Author, Contact, Rating};
use counterbell_protocol::{MessageId, Owner, ServerFrame};

const NOW: u64 = 1_000_000;

fn frames(lines: &[&str]) -> (Chat, Vec<Effect>) {
    let mut chat = Chat::default();
    let effects = feed(&mut chat, lines);
    (chat, effects)
}

fn feed(chat: &mut Chat, lines: &[&str]) -> Vec<Effect> {
    let read = |line: &&str| serde_json::from_str::<ServerFrame>(line).expect(line);
    lines.iter().map(read).flat_map(|frame| chat.apply(frame, NOW)).collect()
}

fn said(seq: u64, id: &str, from: &str, text: &str) -> String {
    format!(
        r#"{{"type":"event","seq":{seq},"at_ms":{seq}000,"event":{{"type":"message","id":"{id}","from":"{from}","text":"{text}"}}}}"#
    )
}

fn owner(seq: u64, owner: &str, cause: &str, more: &str) -> String {
    format!(
        r#"{{"type":"event","seq":{seq},"at_ms":{seq}000,"event":{{"type":"owner","owner":"{owner}","epoch":{seq},"cause":"{cause}"{more}}}}}"#
    )
}

fn ready(seq: u64, owner: &str) -> String {
    format!(r#"{{"type":"ready","seq":{seq},"owner":"{owner}","epoch":1,"now_ms":1000500}}"#)
}

fn delta(id: &str, offset: u64, text: &str) -> String {
    format!(r#"{{"type":"delta","message":"{id}","offset":{offset},"text":"{text}"}}"#)
}

fn texts(chat: &Chat) -> Vec<String> {
    chat.entries()
        .map(|entry| match entry.what {
            What::Said(said) => format!("{}: {}", entry.key, said.text),
            What::Note(note) => format!("{note:?}"),
        })
        .collect()
}

fn id(text: &str) -> MessageId {
    MessageId::new(text)
}

#[test]
fn events_are_taken_once_and_in_order() {
    let (a, b, c) =
        (said(1, "a", "shopper", "1"), said(2, "b", "assistant", "2"), said(3, "c", "shopper", "3"));
    let (chat, _) = frames(&[&a, &b, &a, &b, &c, &ready(3, "assistant")]);
    assert_eq!(texts(&chat), ["a: 1", "b: 2", "c: 3"]);
    assert!(chat.live);
    assert_eq!(chat.clock_ahead_ms, 500);
}

#[test]
fn events_that_come_together_are_taken_like_single_ones() {
    let bare = |line: &str| line.replace(r#""type":"event","#, "");
    let [a, b] = [said(1, "a", "shopper", "1"), said(2, "b", "assistant", "2")].map(|line| bare(&line));
    let together = format!(r#"{{"type":"events","events":[{a},{b},{a}]}}"#);
    let (chat, effects) = frames(&[&together, &ready(2, "assistant")]);
    assert_eq!((texts(&chat), effects), (vec!["a: 1".to_owned(), "b: 2".to_owned()], vec![Effect::Outbox]));
}

#[test]
fn a_gap_is_asked_for_and_not_guessed() {
    let mut chat = Chat::default();
    assert_eq!(feed(&mut chat, &[&said(2, "b", "assistant", "2")]), [Effect::Gap]);
    assert_eq!(feed(&mut chat, &[&ready(2, "assistant")]), [Effect::Gap]);
    assert_eq!((chat.seq, chat.live, chat.len()), (0, false, 0));
}

#[test]
fn history_is_read_in_silence_and_news_are_told() {
    let old = said(1, "a", "assistant", "old");
    let mine = said(2, "b", "shopper", "old too");
    let (mut chat, effects) = frames(&[&old, &mine, &ready(2, "assistant")]);
    assert_eq!(effects, [Effect::Outbox], "kept once, whatever was in the history");
    let effects = feed(&mut chat, &[&said(3, "c", "person", "new"), &old]);
    let heard = Effect::Heard { seq: 3, from: Author::Person, name: None, text: "new".to_owned() };
    assert_eq!(effects, [heard]);
}

#[test]
fn what_the_shopper_says_is_there_at_once_and_stays_one_line() {
    let (mut chat, _) = frames(&[&ready(0, "assistant")]);
    chat.say(id("a"), "hello".to_owned(), None, NOW);
    let delivery = |chat: &Chat| match chat.entry("a").unwrap().what {
        What::Said(said) => said.delivery,
        What::Note(_) => panic!("a note"),
    };
    assert_eq!(delivery(&chat), Delivery::Outgoing(outbox::SendState::Sending));
    feed(&mut chat, &[r#"{"type":"accepted","id":"a"}"#]);
    assert_eq!(delivery(&chat), Delivery::Outgoing(outbox::SendState::Accepted));
    assert_eq!(chat.outbox.due().count(), 0);
    let effects = feed(&mut chat, &[&said(1, "a", "shopper", "hello")]);
    assert_eq!(effects, [Effect::Outbox]);
    assert_eq!(delivery(&chat), Delivery::Committed);
    assert_eq!(texts(&chat), ["a: hello"]);
}

#[test]
fn a_refused_token_does_not_trouble_the_shopper() {
    let (mut chat, _) = frames(&[&ready(0, "assistant")]);
    chat.identify(id("i"), "token".to_owned(), NOW);
    let effects = feed(&mut chat, &[r#"{"type":"refused","id":"i","code":"bad_identity","detail":"x"}"#]);
    assert_eq!(effects, [Effect::Outbox, Effect::NotIdentified { code: "bad_identity".to_owned() }]);
    assert!(chat.outbox.items().is_empty());
}

#[test]
fn a_refused_message_stays_with_its_reason() {
    let mut chat = Chat::default();
    chat.say(id("a"), "hello".to_owned(), None, NOW);
    let effects = feed(&mut chat, &[r#"{"type":"refused","id":"a","code":"too_fast","detail":"x"}"#]);
    assert_eq!(effects, [Effect::Outbox]);
    let failed = outbox::SendState::Failed(outbox::Failure::TooFast);
    assert_eq!(chat.outbox.items()[0].state, failed);
    chat.outbox.retry(&id("a"));
    assert_eq!(chat.outbox.due().count(), 1);
    chat.ask_person(id("p"), NOW);
    let effects = feed(&mut chat, &[r#"{"type":"refused","id":"p","code":"nope","detail":"x"}"#]);
    assert_eq!(effects, [Effect::Outbox, Effect::Refused { code: "nope".to_owned() }]);
}

#[test]
fn for_a_refused_message_no_answer_is_due() {
    let (mut chat, _) = frames(&[&ready(0, "assistant")]);
    let refused = r#"{"type":"refused","id":"b","code":"too_fast","detail":"x"}"#;
    chat.say(id("b"), "hello".to_owned(), None, NOW);
    assert!(chat.answer_due());
    feed(&mut chat, &[refused]);
    assert!(!chat.answer_due() && !chat.tick(NOW + chat::ANSWER_DUE_MS), "nobody writes");
    // The answer to what was taken before is due all the same.
    chat.say(id("a"), "hello".to_owned(), None, NOW);
    feed(&mut chat, &[&said(1, "a", "shopper", "hello")]);
    chat.outbox.retry(&id("b"));
    feed(&mut chat, &[refused]);
    assert!(chat.answer_due());
}

#[test]
fn a_draft_grows_is_replaced_beyond_its_offset_and_becomes_the_message() {
    let (mut chat, _) = frames(&[&ready(0, "assistant"), &delta("m", 0, "Grüße"), &delta("m", 7, " an")]);
    assert_eq!(chat.draft_held(), Some((&id("m"), 10)));
    feed(&mut chat, &[&delta("m", 7, "!")]);
    assert_eq!(chat.draft.as_ref().unwrap().text, "Grüße!");
    for (offset, reason) in [(3, "inside a character"), (99, "beyond what is here")] {
        assert_eq!(feed(&mut chat, &[&delta("m", offset, "x")]), [Effect::Gap], "{reason}");
        assert_eq!(chat.draft.as_ref().unwrap().text, "Grüße!");
    }
    feed(&mut chat, &[&said(1, "m", "assistant", "Grüße!"), &delta("m", 8, "late")]);
    assert_eq!((chat.draft.is_none(), texts(&chat)), (true, vec!["m: Grüße!".to_owned()]));
}

#[test]
fn a_dropped_draft_leaves_nothing() {
    let (mut chat, _) = frames(&[&delta("m", 0, "I have refunded")]);
    feed(&mut chat, &[r#"{"type":"dropped","message":"other"}"#]);
    assert!(chat.draft.is_some());
    feed(&mut chat, &[r#"{"type":"dropped","message":"m"}"#]);
    assert!(chat.draft.is_none());
}

#[test]
fn the_queue_is_a_fact_only_after_the_event() {
    let mut chat = Chat::default();
    chat.ask_person(id("p"), NOW);
    chat.ask_person(id("q"), NOW);
    assert_eq!(chat.outbox.due().count(), 1, "asking twice is asking once");
    feed(&mut chat, &[r#"{"type":"accepted","id":"p"}"#]);
    assert_eq!(chat.owner, Owner::Assistant);
    feed(&mut chat, &[&owner(1, "waiting", "asked", r#","deadline_ms":5000,"note":"Soon!""#)]);
    assert_eq!((chat.owner, chat.waiting.deadline_ms), (Owner::Waiting, Some(5000)));
    feed(&mut chat, &[r#"{"type":"queue","position":2}"#]);
    assert_eq!(chat.waiting.queue.position, Some(2));
}

#[test]
fn people_come_and_go() {
    let (chat, _) = frames(&[
        &owner(1, "waiting", "asked", ""),
        &owner(2, "person", "claimed", r#","name":"Ada""#),
        &said(3, "h", "person", "hi"),
        &owner(4, "waiting", "lapsed", ""),
        &owner(5, "person", "claimed", r#","name":"Ben""#),
        &owner(6, "closed", "resolved", ""),
    ]);
    let ada = || Some("Ada".to_owned());
    let ben = || Some("Ben".to_owned());
    let notes: Vec<Note> = chat
        .entries()
        .filter_map(|entry| match entry.what {
            What::Note(note) => Some(note),
            What::Said(_) => None,
        })
        .collect();
    assert_eq!(notes, [Note::Joined(ada()), Note::Lapsed(ada()), Note::Joined(ben()), Note::Resolved(ben())]);
    assert_eq!((chat.owner, chat.person), (Owner::Closed, None));
}

#[test]
fn contact_is_asked_once_and_left_once() {
    let asked = r#"{"type":"event","seq":2,"at_ms":1,"event":{"type":"contact_asked","back_at_ms":77}}"#;
    let (mut chat, _) = frames(&[&owner(1, "waiting", "asked", ""), asked]);
    assert_eq!(chat.reach, Reach::Asked { back_at_ms: Some(77) });
    let contact = Contact { reach: "a@b.example".to_owned(), name: None };
    chat.leave_contact(id("c"), contact.clone(), NOW);
    assert_eq!(chat.reach, Reach::Left(contact));
    feed(&mut chat, &[&owner(3, "person", "claimed", "")]);
    assert_eq!(chat.reach, Reach::NotAsked);
}

#[test]
fn an_answer_that_does_not_come_is_an_offer() {
    let mut chat = Chat::default();
    chat.say(id("a"), "hello".to_owned(), None, NOW);
    assert!(chat.answer_due() && chat.expects_something());
    assert!(!chat.tick(NOW + chat::ANSWER_DUE_MS - 1));
    chat.apply(serde_json::from_str(&delta("m", 0, "We")).unwrap(), NOW + 10_000);
    assert!(!chat.answer_due(), "its words are to be seen");
    assert!(!chat.tick(NOW + chat::ANSWER_DUE_MS), "a word is a sign of life");
    assert!(chat.tick(NOW + 10_000 + chat::ANSWER_DUE_MS));
    assert_eq!(chat.offer.as_ref().unwrap().reason, chat::SLOW);
    feed(&mut chat, &[&said(1, "a", "shopper", "hello")]);
    assert!(chat.offer.is_none());
}

#[test]
fn a_newer_edge_is_understood_as_far_as_possible() {
    let (chat, effects) = frames(&[
        r#"{"type":"confetti","colour":"blue"}"#,
        r#"{"type":"event","seq":1,"at_ms":1,"event":{"type":"sticker","url":"x"}}"#,
        &said(2, "a", "robot", "hm"),
        &ready(2, "assistant"),
    ]);
    assert_eq!((chat.seq, chat.len(), effects), (2, 1, vec![Effect::Outbox]));
}

#[test]
fn rows_say_where_a_day_and_a_speaker_begin() {
    let day = 86_400_000_u64;
    let at = |seq: u64, ms: u64, from: &str| {
        format!(
            r#"{{"type":"event","seq":{seq},"at_ms":{ms},"event":{{"type":"message","id":"m{seq}","from":"{from}","text":"x"}}}}"#
        )
    };
    let (chat, _) = frames(&[
        &at(1, day - 1, "shopper"),
        &at(2, day + 1, "shopper"),
        &at(3, day + 2, "shopper"),
        &at(4, day + 3, "assistant"),
    ]);
    let shown = |ahead_min| -> Vec<(bool, Option<i64>)> {
        chat.rows(0, ahead_min).into_iter().map(|row| (row.opens_group, row.new_day)).collect()
    };
    assert_eq!(shown(0), [(true, Some(0)), (true, Some(1)), (false, None), (true, None)]);
    assert_eq!(shown(60), [(true, Some(1)), (false, None), (false, None), (true, None)]);
    assert_eq!(chat.rows(3, 0).len(), 1);
}

#[test]
fn http_brings_the_same() {
    let missed = format!(
        r#"{{"events":[{}],"ready":{{"seq":1,"owner":"assistant","epoch":1,"now_ms":1000000}},"draft":{{"message":"m","offset":0,"text":"Ho"}}}}"#,
        said(1, "a", "shopper", "hi").replace(r#""type":"event","#, "")
    );
    let mut chat = Chat::default();
    chat.apply_missed(serde_json::from_str(&missed).unwrap(), NOW);
    assert_eq!(texts(&chat), ["a: hi", "m: "]);
    assert_eq!(chat.draft.as_ref().unwrap().text, "Ho");
    chat.rate(id("r"), Rating { solved: true, comment: None }, NOW);
    assert!(chat.rating.is_some());
}

#[test]
fn contacts_are_judged_by_their_looks() {
    for (text, expected) in [
        ("a@b.example", true),
        (" +49 (30) 123-456 ", true),
        ("a@b", false),
        ("call me", false),
        ("123", false),
        ("a b@c.example", false),
        ("", false),
    ] {
        assert_eq!(doing::is_reachable(text), expected, "{text}");
    }
}
