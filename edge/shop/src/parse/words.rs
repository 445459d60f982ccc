//! What the shop says in its own words: as it is for everybody, or a table of it by language.

use super::section::Section;
use super::sheet::{Located, Sheet};
use crate::languages::{self, LANGUAGES};
use counterbell_policy::PerLanguage;
use std::collections::BTreeMap;
use toml::de::DeValue;

/// A text of at most so many characters in each language.
pub fn text(section: &Section<'_, '_>, key: &'static str, most: usize) -> Option<PerLanguage> {
    let value = section.value(key)?;
    read(section, value, |value| section.as_short_text(value, most).map(|text| text.value))
}

/// What `one` makes of the value, or of each value of a table by language.
pub fn read<'s, 't, T>(
    section: &Section<'s, 't>,
    value: Located<&'s DeValue<'t>>,
    one: impl Fn(Located<&'s DeValue<'t>>) -> Option<T>,
) -> Option<PerLanguage<T>> {
    if !matches!(value.value, DeValue::Table(_)) {
        return one(value).map(PerLanguage::One);
    }
    let table = section.as_section(value)?;
    let mut others = BTreeMap::new();
    let mut written = Vec::new();
    for (key, value) in table.entries() {
        let Some(code) = known(section.sheet, &key) else { continue };
        written.push(code);
        others.extend(one(value).map(|words| (code.to_owned(), words)));
    }
    // An unknown one has been said.
    let own = section.sheet.language.get()?;
    if !written.contains(&own) {
        let message = format!(
            "`{own}`, the shop's own language, is missing: whoever speaks none of these is told it in that"
        );
        section.sheet.problem(&table.at, message);
    }
    Some(PerLanguage::Many { usual: others.remove(own)?, others })
}

/// Whether a value is a table by language, where another table may stand too.
pub fn is_by_language(value: &DeValue<'_>) -> bool {
    let DeValue::Table(table) = value else { return false };
    table.keys().any(|key| languages::known(key.get_ref()).is_some())
}

fn known(sheet: &Sheet<'_>, key: &Located<String>) -> Option<&'static str> {
    let found = languages::known(&key.value);
    if found.is_none() {
        match languages::meant_by(&key.value) {
            Some(meant) => sheet.problem_meant(key, "the chat speaks no language of this code", meant),
            None => {
                let message =
                    format!("the chat speaks no language of this code; there are {}", LANGUAGES.join(", "));
                sheet.problem(key, message);
            }
        }
    }
    found
}
