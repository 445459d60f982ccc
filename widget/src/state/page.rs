//! What the shop's page may say to the frame. Anything else is not heard.

use counterbell_protocol::socket::Page;
use serde::Deserialize;

/// Longer messages are not even read.
const MAX_BYTES: usize = 32_000;
const VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromPage {
    Hello(Hello),
    /// The panel can be seen.
    Opened,
    Closed,
    Update {
        page: Page,
    },
    Identify {
        token: String,
    },
    Logout,
    Ask {
        text: String,
        #[serde(default)]
        send: bool,
    },
    Handoff,
    Language {
        code: String,
    },
    Destroy,
    #[serde(other)]
    Unknown,
}

/// Colours come with it too; the shell in `index.html` has taken them before anything else.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Hello {
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub page: Option<Page>,
    #[serde(default)]
    pub identity: Option<String>,
}

#[derive(Deserialize)]
struct Envelope {
    counterbell: u32,
    #[serde(flatten)]
    message: FromPage,
}

/// A message's data as JSON.
pub fn read(json: &str) -> Option<FromPage> {
    if json.len() > MAX_BYTES {
        return None;
    }
    let envelope: Envelope = serde_json::from_str(json).ok()?;
    (envelope.counterbell == VERSION && envelope.message != FromPage::Unknown).then_some(envelope.message)
}

/// What the page says later is laid over what it said before.
pub fn merge(page: &mut Page, update: Page) {
    page.url = update.url.or(page.url.take());
    page.title = update.title.or(page.title.take());
    page.cart_total = update.cart_total.or(page.cart_total);
    page.cart_items = update.cart_items.or(page.cart_items);
    page.order = update.order.or(page.order.take());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_messages_in_the_right_shape_are_heard() {
        for (json, expected) in [
            (r#"{"counterbell":1,"type":"opened"}"#, Some(FromPage::Opened)),
            (r#"{"counterbell":1,"type":"opened","more":[1]}"#, Some(FromPage::Opened)),
            (
                r#"{"counterbell":1,"type":"ask","text":"hi"}"#,
                Some(FromPage::Ask { text: "hi".to_owned(), send: false }),
            ),
            (
                r#"{"counterbell":1,"type":"hello","theme":"dark","language":"de"}"#,
                Some(FromPage::Hello(Hello { language: Some("de".to_owned()), ..Hello::default() })),
            ),
            (r#"{"counterbell":1,"type":"ask","text":7}"#, None),
            (r#"{"counterbell":2,"type":"opened"}"#, None),
            (r#"{"type":"opened"}"#, None),
            (r#"{"counterbell":1,"type":"format-disk"}"#, None),
            (r#""opened""#, None),
            ("", None),
        ] {
            assert_eq!(read(json), expected, "{json}");
        }
        let long = format!(r#"{{"counterbell":1,"type":"ask","text":"{}"}}"#, "x".repeat(MAX_BYTES));
        assert_eq!(read(&long), None);
    }

    #[test]
    fn an_update_keeps_what_it_does_not_name() {
        let mut page = Page { url: Some("/a".into()), cart_items: Some(1), ..Page::default() };
        merge(&mut page, Page { url: Some("/b".into()), order: Some("42".into()), ..Page::default() });
        assert_eq!(page.url.as_deref(), Some("/b"));
        assert_eq!(page.cart_items, Some(1));
        assert_eq!(page.order.as_deref(), Some("42"));
    }
}
