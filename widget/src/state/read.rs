//! From JSON to the types of the protocol. Unknown types and fields are ignored, as everywhere on this wire.

use super::json::Json;
use super::number;
use counterbell_protocol::event::*;
use counterbell_protocol::frame::FrameConfig;
use counterbell_protocol::socket::*;
use counterbell_protocol::{ConversationId, EscalationId, Event, MessageId, ServerFrame};

pub fn server_frame(json: &Json) -> Option<ServerFrame> {
    Some(match json.get("type").str() {
        "event" => ServerFrame::Event(event(json)?),
        "events" => ServerFrame::Events { events: events(json)? },
        "ready" => ServerFrame::Ready(ready(json)?),
        "accepted" => ServerFrame::Accepted { id: message_id(json.get("id"))? },
        "refused" => ServerFrame::Refused {
            id: message_id(json.get("id")),
            code: json.get("code").text()?,
            detail: json.get("detail").str().to_owned(),
        },
        "delta" => ServerFrame::Delta(delta(json)?),
        "dropped" => ServerFrame::Dropped { message: message_id(json.get("message"))? },
        "typing" => ServerFrame::Typing { name: json.get("name").text() },
        "queue" => ServerFrame::Queue(queue(json)),
        "" => return None,
        _ => ServerFrame::Unknown,
    })
}

pub fn missed(json: &Json) -> Option<Missed> {
    let some = |name: &str| Some(json.get(name)).filter(|value| **value != Json::Null);
    Some(Missed {
        events: events(json)?,
        ready: ready(json.get("ready"))?,
        draft: some("draft").and_then(delta),
        queue: some("queue").map(queue),
    })
}

pub fn opened(json: &Json) -> Option<Opened> {
    let conversation = ConversationId(json.get("conversation").text()?);
    let token = json.get("token").text()?;
    conversation.is_well_formed().then_some(Opened { conversation, token, identity_refused: false })
}

/// Colours and the greeting are the shell's affair; what to ask is read where it is shown (`ui/log.rs`).
pub fn config(json: &Json) -> FrameConfig {
    let text = |name: &str| json.get(name).str().to_owned();
    FrameConfig {
        shop: text("shop"),
        name: text("name"),
        language: text("language"),
        origins: json.get("origins").texts(),
        image_hosts: json.get("image_hosts").texts(),
        ..FrameConfig::default()
    }
}

pub fn page(json: &Json) -> Page {
    Page {
        // A page's `location` comes as an object.
        url: json.get("url").text().or_else(|| json.get("url").get("href").text()),
        title: json.get("title").text(),
        cart_total: match json.get("cart_total") {
            Json::Number(digits) => decimal(digits),
            _ => None,
        },
        cart_items: json.get("cart_items").u32(),
        order: json.get("order").text(),
    }
}

/// Money to the cent; the standard library's float parser weighs more than all of this file.
fn decimal(digits: &str) -> Option<f64> {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let cents: String = part.chars().chain("00".chars()).take(2).collect();
    let sign = if whole.starts_with('-') { -1.0 } else { 1.0 };
    let small = |digits| u32::try_from(number::read(digits, 10)?).ok();
    let (whole, cents) = (small(whole.trim_start_matches('-'))?, small(&cents)?);
    Some(sign * (f64::from(whole) + f64::from(cents) / 100.0))
}

fn events(json: &Json) -> Option<Vec<Event>> {
    json.get("events").list().iter().map(event).collect()
}

fn event(json: &Json) -> Option<Event> {
    let body = json.get("event");
    let event = match body.get("type").str() {
        "message" => EventBody::Message(message(body)?),
        "owner" => EventBody::Owner(owner_change(body)?),
        "offer" => {
            EventBody::Offer(Offer { reason: body.get("reason").text()?, note: body.get("note").text() })
        }
        "contact" => EventBody::Contact(contact(body)?),
        "contact_asked" => EventBody::ContactAsked(ContactAsked { back_at_ms: body.get("back_at_ms").u64() }),
        "rated" => EventBody::Rated(Rating {
            solved: body.get("solved").is_true(),
            comment: body.get("comment").text(),
        }),
        _ => EventBody::Unknown,
    };
    Some(Event { seq: json.get("seq").u64()?, at_ms: json.get("at_ms").u64()?, event })
}

fn message(json: &Json) -> Option<Message> {
    let source =
        |json: &Json| Some(Source { title: json.get("title").text()?, url: json.get("url").text()? });
    Some(Message {
        id: message_id(json.get("id"))?,
        from: match json.get("from").str() {
            "shopper" => Author::Shopper,
            "assistant" => Author::Assistant,
            "person" => Author::Person,
            _ => Author::Unknown,
        },
        text: json.get("text").text()?,
        name: json.get("name").text(),
        sources: json.get("sources").list().iter().filter_map(source).collect(),
        cut: json.get("cut").is_true(),
        // `files.js` reads it: here a file is a message of its name.
        attachment: None,
    })
}

fn owner_change(json: &Json) -> Option<OwnerChange> {
    Some(OwnerChange {
        owner: owner(json.get("owner"))?,
        epoch: json.get("epoch").u64()?,
        cause: cause(json.get("cause").str()),
        escalation: json.get("escalation").text().map(EscalationId),
        name: json.get("name").text(),
        deadline_ms: json.get("deadline_ms").u64(),
        note: json.get("note").text(),
    })
}

fn owner(json: &Json) -> Option<Owner> {
    Some(match json.str() {
        "assistant" => Owner::Assistant,
        "waiting" => Owner::Waiting,
        "person" => Owner::Person,
        "closed" => Owner::Closed,
        _ => return None,
    })
}

fn cause(name: &str) -> OwnerCause {
    match name {
        "opened" => OwnerCause::Opened,
        "asked" => OwnerCause::Asked,
        "rule" => OwnerCause::Rule,
        "withdrawn" => OwnerCause::Withdrawn,
        "claimed" => OwnerCause::Claimed,
        "lapsed" => OwnerCause::Lapsed,
        "released" => OwnerCause::Released,
        "transferred" => OwnerCause::Transferred,
        "resolved" => OwnerCause::Resolved,
        "ended" => OwnerCause::Ended,
        "reopened" => OwnerCause::Reopened,
        _ => OwnerCause::Unknown,
    }
}

pub(super) fn contact(json: &Json) -> Option<Contact> {
    Some(Contact { reach: json.get("reach").text()?, name: json.get("name").text() })
}

fn ready(json: &Json) -> Option<Ready> {
    Some(Ready {
        seq: json.get("seq").u64()?,
        owner: owner(json.get("owner"))?,
        epoch: json.get("epoch").u64()?,
        now_ms: json.get("now_ms").u64()?,
    })
}

fn delta(json: &Json) -> Option<Delta> {
    Some(Delta {
        message: message_id(json.get("message"))?,
        offset: json.get("offset").u64()?,
        text: json.get("text").text()?,
    })
}

fn queue(json: &Json) -> QueueStatus {
    QueueStatus {
        position: json.get("position").u32(),
        wait_low_s: json.get("wait_low_s").u32(),
        wait_high_s: json.get("wait_high_s").u32(),
        people_online: json.get("people_online").u32(),
    }
}

pub(super) fn message_id(json: &Json) -> Option<MessageId> {
    json.text().map(MessageId)
}

#[cfg(test)]
mod tests {
    use super::super::json::parse;
    use super::*;

    const FRAMES: &[&str] = &[
        r#"{"type":"event","seq":1,"at_ms":9,"event":{"type":"message","id":"a","from":"assistant","text":"hi","sources":[{"title":"T","url":"/u"}],"cut":true}}"#,
        r#"{"type":"event","seq":2,"at_ms":9,"event":{"type":"message","id":"b","from":"person","name":"Ada","text":"ho"}}"#,
        r#"{"type":"event","seq":3,"at_ms":9,"event":{"type":"owner","owner":"waiting","epoch":2,"cause":"asked","escalation":"e","deadline_ms":77,"note":"n"}}"#,
        r#"{"type":"event","seq":4,"at_ms":9,"event":{"type":"owner","owner":"person","epoch":3,"cause":"claimed","name":"Ada"}}"#,
        r#"{"type":"event","seq":5,"at_ms":9,"event":{"type":"owner","owner":"assistant","epoch":4,"cause":"something_new"}}"#,
        r#"{"type":"event","seq":6,"at_ms":9,"event":{"type":"offer","reason":"anger","note":"x"}}"#,
        r#"{"type":"event","seq":7,"at_ms":9,"event":{"type":"contact","reach":"a@b.c","name":null}}"#,
        r#"{"type":"event","seq":8,"at_ms":9,"event":{"type":"contact_asked","back_at_ms":5}}"#,
        r#"{"type":"event","seq":9,"at_ms":9,"event":{"type":"rated","solved":true,"comment":"c"}}"#,
        r#"{"type":"event","seq":10,"at_ms":9,"event":{"type":"sticker","x":1}}"#,
        r#"{"type":"ready","seq":10,"owner":"closed","epoch":4,"now_ms":123,"more":[]}"#,
        r#"{"type":"accepted","id":"a"}"#,
        r#"{"type":"refused","code":"too_long","detail":"d"}"#,
        r#"{"type":"refused","id":"a","code":"too_long","detail":"d"}"#,
        r#"{"type":"delta","message":"m","offset":3,"text":"é\n"}"#,
        r#"{"type":"dropped","message":"m"}"#,
        r#"{"type":"typing"}"#,
        r#"{"type":"typing","name":"Ada"}"#,
        r#"{"type":"queue","position":2,"wait_low_s":60}"#,
        r#"{"type":"confetti"}"#,
        r#"{"type":"events","events":[{"seq":2,"at_ms":9,"event":{"type":"rated","solved":true}},{"seq":3,"at_ms":9,"event":{"type":"sticker"}}]}"#,
    ];

    #[test]
    fn reads_every_frame_as_the_protocol_does() {
        for text in FRAMES {
            let theirs: ServerFrame = serde_json::from_str(text).expect(text);
            assert_eq!(server_frame(&parse(text).expect(text)), Some(theirs), "{text}");
        }
    }

    #[test]
    fn what_is_no_frame_is_nothing() {
        for text in ["{}", "[]", "7", r#"{"type":7}"#, r#"{"type":"ready","seq":"1"}"#, r#"{"type":"delta"}"#]
        {
            assert_eq!(server_frame(&parse(text).expect(text)), None, "{text}");
        }
    }

    #[test]
    fn reads_what_was_missed_the_config_and_the_page() {
        let text = format!(
            r#"{{"events":[{}],"ready":{},"draft":{},"queue":{{"position":1}}}}"#,
            FRAMES[0], FRAMES[10], FRAMES[14]
        );
        let theirs: Missed = serde_json::from_str(&text).unwrap();
        assert_eq!(missed(&parse(&text).unwrap()), Some(theirs));
        let written = FrameConfig {
            shop: "demo".into(),
            origins: vec!["https://a.example".into()],
            name: "Demo".into(),
            ..FrameConfig::default()
        };
        let text = serde_json::to_string(&written).unwrap();
        assert_eq!(config(&parse(&text).unwrap()), written);
        let text = r#"{"url":"/a","cart_total":12.5,"cart_items":2,"order":"7"}"#;
        assert_eq!(page(&parse(text).unwrap()), serde_json::from_str::<Page>(text).unwrap());
        let location = r#"{"url":{"href":"/a","hash":""},"order":{}}"#;
        assert_eq!(page(&parse(location).unwrap()), Page { url: Some("/a".into()), ..Page::default() });
    }

    #[test]
    fn money_is_read_to_the_cent() {
        for (digits, expected) in [
            ("12.5", Some(12.5)),
            ("0.999", Some(0.99)),
            ("-3.25", Some(-3.25)),
            ("7", Some(7.0)),
            ("1e3", None),
            ("99999999999", None),
        ] {
            assert_eq!(decimal(digits), expected, "{digits}");
        }
    }
}
