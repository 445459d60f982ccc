//! Golden JSON for every message: what is on the wire today must be readable for ever.
//!
//! A sample is read, written again and compared with its file. `UPDATE=1 cargo test -p counterbell-protocol`
//! writes the files anew; look at the difference before you commit it.

// A test fails by panicking, in its helpers too.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use counterbell_protocol::agent::{FeedFrame, Replayed};
use counterbell_protocol::{ClientFrame, EventBody, ServerFrame};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Debug;
use std::path::PathBuf;

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(group: &str, samples: Vec<(&str, T)>) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(format!("{group}.json"));
    let mut written = serde_json::Map::new();
    for (name, sample) in &samples {
        written.insert((*name).to_owned(), serde_json::to_value(sample).unwrap());
    }
    if std::env::var_os("UPDATE").is_some() {
        let text = serde_json::to_string_pretty(&Value::Object(written.clone())).unwrap();
        std::fs::write(&path, text + "\n").unwrap();
    }
    let golden: serde_json::Map<String, Value> =
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(written, golden, "{group}: run with UPDATE=1 if this change is meant");
    for (name, sample) in &samples {
        let read: T = serde_json::from_value(golden[*name].clone()).unwrap();
        assert_eq!(read, *sample, "{group}/{name}");
    }
}

#[test]
fn what_the_shopper_sends() {
    check("client", samples::client());
}

#[test]
fn what_the_shopper_gets() {
    check("server", samples::server());
    check("missed", vec![("missed", samples::missed())]);
}

#[test]
fn what_opens_a_conversation() {
    check("open", vec![("open", samples::open())]);
    check("opened", vec![("opened", samples::opened())]);
}

#[test]
fn what_a_desk_sends_and_gets() {
    check("claim", vec![("claim", samples::claim())]);
    check("claimed", vec![("claimed", samples::claimed())]);
    check("claim_refused", vec![("claim_refused", samples::claim_refused())]);
    check("held", vec![("held", samples::held())]);
    check("reply", vec![("reply", samples::reply())]);
    check("replied", vec![("replied", samples::replied())]);
    check("note", vec![("note", samples::note())]);
    check("transfer", vec![("transfer", samples::transfer())]);
    check("people", vec![("people", samples::people())]);
    check("escalations", vec![("escalations", samples::escalations())]);
    check("undelivered", vec![("undelivered", samples::undelivered())]);
    check("replay", samples::replay());
    check("replayed", vec![("replayed", Replayed { replayed: 3 })]);
    check("budget", vec![("budget", samples::budget())]);
    check("transcript", vec![("transcript", samples::transcript())]);
    check("feed", samples::feed());
}

#[test]
fn what_a_webhook_carries() {
    check("webhook", samples::webhook());
}

#[test]
fn what_the_frame_is_told() {
    check("frame_config", vec![("frame_config", samples::frame_config())]);
    check("shop_words", vec![("shop_words", samples::shop_words())]);
}

#[test]
fn what_is_unknown_is_skipped_and_what_is_new_is_ignored() {
    let from_the_future = r#"{"type":"hologram","x":1}"#;
    assert_eq!(serde_json::from_str::<ServerFrame>(from_the_future).unwrap(), ServerFrame::Unknown);
    assert_eq!(serde_json::from_str::<ClientFrame>(from_the_future).unwrap(), ClientFrame::Unknown);
    assert_eq!(serde_json::from_str::<EventBody>(from_the_future).unwrap(), EventBody::Unknown);
    assert_eq!(serde_json::from_str::<FeedFrame>(from_the_future).unwrap(), FeedFrame::Unknown);
    let more = r#"{"type":"accepted","id":"m1","since":"2031"}"#;
    assert!(matches!(serde_json::from_str(more).unwrap(), ServerFrame::Accepted { .. }));
}
