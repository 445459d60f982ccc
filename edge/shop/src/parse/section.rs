//! A table of the file: hands out its settings by name and type, and in the end names those that nobody
//! asked for.

use super::sheet::{Located, Sheet};
use counterbell_policy::names;
use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

pub struct Section<'s, 't> {
    pub sheet: &'s Sheet<'t>,
    table: &'s DeTable<'t>,
    /// Where the section begins, for what is missing from it.
    pub at: Located<()>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'s, 't> Section<'s, 't> {
    pub fn new(sheet: &'s Sheet<'t>, table: &'s DeTable<'t>, at: Located<()>) -> Self {
        Self { sheet, table, at, asked: RefCell::default() }
    }

    pub fn path(&self, key: &str) -> String {
        if self.at.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at.path) }
    }

    pub fn text(&self, key: &'static str) -> Option<Located<String>> {
        let value = self.value(key)?;
        self.expect(value, "a text in quotes", |value| value.as_str().map(str::to_owned))
    }

    /// A text of at most so many characters, and not blank.
    pub fn short_text(&self, key: &'static str, most: usize) -> Option<Located<String>> {
        self.as_short_text(self.value(key)?, most)
    }

    pub fn as_short_text(&self, value: Located<&'s DeValue<'t>>, most: usize) -> Option<Located<String>> {
        let text = self.expect(value, "a text in quotes", |value| value.as_str().map(str::to_owned))?;
        self.check_length(text, most)
    }

    pub fn texts(&self, key: &'static str, most: usize) -> Vec<Located<String>> {
        self.value(key).map(|value| self.as_texts(value, most)).unwrap_or_default()
    }

    pub fn as_texts(&self, value: Located<&'s DeValue<'t>>, most: usize) -> Vec<Located<String>> {
        let items = self.as_items(value).into_iter();
        items.filter_map(|item| self.as_short_text(item, most)).collect()
    }

    pub fn whole(&self, key: &'static str, range: RangeInclusive<i64>) -> Option<Located<i64>> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let value = self.value(key)?;
        self.expect(value, &expected, |value| {
            let integer = value.as_integer()?;
            i64::from_str_radix(integer.as_str(), integer.radix())
                .ok()
                .filter(|number| range.contains(number))
        })
    }

    pub fn number(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<Located<f64>> {
        let expected = format!("a number from {} to {}", range.start(), range.end());
        let value = self.value(key)?;
        self.expect(value, &expected, |value| {
            let number = match value {
                DeValue::Integer(integer) => integer.as_str().parse().ok()?,
                DeValue::Float(float) => float.as_str().parse().ok()?,
                _ => return None,
            };
            range.contains(&number).then_some(number)
        })
    }

    pub fn flag(&self, key: &'static str) -> Option<Located<bool>> {
        let value = self.value(key)?;
        self.expect(value, "true or false", DeValue::as_bool)
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&'static str, T)]) -> Option<Located<T>> {
        let text = self.text(key)?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text.value) {
            let value = *value;
            return Some(text.map(|_| value));
        }
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let message = format!("“{}” is not known: {} is expected", text.value, names.join(" or "));
        match names::closest(&text.value, choices.iter().map(|(name, _)| *name)) {
            Some(meant) => self.sheet.problem_meant(&text, message, meant),
            None => self.sheet.problem(&text, message),
        }
        None
    }

    /// Any value, for what has more than one shape.
    pub fn value(&self, key: &'static str) -> Option<Located<&'s DeValue<'t>>> {
        self.asked.borrow_mut().push(key);
        let found = self.table.get(key);
        #[cfg(test)]
        if found.is_none() {
            self.sheet.unset.borrow_mut().push(self.path(key));
        }
        found.map(|value| located(value, self.path(key)))
    }

    pub fn section(&self, key: &'static str) -> Option<Section<'s, 't>> {
        let value = self.value(key)?;
        self.as_section(value)
    }

    pub fn sections(&self, key: &'static str) -> Vec<Section<'s, 't>> {
        self.items(key).into_iter().filter_map(|item| self.as_section(item)).collect()
    }

    pub fn as_section(&self, value: Located<&'s DeValue<'t>>) -> Option<Section<'s, 't>> {
        let table = self.expect(value, "a table", |value| match value {
            DeValue::Table(table) => Some(table),
            _ => None,
        })?;
        Some(Section::new(self.sheet, table.value, table.map(|_| ())))
    }

    /// The entries of an array.
    pub fn items(&self, key: &'static str) -> Vec<Located<&'s DeValue<'t>>> {
        self.value(key).map(|value| self.as_items(value)).unwrap_or_default()
    }

    fn as_items(&self, value: Located<&'s DeValue<'t>>) -> Vec<Located<&'s DeValue<'t>>> {
        let Some(array) = self.expect(value, "a list in [ ]", as_array) else { return Vec::new() };
        let items = array.value.iter().enumerate();
        items.map(|(index, item)| located(item, format!("{}[{index}]", array.path))).collect()
    }

    /// The keys of the table with their places, for tables whose keys are names.
    pub fn keys(&self) -> Vec<Located<String>> {
        self.table
            .keys()
            .map(|key| Located {
                value: key.get_ref().to_string(),
                span: key.span(),
                path: self.path(key.get_ref()),
            })
            .collect()
    }

    /// The values of the table, each after its key.
    pub fn entries(&self) -> Vec<(Located<String>, Located<&'s DeValue<'t>>)> {
        let values = self.table.iter().map(|(key, value)| located(value, self.path(key.get_ref())));
        self.keys().into_iter().zip(values).collect()
    }

    pub fn require<T>(&self, key: &'static str, value: Option<T>, expected: &str) -> Option<T> {
        if !self.table.contains_key(key) {
            self.sheet.missing(self.at.span.start, &self.path(key), expected);
        }
        value
    }

    /// Names the settings that nobody knows.
    pub fn done(self) {
        let asked = self.asked.borrow();
        for key in self.keys().iter().filter(|key| !asked.contains(&key.value.as_str())) {
            let names = asked.iter().copied();
            match names::closest(&key.value, names.clone()) {
                Some(meant) => self.sheet.problem_meant(key, "there is no such setting", meant),
                None => {
                    let mut known: Vec<&str> = names.collect();
                    known.sort_unstable();
                    known.dedup();
                    self.sheet.problem(
                        key,
                        format!("there is no such setting here; there are {}", known.join(", ")),
                    );
                }
            }
        }
    }

    fn expect<T>(
        &self,
        value: Located<&'s DeValue<'t>>,
        expected: &str,
        read: impl FnOnce(&'s DeValue<'t>) -> Option<T>,
    ) -> Option<Located<T>> {
        let Located { value, span, path } = value;
        let read = read(value).map(|value| Located { value, span: span.clone(), path: path.clone() });
        if read.is_none() {
            let written = self.sheet.text.get(span.clone()).unwrap_or_default();
            let written: String = written.lines().next().unwrap_or_default().chars().take(40).collect();
            self.sheet.report(span.start, &path, format!("{expected} is expected, not `{written}`"), None);
        }
        read
    }

    fn check_length(&self, text: Located<String>, most: usize) -> Option<Located<String>> {
        let length = text.value.chars().count();
        if length > most {
            self.sheet
                .problem(&text, format!("at most {most} characters are expected, and these are {length}"));
            return None;
        }
        if text.value.trim().is_empty() {
            self.sheet.problem(&text, "the text is empty");
            return None;
        }
        Some(text)
    }
}

fn as_array<'s, 't>(value: &'s DeValue<'t>) -> Option<&'s DeArray<'t>> {
    match value {
        DeValue::Array(array) => Some(array),
        _ => None,
    }
}

fn located<'s, 't>(value: &'s Spanned<DeValue<'t>>, path: String) -> Located<&'s DeValue<'t>> {
    Located { value: value.get_ref(), span: span(value), path }
}

fn span(value: &Spanned<DeValue<'_>>) -> Range<usize> {
    value.span()
}
