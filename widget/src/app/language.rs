//! The words of the frame: loaded at run time, one file a language, and put into the shell as well.

use super::App;
use crate::browser::{fetch, intl};
use crate::leptos::*;
use crate::state::words::{Words, candidates, is_right_to_left};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

impl App {
    pub fn t(self, key: &str) -> String {
        self.words.try_with(|words| words.get(key).to_owned()).unwrap_or_default()
    }

    pub fn fill(self, key: &str, slots: &[(&str, &str)]) -> String {
        self.words.try_with(|words| words.fill(key, slots)).unwrap_or_default()
    }

    /// `{count}` and one more slot.
    pub fn plural(self, key: &str, count: u32, slot: (&str, &str)) -> String {
        let category = intl::plural(&self.language(), count);
        let slots = [("count", &*count.to_string()), slot];
        self.words.try_with(|words| words.plural(key, &category, &slots)).unwrap_or_default()
    }

    pub fn language(self) -> String {
        self.inner().language.borrow().clone()
    }

    /// The language that the edge has chosen for the document.
    pub fn load_first_words(self) {
        spawn_local(async move {
            let _ = self.load(&of_document()).await;
        });
    }

    /// The page wants another one.
    pub fn set_language(self, language: String) {
        spawn_local(async move {
            if let Some(found) = self.load(&language).await {
                relabel(self, &found);
            }
        });
    }

    async fn load(self, language: &str) -> Option<String> {
        let root = document().document_element()?;
        let build = root.get_attribute("data-build").unwrap_or_default();
        for code in candidates(language) {
            let url = format!("/a/languages/{code}.json?v={build}");
            let found = fetch::text(&url, None, None).await.ok().and_then(|text| Words::from_json(&text));
            if let Some(words) = found {
                self.inner().language.replace(code.to_owned());
                self.words.try_set(words);
                return Some(code.to_owned());
            }
        }
        None
    }
}

/// What the edge has written into the document, if it is a language tag.
pub fn of_document() -> String {
    let language = document().document_element().and_then(|root| root.get_attribute("lang"));
    candidates(&language.unwrap_or_default()).first().map_or("en", |tag| *tag).to_owned()
}

/// The shell was written in the first language.
fn relabel(app: App, language: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", language);
        let _ = root.set_attribute("dir", if is_right_to_left(language) { "rtl" } else { "ltr" });
    }
    let own_greeting = app.inner().config.greeting.is_some();
    each("[data-t]", |element| {
        let key = element.get_attribute("data-t").unwrap_or_default();
        if !(own_greeting && key == "greeting") {
            element.set_text_content(Some(&app.t(&key)));
        }
    });
    for (mark, attribute) in [("data-label", "aria-label"), ("data-placeholder", "placeholder")] {
        each(&format!("[{mark}]"), |element| {
            let key = element.get_attribute(mark).unwrap_or_default();
            let _ = element.set_attribute(attribute, &app.t(&key));
        });
    }
    let title = app.fill("title", &[("shop", &app.inner().config.name)]);
    document().set_title(&title);
    each("#title", |element| element.set_text_content(Some(&title)));
}

fn each(selector: &str, change: impl Fn(Element)) {
    if let Ok(found) = document().query_selector_all(selector) {
        (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).for_each(change);
    }
}
