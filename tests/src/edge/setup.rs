//! The settings of a shop that a test wants, as `shop.toml` and what is pushed with it.

use crate::unique;
use serde_json::{Value, json};

/// A shop that is being set up. What is not said stays at the product's own default.
#[derive(Clone, Debug)]
pub struct ShopSetup {
    pub(super) id: String,
    pub(super) webhook_keys: Vec<String>,
    pub(super) identity_key: Option<String>,
    head: String,
    sections: Vec<(String, String)>,
    rest: String,
    pub(super) help: Vec<Value>,
}

impl Default for ShopSetup {
    fn default() -> Self {
        Self::new()
    }
}

impl ShopSetup {
    /// A shop with a few help pages and nothing else.
    pub fn new() -> Self {
        let id = unique("shop");
        let head = format!("id = {}\nname = \"Nordlys\"\n", json!(id));
        Self {
            id,
            webhook_keys: vec![webhook_key()],
            identity_key: None,
            head,
            sections: Vec::new(),
            rest: String::new(),
            help: help_pages(),
        }
        .origins(&["http://localhost:1"])
    }

    #[must_use]
    pub fn origins(mut self, origins: &[&str]) -> Self {
        let others =
            self.head.lines().filter(|line| !line.starts_with("origins")).collect::<Vec<_>>().join("\n");
        self.head = format!("{others}\norigins = {}\n", json!(origins));
        self
    }

    /// The same settings for a shop that is there already.
    pub(super) fn renamed(mut self, id: &str) -> Self {
        self.head = self.head.replace(&self.id, id);
        id.clone_into(&mut self.id);
        self
    }

    /// Escalations go here.
    #[must_use]
    pub fn target(self, url: &str) -> Self {
        self.more(&format!("[[targets]]\nurl = {}\n", json!(url)))
    }

    #[must_use]
    pub fn target_with_fallback(self, url: &str, fallback: &str) -> Self {
        self.more(&format!("[[targets]]\nurl = {}\nfallback = {}\n", json!(url), json!(fallback)))
    }

    /// Answers come from this model.
    #[must_use]
    pub fn model(self, base_url: &str) -> Self {
        let model = format!(
            "provider = \"openai\"\nbase_url = {}\nmodel = \"scripted\"\nmax_tokens = 160",
            json!(base_url)
        );
        self.section("assistant", &model)
    }

    /// After [`Self::model`]: the name that this server knows its model by.
    #[must_use]
    pub fn model_name(mut self, name: &str) -> Self {
        for (_, lines) in &mut self.sections {
            *lines = lines.replace("\"scripted\"", &json!(name).to_string());
        }
        self
    }

    #[must_use]
    pub fn lease_s(self, seconds: u32) -> Self {
        self.section("handoff", &format!("lease_s = {seconds}"))
    }

    #[must_use]
    pub fn deadline_s(self, seconds: u32) -> Self {
        self.section("handoff", &format!("deadline_s = {seconds}"))
    }

    /// Signed with these keys, the newer one first.
    #[must_use]
    pub fn webhook_keys(mut self, keys: &[&str]) -> Self {
        self.webhook_keys = keys.iter().map(|key| (*key).to_owned()).collect();
        self
    }

    /// The key of the shop's own identity tokens.
    #[must_use]
    pub fn identity_key(mut self, key: &str) -> Self {
        self.identity_key = Some(key.to_owned());
        self
    }

    /// A line before all sections.
    #[must_use]
    pub fn line(mut self, line: &str) -> Self {
        self.head = format!("{}{line}\n", self.head);
        self
    }

    /// Lines of a section of `shop.toml`; several calls add up.
    #[must_use]
    pub fn section(mut self, name: &str, lines: &str) -> Self {
        match self.sections.iter_mut().find(|(existing, _)| existing == name) {
            Some((_, text)) => text.push_str(&format!("\n{lines}")),
            None => self.sections.push((name.to_owned(), lines.to_owned())),
        }
        self
    }

    /// Whole sections, as they stand at the end of `shop.toml`.
    #[must_use]
    pub fn more(mut self, text: &str) -> Self {
        self.rest.push_str(text);
        self
    }

    #[must_use]
    pub fn without_help(mut self) -> Self {
        self.help.clear();
        self
    }

    /// One page more.
    #[must_use]
    pub fn help_page(mut self, title: &str, markdown: &str) -> Self {
        let url = format!("https://shop.example/help/{}", title.to_lowercase());
        self.help.push(json!({"title": title, "url": url, "markdown": format!("# {title}\n\n{markdown}")}));
        self
    }

    pub fn toml(&self) -> String {
        let sections: String =
            self.sections.iter().map(|(name, text)| format!("\n[{name}]\n{text}\n")).collect();
        format!("{}{sections}\n{}", self.head, self.rest)
    }
}

/// A key as the specification wants it.
pub fn webhook_key() -> String {
    use base64::Engine as _;
    let seed = unique("a webhook key that is long enough");
    format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(seed))
}

fn help_pages() -> Vec<Value> {
    let page = |title: &str, markdown: &str| {
        let url = format!("https://shop.example/help/{}", title.to_lowercase());
        json!({"title": title, "url": url, "markdown": format!("# {title}\n\n{markdown}")})
    };
    vec![
        page("Returns", "You can return anything within 30 days. The return label is in the parcel."),
        page(
            "Shipping",
            "We ship to Norway, Sweden and Denmark in 2 to 4 working days. Shipping costs 49 kr.",
        ),
        page("Sizes", "Our coats come in sizes S to XL. Between two sizes, take the larger one."),
        page("Warranty", "Zips and seams have a warranty of five years."),
    ]
}
