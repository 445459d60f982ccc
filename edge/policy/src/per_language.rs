//! What a shop says in its own words: in one language for everybody, or in several.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Stored as the words alone where there is one language, as it was before there could be more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PerLanguage<T = String> {
    One(T),
    Many {
        /// In the shop's own language, for everybody who speaks none of the others.
        usual: T,
        /// The others, by their BCP 47 code.
        others: BTreeMap<String, T>,
    },
}

impl<T> PerLanguage<T> {
    /// For a reader of this language: in it, without its region, or as usual.
    pub fn to(&self, language: &str) -> &T {
        match self {
            Self::One(words) => words,
            Self::Many { usual, others } => {
                let primary = language.split('-').next().unwrap_or_default();
                others.get(language).or_else(|| others.get(primary)).unwrap_or(usual)
            }
        }
    }

    /// In every language, the shop's own first.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        let (usual, others) = match self {
            Self::One(words) => (words, None),
            Self::Many { usual, others } => (usual, Some(others)),
        };
        std::iter::once(usual).chain(others.into_iter().flat_map(BTreeMap::values))
    }

    pub fn is_one(&self) -> bool {
        matches!(self, Self::One(_))
    }
}

impl<T: Default> Default for PerLanguage<T> {
    fn default() -> Self {
        Self::One(T::default())
    }
}

impl From<&str> for PerLanguage {
    fn from(words: &str) -> Self {
        Self::One(words.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nordic() -> PerLanguage {
        let others = [("da", "Hej"), ("pt", "Olá"), ("pt-BR", "Oi")];
        let others = others.into_iter().map(|(code, words)| (code.to_owned(), words.to_owned())).collect();
        PerLanguage::Many { usual: "Hello".to_owned(), others }
    }

    #[test]
    fn a_reader_gets_their_language_or_the_closest_or_the_shops_own() {
        for (language, expected) in [
            ("da", "Hej"),
            ("da-DK", "Hej"),
            ("pt-BR", "Oi"),
            ("pt-PT", "Olá"),
            ("en", "Hello"),
            ("sv", "Hello"),
            ("", "Hello"),
        ] {
            assert_eq!(nordic().to(language), expected, "{language}");
            assert_eq!(PerLanguage::from("Moin").to(language), "Moin", "{language}");
        }
        assert_eq!(nordic().all().collect::<Vec<_>>(), ["Hello", "Hej", "Olá", "Oi"]);
    }

    #[test]
    fn what_was_stored_as_words_is_read_and_stored_so_again() {
        let plain = PerLanguage::from("Moin");
        assert_eq!(serde_json::from_str::<PerLanguage>("\"Moin\"").unwrap(), plain);
        assert_eq!(serde_json::to_string(&plain).unwrap(), "\"Moin\"");
        let stored = serde_json::to_string(&nordic()).unwrap();
        assert_eq!(serde_json::from_str::<PerLanguage>(&stored).unwrap(), nordic());
    }
}
