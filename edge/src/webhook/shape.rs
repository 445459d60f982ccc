//! A delivery in the three shapes that receivers take: the whole JSON, a flat form of short fields (≤ 4 kB),
//! or one text. What matters — the case, why, where to claim it — is in each.

use super::payload::shorten;
use counterbell_protocol::webhook::{About, Delivery, What};
use counterbell_shop::Format;
use serde_json::{Value, json};

const FLAT_TEXT_CHARS: usize = 600;

/// The body and its content type.
pub fn body(format: Format, stored: &str) -> (String, &'static str) {
    let parsed = || serde_json::from_str::<Delivery>(stored).ok();
    match format {
        Format::Full => (stored.to_owned(), "application/json"),
        Format::Flat => match parsed() {
            Some(delivery) => (flat(&delivery).to_string(), "application/json"),
            None => (stored.to_owned(), "application/json"),
        },
        Format::Text => match parsed() {
            Some(delivery) => (json!({ "text": text(&delivery) }).to_string(), "application/json"),
            None => (stored.to_owned(), "application/json"),
        },
    }
}

fn flat(delivery: &Delivery) -> Value {
    let case = case(&delivery.what);
    let mut flat = json!({
        "type": name(&delivery.what),
        "timestamp": delivery.timestamp,
        "shop": case.shop,
        "conversation": case.conversation,
        "escalation": case.escalation,
        "text": shorten(&detail(&delivery.what), FLAT_TEXT_CHARS),
    });
    if let (What::Requested(requested), Some(fields)) = (&delivery.what, flat.as_object_mut()) {
        fields.insert("queue".into(), json!(requested.queue));
        fields.insert("priority".into(), json!(requested.priority));
        fields.insert("reason".into(), json!(requested.reason.rule));
        fields.insert("language".into(), json!(requested.language));
        fields.insert("deadline_ms".into(), json!(requested.deadline_ms));
        fields.insert("agent_api".into(), json!(requested.agent_api));
    }
    flat
}

fn text(delivery: &Delivery) -> String {
    let case = case(&delivery.what);
    let link = match &delivery.what {
        What::Requested(requested) => requested.agent_api.as_str(),
        _ => case.conversation.as_str(),
    };
    let detail = shorten(&detail(&delivery.what), FLAT_TEXT_CHARS);
    format!("[{}] {}: {detail} ({link})", case.shop, name(&delivery.what))
}

fn case(what: &What) -> &About {
    match what {
        What::Requested(requested) => &requested.about,
        What::Message(message) => &message.about,
        What::ContactLeft(contact) => &contact.about,
        What::Rated(rated) => &rated.about,
        What::Overdue(about) | What::Withdrawn(about) | What::Closed(about) | What::Erased(about) => about,
    }
}

fn name(what: &What) -> &'static str {
    match what {
        What::Requested(_) => "escalation.requested",
        What::Message(_) => "escalation.message",
        What::Overdue(_) => "escalation.overdue",
        What::Withdrawn(_) => "escalation.withdrawn",
        What::ContactLeft(_) => "escalation.contact_left",
        What::Closed(_) => "conversation.closed",
        What::Rated(_) => "conversation.rated",
        What::Erased(_) => "conversation.erased",
    }
}

fn detail(what: &What) -> String {
    match what {
        What::Requested(requested) => requested.summary.clone(),
        What::Message(message) => match &message.line.attachment {
            Some(file) => format!("A file: {} {}", file.attachment.name, file.url),
            None => message.line.text.clone(),
        },
        What::ContactLeft(left) => match &left.contact.name {
            Some(name) => format!("Call back {name}: {}", left.contact.reach),
            None => format!("Call back: {}", left.contact.reach),
        },
        What::Rated(rated) if rated.rating.solved => "Solved, says the shopper.".to_owned(),
        What::Rated(_) => "Not solved, says the shopper.".to_owned(),
        What::Overdue(_) => "Nobody has claimed it by the deadline.".to_owned(),
        What::Withdrawn(_) => "The shopper no longer asks for a person.".to_owned(),
        What::Closed(_) => "Closed.".to_owned(),
        What::Erased(_) => "Erased: delete every copy.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORED: &str = r#"{"timestamp":"2026-01-01T00:00:00Z","type":"escalation.contact_left","data":
        {"shop":"s","conversation":"c","escalation":"e","contact":{"reach":"+49 30 1"}}}"#;

    #[test]
    fn each_shape_names_the_case_and_what_happened() {
        for format in [Format::Full, Format::Flat, Format::Text] {
            let (body, _) = body(format, STORED);
            assert!(body.contains("contact_left") && body.contains("+49 30 1"), "{body}");
            assert!(serde_json::from_str::<Value>(&body).is_ok(), "{body}");
        }
    }

    #[test]
    fn the_flat_shape_stays_small_whatever_was_written() {
        let long = STORED.replace("+49 30 1", &"é".repeat(9_000));
        assert!(body(Format::Flat, &long).0.len() <= 4_096);
    }
}
