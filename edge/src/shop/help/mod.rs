//! The shop's help pages: cut into passages at their headings, searched with BM25 (the `bm25` crate), and
//! judged: does the best passage hold what was asked for, or only a word of it?

mod passages;
mod words;

pub use passages::passages;

use super::Shop;
use crate::error::Result;
use crate::store::Store;
use bm25::{Document, SearchEngine, SearchEngineBuilder, Tokenizer};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use words::Words;

/// A page as it is pushed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub title: String,
    pub url: String,
    pub markdown: String,
}

/// A part of a page that can be read by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    pub title: String,
    pub url: String,
    pub text: String,
}

/// A passage that was found. `cover` is the share of the question's weight that the passage holds, 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    #[serde(flatten)]
    pub passage: Passage,
    /// Its place among all passages: those of one page stand together, in order.
    pub place: u32,
    pub score: f32,
    pub cover: f32,
}

/// The index of one shop, in memory; rebuilt when the settings change.
pub struct Index {
    engine: SearchEngine<u32, u32, Words>,
    tokenizer: Words,
    passages: Vec<Passage>,
    /// Which words each passage holds, and how many passages hold each word.
    words: Vec<HashSet<String>>,
    spread: HashMap<String, u32>,
}

impl Index {
    pub fn new(passages: Vec<Passage>, language: &str) -> Self {
        let tokenizer = Words::of(language);
        let mut words: Vec<HashSet<String>> = Vec::new();
        let mut spread = HashMap::new();
        let mut documents = Vec::new();
        for (id, passage) in (0u32..).zip(&passages) {
            let contents = contents(passage);
            let held: HashSet<String> = tokenizer.tokenize(&contents).into_iter().collect();
            for word in &held {
                *spread.entry(word.clone()).or_insert(0) += 1;
            }
            words.push(held);
            documents.push(Document::new(id, contents));
        }
        let engine = SearchEngineBuilder::<u32, u32, Words>::with_tokenizer_and_documents(
            tokenizer.clone(),
            documents,
        );
        Self { engine: engine.build(), tokenizer, passages, words, spread }
    }

    /// The best passages, best first.
    pub fn search(&self, question: &str, limit: usize) -> Vec<Found> {
        let asked: HashSet<String> = self.tokenizer.tokenize(question).into_iter().collect();
        let mut found: Vec<Found> = self
            .engine
            .search(question, limit * 3)
            .into_iter()
            .filter_map(|result| {
                let id = result.document.id;
                let at = usize::try_from(id).ok()?;
                let passage = self.passages.get(at)?.clone();
                let cover = self.cover(&asked, self.words.get(at)?);
                // Rounded, since the engine adds in no fixed order.
                let score = (result.score * (0.5 + cover) * 1_000.0).round() / 1_000.0;
                Some(Found { passage, place: id, score, cover })
            })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.place.cmp(&b.place)));
        found.truncate(limit);
        found
    }

    /// The asked words' weight that a passage holds. A word weighs more the fewer passages hold it (the
    /// inverse document frequency of BM25); a word that no passage holds weighs most.
    fn cover(&self, asked: &HashSet<String>, held: &HashSet<String>) -> f32 {
        let (mut all, mut here) = (0.0, 0.0);
        let mut words: Vec<&String> = asked.iter().collect();
        words.sort();
        for word in words {
            let weight = self.weight(word);
            all += weight;
            if held.contains(word) {
                here += weight;
            }
        }
        if all > 0.0 { here / all } else { 0.0 }
    }

    fn weight(&self, word: &str) -> f32 {
        let (all, with) = (self.words.len() as f32, self.spread.get(word).copied().unwrap_or(0) as f32);
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }
}

fn contents(passage: &Passage) -> String {
    // The title counts three times: it says what the passage is about.
    format!("{0}\n{0}\n{0}\n{1}", passage.title, passage.text)
}

impl<S: Store> Shop<S> {
    pub fn passages(&self) -> Result<Vec<Passage>> {
        let rows = self.store.rows("SELECT title, url, text FROM passage ORDER BY n", &[])?;
        rows.iter()
            .map(|row| Ok(Passage { title: row.text(0)?, url: row.text(1)?, text: row.text(2)? }))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let page = |title: &str, markdown: &str| Page {
            title: title.into(),
            url: format!("/help/{}", title.to_lowercase()),
            markdown: markdown.into(),
        };
        let pages = [
            page(
                "Returns",
                "# Returns\n\nSend it back within 30 days.\n\n## Refunds\n\nThe money is with you in 5 days.",
            ),
            page("Shipping", "We ship to all of Europe. Delivery takes 2 to 4 working days."),
            page("Care", "Wash wool at 30 degrees. Never tumble dry a jumper."),
        ];
        Index::new(passages(&pages), "en")
    }

    #[test]
    fn pages_are_cut_at_headings() {
        let titles: Vec<String> = index().passages.into_iter().map(|passage| passage.title).collect();
        assert_eq!(titles, ["Returns", "Returns – Refunds", "Shipping", "Care"]);
    }

    #[test]
    fn a_question_finds_its_passage_in_other_word_forms() {
        let check = |question: &str, title: &str| {
            let found = index().search(question, 3);
            assert_eq!(found.first().map(|found| found.passage.title.as_str()), Some(title), "{question}");
        };
        check("How long does delivery take?", "Shipping");
        check("can i return my order", "Returns");
        check("is washing a jumper ok?", "Care");
    }

    #[test]
    fn a_question_beside_the_pages_is_hardly_covered() {
        let cover = |question: &str| index().search(question, 1).first().map_or(0.0, |found| found.cover);
        assert!(cover("when do I get my refund money") > 0.5);
        assert!(cover("do you ship live lobsters to Antarctica") < 0.5);
        assert_eq!(cover("xyzzy"), 0.0);
    }

    #[test]
    fn a_long_part_is_cut_at_a_paragraph() {
        let markdown = "word ".repeat(200) + "\n\n" + &"other ".repeat(200);
        let page = Page { title: "Long".into(), url: "/l".into(), markdown };
        assert_eq!(passages(&[page]).len(), 2);
    }
}
