//! From the types of the protocol to JSON, and the outbox back from it.

use super::json::Json;
use super::number::written as digits;
use super::read::{contact, message_id, page as read_page};
use counterbell_protocol::ClientFrame;
use counterbell_protocol::event::Rating;
use counterbell_protocol::socket::{Open, Page};

pub fn open(open: &Open) -> String {
    let mut fields = Vec::new();
    put(&mut fields, "language", open.language.as_deref());
    put(&mut fields, "identity", open.identity.as_deref());
    if let Some(claimed) = &open.page {
        fields.push(("page".to_owned(), page(claimed)));
    }
    Json::Map(fields).write()
}

pub fn client_frame(frame: &ClientFrame) -> Json {
    let mut fields = Vec::new();
    put(&mut fields, "type", Some(type_of(frame)));
    put(&mut fields, "id", super::outbox::id_of(frame).map(|id| id.as_str()));
    match frame {
        ClientFrame::Say { text, page: claimed, .. } => {
            put(&mut fields, "text", Some(text));
            fields.extend(claimed.as_ref().map(|claimed| ("page".to_owned(), page(claimed))));
        }
        ClientFrame::LeaveContact { contact, .. } => {
            put(&mut fields, "reach", Some(&contact.reach));
            put(&mut fields, "name", contact.name.as_deref());
        }
        ClientFrame::Rate { rating, .. } => {
            fields.push(("solved".to_owned(), Json::Bool(rating.solved)));
            put(&mut fields, "comment", rating.comment.as_deref());
        }
        ClientFrame::Identify { token, .. } => put(&mut fields, "token", Some(token)),
        _ => {}
    }
    Json::Map(fields)
}

/// What an earlier page had written.
pub fn read_client_frame(json: &Json) -> Option<ClientFrame> {
    let id = message_id(json.get("id"))?;
    Some(match json.get("type").str() {
        "say" => {
            let claimed = Some(json.get("page")).filter(|page| **page != Json::Null);
            ClientFrame::Say { id, text: json.get("text").text()?, page: claimed.map(read_page) }
        }
        "ask_person" => ClientFrame::AskPerson { id },
        "withdraw" => ClientFrame::Withdraw { id },
        "leave_contact" => ClientFrame::LeaveContact { id, contact: contact(json)? },
        "rate" => {
            let rating = Rating { solved: json.get("solved").is_true(), comment: json.get("comment").text() };
            ClientFrame::Rate { id, rating }
        }
        "identify" => ClientFrame::Identify { id, token: json.get("token").text()? },
        "end" => ClientFrame::End { id },
        _ => return None,
    })
}

fn type_of(frame: &ClientFrame) -> &'static str {
    match frame {
        ClientFrame::Say { .. } => "say",
        ClientFrame::AskPerson { .. } => "ask_person",
        ClientFrame::Withdraw { .. } => "withdraw",
        ClientFrame::LeaveContact { .. } => "leave_contact",
        ClientFrame::Rate { .. } => "rate",
        ClientFrame::Identify { .. } => "identify",
        ClientFrame::End { .. } => "end",
        ClientFrame::Typing => "typing",
        ClientFrame::Unknown => "unknown",
    }
}

fn page(page: &Page) -> Json {
    let mut fields = Vec::new();
    put(&mut fields, "url", page.url.as_deref());
    put(&mut fields, "title", page.title.as_deref());
    let number = |name: &str, digits: String| (name.to_owned(), Json::Number(digits));
    fields.extend(page.cart_total.map(|total| number("cart_total", decimal(total))));
    fields.extend(page.cart_items.map(|items| number("cart_items", digits(items.into()))));
    put(&mut fields, "order", page.order.as_deref());
    Json::Map(fields)
}

/// Money to the cent, without the standard library's float printer (14 kB of WASM).
fn decimal(amount: f64) -> String {
    let cents = (amount * 100.0).round() as i64;
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    let (whole, part) = (digits(cents / 100), cents % 100);
    [sign, &whole, ".", &digits(part / 10), &digits(part % 10)].concat()
}

fn put(fields: &mut Vec<(String, Json)>, name: &str, value: Option<&str>) {
    fields.extend(value.map(|value| (name.to_owned(), Json::Text(value.to_owned()))));
}

#[cfg(test)]
mod tests {
    use super::super::json::parse;
    use super::*;
    use counterbell_protocol::MessageId;
    use counterbell_protocol::event::Contact;

    fn claimed() -> Page {
        Page { url: Some("/a".into()), cart_total: Some(-12.5), cart_items: Some(3), ..Page::default() }
    }

    #[test]
    fn the_protocol_reads_what_is_written_and_so_does_the_next_page() {
        let id = || MessageId::new("x");
        for frame in [
            ClientFrame::Say { id: id(), text: "a \"quoted\"\nline\u{1}".into(), page: Some(claimed()) },
            ClientFrame::Say { id: id(), text: "🎉".into(), page: None },
            ClientFrame::AskPerson { id: id() },
            ClientFrame::Withdraw { id: id() },
            ClientFrame::LeaveContact {
                id: id(),
                contact: Contact { reach: "a@b.c".into(), name: Some("A".into()) },
            },
            ClientFrame::Rate { id: id(), rating: Rating { solved: false, comment: None } },
            ClientFrame::Identify { id: id(), token: "a.b.c".into() },
            ClientFrame::End { id: id() },
        ] {
            let text = client_frame(&frame).write();
            assert_eq!(serde_json::from_str::<ClientFrame>(&text).expect(&text), frame);
            assert_eq!(read_client_frame(&parse(&text).unwrap()), Some(frame));
        }
        assert_eq!(client_frame(&ClientFrame::Typing).write(), r#"{"type":"typing"}"#);
    }

    #[test]
    fn the_protocol_reads_how_a_conversation_is_opened() {
        for sent in [
            Open::default(),
            Open { language: Some("de".into()), identity: Some("t".into()), page: Some(claimed()) },
        ] {
            assert_eq!(serde_json::from_str::<Open>(&open(&sent)).unwrap(), sent);
        }
    }

    #[test]
    fn money_is_written_to_the_cent() {
        for (amount, expected) in [(0.0, "0.00"), (12.5, "12.50"), (-0.05, "-0.05"), (1999.999, "2000.00")] {
            assert_eq!(decimal(amount), expected);
        }
    }
}
