//! What has been released stays readable: `golden/v1` holds every message as frames, desks and receivers out
//! there know it. The files are never written anew. What v1 says must be read without loss, and whatever is
//! written today must say all that v1 said, so old frames meet new edges and the other way round.

// A test fails by panicking, in its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use counterbell_protocol::agent::*;
use counterbell_protocol::frame::FrameConfig;
use counterbell_protocol::socket::{Missed, Open, Opened};
use counterbell_protocol::webhook::Delivery;
use counterbell_protocol::{ClientFrame, ServerFrame};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::PathBuf;

/// The first difference that would be missed: more may be said, never less and never otherwise.
fn lost(old: &Value, new: &Value, path: &str) -> Option<String> {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => old.iter().find_map(|(name, value)| {
            let path = format!("{path}.{name}");
            new.get(name).map_or_else(|| Some(format!("{path} is gone")), |now| lost(value, now, &path))
        }),
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            old.iter().zip(new).find_map(|(old, new)| lost(old, new, path))
        }
        _ => (old != new).then(|| format!("{path} was {old} and is {new}")),
    }
}

fn check<T: Serialize + DeserializeOwned>(group: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("golden/v1/{group}.json"));
    let released: serde_json::Map<String, Value> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(!released.is_empty());
    for (name, mut old) in released {
        let read: T = serde_json::from_value(old.clone()).unwrap_or_else(|e| panic!("{group}/{name}: {e}"));
        let new = serde_json::to_value(read).unwrap();
        assert_eq!(lost(&old, &new, ""), None, "{group}/{name}");
        // And a newer one may say more.
        if let Value::Object(fields) = &mut old {
            fields.insert("from_the_future".to_owned(), serde_json::json!({"deep": [1]}));
        }
        assert!(serde_json::from_value::<T>(old).is_ok(), "{group}/{name} with a new field");
    }
}

#[test]
fn a_frame_of_v1_is_understood_and_understands() {
    check::<ClientFrame>("client");
    check::<ServerFrame>("server");
    check::<Missed>("missed");
    check::<Open>("open");
    check::<Opened>("opened");
    check::<FrameConfig>("frame_config");
    assert_eq!(counterbell_protocol::SUBPROTOCOL, "counterbell.1");
}

#[test]
fn a_desk_of_v1_is_understood_and_understands() {
    check::<Claim>("claim");
    check::<Claimed>("claimed");
    check::<ClaimRefused>("claim_refused");
    check::<Held>("held");
    check::<Reply>("reply");
    check::<Replied>("replied");
    check::<Note>("note");
    check::<Transfer>("transfer");
    check::<People>("people");
    check::<Escalations>("escalations");
    check::<Transcript>("transcript");
    check::<FeedFrame>("feed");
}

#[test]
fn a_receiver_of_v1_understands_the_webhook() {
    check::<Delivery>("webhook");
}

#[test]
fn what_would_be_missed_is_seen() {
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    for (old, new, missed) in [
        (r#"{"a":1}"#, r#"{"a":1,"b":2}"#, false),
        (r#"{"a":1,"b":2}"#, r#"{"a":1}"#, true),
        (r#"{"a":{"b":[{"c":1}]}}"#, r#"{"a":{"b":[{"c":"1"}]}}"#, true),
        (r#"{"a":[1,2]}"#, r#"{"a":[1]}"#, true),
    ] {
        assert_eq!(lost(&json(old), &json(new), "").is_some(), missed, "{old} {new}");
    }
}
