//! The words of the frame: loaded at run time, one file a language, and put into the shell as well.

use super::App;
use crate::browser::{self, fetch};
use crate::state::words::{Words, candidates, is_right_to_left};
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;

impl App {
    pub fn t(self, key: &str) -> String {
        self.words.with(|words| words.get(key).to_owned()).unwrap_or_default()
    }

    pub fn fill(self, key: &str, slots: &[(&str, &str)]) -> String {
        self.words.with(|words| words.fill(key, slots)).unwrap_or_default()
    }

    /// `{count}` and one more slot.
    pub fn plural(self, key: &str, count: u32, slot: (&str, &str)) -> String {
        let category = browser::plural(&self.language(), count);
        let slots = [("count", &*count.to_string()), slot];
        self.words.with(|words| words.plural(key, &category, &slots)).unwrap_or_default()
    }

    pub fn language(self) -> String {
        self.inner().language.borrow().clone()
    }

    /// Takes another language, or the first one that the edge has chosen for the document.
    pub fn set_language(self, language: String, first: bool) {
        spawn_local(async move {
            for code in candidates(&language) {
                let url = ["/a/languages/", code, ".json?v=", &browser::root("data-build")].concat();
                let found = fetch::json(&url, None, None).await.ok().and_then(Words::from_json);
                if let Some(words) = found {
                    self.inner().language.replace(code.to_owned());
                    self.words.set(words);
                    if !first {
                        relabel(self, code);
                    }
                    return;
                }
            }
        });
    }
}

/// What the edge has written into the document, if it is a language tag.
pub fn of_document() -> String {
    candidates(&browser::root("lang")).first().map_or("en", |tag| *tag).to_owned()
}

fn relabel(app: App, language: &str) {
    let inner = app.inner();
    let own_greeting = inner.config.greeting.clone();
    let word = Closure::new(move |key: String| match &own_greeting {
        Some(greeting) if key == "greeting" => greeting.clone(),
        _ => app.t(&key),
    });
    let direction = if is_right_to_left(language) { "rtl" } else { "ltr" };
    browser::relabel(language, direction, &app.fill("title", &[("shop", &inner.config.name)]), &word);
}
