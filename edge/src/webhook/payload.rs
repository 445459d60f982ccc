//! Small builders for deliveries.

use crate::conversation::About;
use counterbell_protocol::event::Author;
use counterbell_protocol::webhook::{About as Case, Delivery, Line, LinkedAttachment, Reason, What};
use counterbell_protocol::{EscalationId, Message};

/// A summary fits a pager.
const SUMMARY_CHARS: usize = 280;

pub fn about(about: &About, escalation: &EscalationId) -> Case {
    Case { shop: about.shop.clone(), conversation: about.id.clone(), escalation: escalation.clone() }
}

pub fn now(now_ms: u64, what: What) -> Delivery {
    Delivery { timestamp: rfc3339(now_ms), what }
}

/// Where the agent API of a conversation begins.
pub fn agent_api(edge: &str, about: &About) -> String {
    format!("{edge}/v1/shops/{}/agent/conversations/{}", about.shop, about.id)
}

/// What was said, for people; a file with the address that gives it to whoever has the agent key.
pub fn line(edge: &str, about: &About, at_ms: u64, message: Message) -> Line {
    let attachment = message.attachment.map(|attachment| {
        let url = format!("{}/attachments/{}", agent_api(edge, about), attachment.file);
        LinkedAttachment { attachment, url }
    });
    Line { at_ms, from: message.from, name: message.name, text: message.text, attachment }
}

/// The last lines that fit into so many bytes of JSON together, and the very last one in any case.
pub fn last_lines(mut lines: Vec<Line>, bytes: usize) -> Vec<Line> {
    let mut left = bytes;
    let fitting = lines.iter().rev().take_while(|line| {
        let size = serde_json::to_string(line).map_or(0, |json| json.len());
        let fits = size <= left;
        left = left.saturating_sub(size);
        fits
    });
    let kept = fitting.count().max(1);
    lines.split_off(lines.len().saturating_sub(kept))
}

pub fn rfc3339(at_ms: u64) -> String {
    let at_ms = i64::try_from(at_ms).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default().to_string()
}

/// The reason, and the last thing that the shopper wrote.
pub fn summary(reason: &Reason, transcript: &[Line]) -> String {
    let last = transcript.iter().rev().find(|line| line.from == Author::Shopper);
    let text = last.map_or("", |line| line.text.as_str());
    let summary =
        if text.is_empty() { reason.words.clone() } else { format!("{} “{text}”", reason.words) };
    shorten(&summary, SUMMARY_CHARS)
}

/// At most `chars` characters, with an ellipsis where something was left out.
pub fn shorten(text: &str, chars: usize) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= chars {
        return one_line;
    }
    one_line.chars().take(chars.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        assert_eq!(rfc3339(1_763_000_000_123), "2025-11-13T02:13:20.123Z");
    }

    #[test]
    fn a_long_summary_is_cut_at_a_character() {
        assert_eq!(shorten("größe  ist\nda", 7), "größe …");
        assert_eq!(shorten("kurz", 7), "kurz");
    }
}
