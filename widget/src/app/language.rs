//! The words of the frame: those of the first language are in the document, those of another one are handed in by
//! `language.js`, which also puts them into the shell.

use super::App;
use crate::browser;
use crate::state::json::parse;
use crate::state::number::written;
use crate::state::words::Words;

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
        let slots = [("count", &*written(count.into())), slot];
        self.words.with(|words| words.plural(key, &category, &slots)).unwrap_or_default()
    }

    /// That of the words, for dates and numbers as well.
    pub fn language(self) -> String {
        browser::root("lang")
    }
}

/// Nothing if they are none.
pub fn words(json: &str) -> Option<Words> {
    parse(json).and_then(Words::from_json)
}
