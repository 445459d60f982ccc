//! What the shop's page may say to the frame. Anything else is not heard.

use super::json::{Json, parse};
use super::read::page as read_page;
use counterbell_protocol::socket::Page;

/// Longer messages are not even read.
const MAX_BYTES: usize = 32_000;
const VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq)]
pub enum FromPage {
    Hello(Hello),
    /// The panel can be seen.
    Opened,
    Closed,
    Update(Page),
    Identify(String),
    Logout,
    Ask {
        text: String,
        send: bool,
    },
    Handoff,
    Language(String),
    Destroy,
}

/// Colours come with it too; the shell in `index.html` has taken them before anything else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hello {
    pub language: Option<String>,
    pub page: Option<Page>,
    pub identity: Option<String>,
}

/// A message's data as JSON.
pub fn read(text: &str) -> Option<FromPage> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let json = parse(text)?;
    if json.get("counterbell").u32() != Some(VERSION) {
        return None;
    }
    Some(match json.get("type").str() {
        "hello" => FromPage::Hello(hello(&json)),
        "opened" => FromPage::Opened,
        "closed" => FromPage::Closed,
        "update" => FromPage::Update(read_page(json.get("page"))),
        "identify" => FromPage::Identify(json.get("token").text()?),
        "logout" => FromPage::Logout,
        "ask" => FromPage::Ask { text: json.get("text").text()?, send: json.get("send").is_true() },
        "handoff" => FromPage::Handoff,
        "language" => FromPage::Language(json.get("code").text()?),
        "destroy" => FromPage::Destroy,
        _ => return None,
    })
}

fn hello(json: &Json) -> Hello {
    let page = Some(json.get("page")).filter(|page| **page != Json::Null).map(read_page);
    Hello { language: json.get("language").text(), page, identity: json.get("identity").text() }
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
