//! What is erased is gone, whoever has a part of it is told, and nothing comes back.

use super::delivery::{accept_all, attempt, next, record, states};
use super::*;
use crate::conversation::outbox::UNDER_WAY_MS;
use crate::store::{Row, Store, Value};
use counterbell_protocol::agent::Note;
use counterbell_protocol::event::{Contact, Rating};
use counterbell_protocol::webhook::{Delivery, What};

fn erase(bench: &Bench) -> Effects {
    bench.with(|core, cx| core.erase(cx)).unwrap()
}

/// Everything that is stored, of all tables.
pub fn stored(bench: &Bench) -> String {
    let rows = |sql: &str| bench.core.store.rows(sql, &[]).unwrap();
    let tables = rows("SELECT name FROM sqlite_master WHERE type = 'table'");
    let texts = |Row(cells): Row| cells.into_iter().filter_map(text).collect::<Vec<_>>().join(" ");
    let all = tables.iter().flat_map(|table| rows(&format!("SELECT * FROM {}", table.text(0).unwrap())));
    all.map(texts).collect::<Vec<_>>().join("\n")
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// A conversation in which everybody said something secret, and nothing was delivered yet.
fn long_talk() -> (Bench, String) {
    let bench = Bench::new(SHOP);
    let page = Page { url: Some("https://shop.example/secret-page".into()), ..Page::default() };
    let first =
        ClientFrame::Say { id: MessageId::new("m1"), text: "a secret question".into(), page: Some(page) };
    let turn = bench.send(first).unwrap().answer.unwrap();
    bench.finish(&turn, &Finished { text: "a secret answer".into(), grounded: true, ..Finished::default() });
    bench.ask_person();
    bench.say("m2", "a secret for a person");
    let contact = Contact { reach: "secret@mail.example".into(), name: Some("Secret Name".into()) };
    bench.send(ClientFrame::LeaveContact { id: MessageId::new("k1"), contact }).unwrap();
    let claim = bench.claim("Ada").unwrap().claim;
    let note = Note { claim: claim.clone(), text: "a secret note".into() };
    bench.with(|core, cx| core.note(cx, &note)).unwrap();
    bench.reply(&claim, "r1", "a secret reply").unwrap();
    (bench, claim)
}

#[test]
fn nothing_that_was_said_is_left() {
    let (bench, claim) = long_talk();
    let mut taken = attempt(bench.now_ms.get(), Some(500), None);
    taken.answer = Some("a secret of the receiver".into());
    bench.core.record_attempt(&next(&bench).unwrap(), &taken, 0.5).unwrap();
    for secret in
        ["question", "answer", "person", "mail.example", "Name", "note", "reply", "page", "receiver"]
    {
        assert!(stored(&bench).contains(secret), "{secret}");
    }
    erase(&bench);
    let left = stored(&bench).to_lowercase();
    assert!(!left.contains("secret") && !left.contains("ada") && !left.contains(&claim), "{left}");
}

#[test]
fn whoever_was_sent_a_part_is_told_and_no_other() {
    let bench = Bench::new(SHOP);
    bench.say("m1", "nobody was asked for");
    erase(&bench);
    assert_eq!(states(&bench), []);

    let bench = Bench::new(SHOP);
    bench.ask_person();
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(500));
    // The fallback gets it after a minute.
    bench.pass_ms(60_000);
    bench.tick();
    erase(&bench);
    let pending = || ("erased".to_owned(), "pending".to_owned());
    assert_eq!(states(&bench), [pending(), pending()]);
    let lanes: Vec<Lane> = bench.core.deliveries().unwrap().into_iter().map(|row| row.lane).collect();
    assert!(lanes.contains(&Lane::Fallback("default".into())), "{lanes:?}");
    let due = next(&bench).unwrap();
    let delivery: Delivery = serde_json::from_str(&due.body).unwrap();
    let What::Erased(about) = delivery.what else { panic!("{delivery:?}") };
    assert_eq!((about.shop.as_str(), about.conversation.as_str()), ("demo", "c1"));
}

#[test]
fn the_shop_no_longer_lists_it() {
    let (bench, _) = long_talk();
    erase(&bench);
    let shop = bench.core.take_due(bench.now_ms.get()).unwrap().unwrap();
    assert_eq!(shop.lane, Lane::Shop);
    assert!(shop.body.contains("\"owner\":\"closed\""), "{}", shop.body);
}

#[test]
fn it_is_found_by_nobody_and_cannot_be_opened_again() {
    let (bench, claim) = long_talk();
    let open = About { language: Some("en".into()), ..bench.core.about().unwrap() };
    erase(&bench);
    let gone = |error: crate::error::EdgeError| assert_eq!(error.status, 404, "{error}");
    gone(bench.send(say("m9", "hello?")).unwrap_err());
    gone(bench.send(ClientFrame::AskPerson { id: MessageId::new("a9") }).unwrap_err());
    let rating = Rating { solved: true, comment: None };
    gone(bench.send(ClientFrame::Rate { id: MessageId::new("s9"), rating }).unwrap_err());
    gone(bench.claim("Bob").unwrap_err());
    gone(bench.reply(&claim, "r9", "late").unwrap_err());
    gone(bench.core.missed(0, 0).unwrap_err());
    gone(bench.core.transcript(0).unwrap_err());
    gone(bench.core.about().unwrap_err());
    bench.with(|core, cx| core.open(cx, &open)).unwrap();
    assert!(!bench.core.exists().unwrap() && bench.core.is_known().unwrap());
}

#[test]
fn the_news_does_not_overtake_an_attempt_that_is_under_way_and_nothing_of_that_is_kept() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let under_way = next(&bench).unwrap();
    erase(&bench);
    assert_eq!(next(&bench), None);
    let mut late = attempt(bench.now_ms.get(), Some(200), None);
    late.answer = Some("a secret of the receiver".into());
    bench.core.record_attempt(&under_way, &late, 0.5).unwrap();
    assert!(!stored(&bench).contains("secret"));
    bench.pass_ms(UNDER_WAY_MS);
    assert!(next(&bench).unwrap().body.contains("conversation.erased"));
}

#[test]
fn the_news_is_tried_again_and_a_target_that_is_gone_is_left_alone() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    accept_all(&bench);
    erase(&bench);
    let first = next(&bench).unwrap();
    record(&bench, &first, Some(500));
    bench.pass_ms(1_200);
    let second = next(&bench).unwrap();
    assert_eq!((&second.id, &second.body), (&first.id, &first.body));
    record(&bench, &second, Some(410));
    assert_eq!(states(&bench), [("erased".into(), "gone".into())]);
}

#[test]
fn what_was_reported_as_not_taken_is_taken_off_the_list() {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    for _ in 0..8 {
        if let Some(due) = next(&bench) {
            record(&bench, &due, Some(500));
        }
        bench.pass_ms(60_000);
    }
    erase(&bench);
    let reports = bench.core.store.rows("SELECT body FROM outbox WHERE kind = 'report'", &[]).unwrap();
    assert!(!reports.is_empty());
    assert!(reports.iter().all(|row| !row.text(0).unwrap().contains("undelivered")), "{reports:?}");
}

#[test]
fn erasing_twice_is_erasing_once() {
    let (bench, _) = long_talk();
    erase(&bench);
    let before = stored(&bench);
    erase(&bench);
    bench.tick();
    assert_eq!(stored(&bench), before);
}

#[test]
fn files_that_could_not_be_deleted_are_tried_again() {
    let (bench, _) = long_talk();
    erase(&bench);
    accept_all(&bench);
    assert!(!bench.core.files_due(bench.now_ms.get()).unwrap(), "whoever erases deletes them at once");
    for _ in 0..2 {
        let alarm_ms = bench.core.store.alarm_ms.get().unwrap();
        assert!(alarm_ms > bench.now_ms.get());
        bench.now_ms.set(alarm_ms);
        assert!(bench.core.files_due(alarm_ms).unwrap());
    }
    bench.core.files_are_gone().unwrap();
    assert_eq!(bench.core.store.alarm_ms.get(), None);
}

#[test]
fn the_mark_stays_until_all_is_done() {
    let (bench, _) = long_talk();
    let over = || bench.core.is_over().unwrap();
    assert!(!over());
    erase(&bench);
    assert!(!over(), "the news and the files");
    bench.core.files_are_gone().unwrap();
    assert!(!over(), "the news");
    bench.pass_ms(UNDER_WAY_MS);
    accept_all(&bench);
    assert!(over());
}
