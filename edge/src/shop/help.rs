//! The shop's help pages: cut into passages at their headings, searched with BM25 (the `bm25` crate), and
//! judged: does the best passage hold what was asked for, or only a word of it?

use super::Shop;
use crate::error::Result;
use crate::store::Store;
use bm25::{Document, SearchEngine, SearchEngineBuilder, Tokenizer};
use rust_stemmers::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

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

/// A passage is no longer than this, in bytes, unless one paragraph is.
const PASSAGE_BYTES: usize = 500;

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

/// Words as the search sees them: lower case, without everyday words, reduced to their stem where the
/// shop's language has a stemmer.
#[derive(Clone)]
pub struct Words(Option<Algorithm>);

impl Words {
    fn of(language: &str) -> Self {
        let primary = language.split('-').next().unwrap_or_default();
        Self(STEMMERS.iter().find(|(code, _)| *code == primary).map(|(_, algorithm)| *algorithm))
    }
}

impl Tokenizer for Words {
    fn tokenize(&self, text: &str) -> Vec<String> {
        let stemmer = self.0.map(Stemmer::create);
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
            .map(|word| word.split(['\'', '’']).next().unwrap_or_default())
            .filter(|word| !word.is_empty() && !EVERYDAY.contains(word))
            .map(one_word)
            .map(|word| match &stemmer {
                Some(stemmer) => stemmer.stem(word).into_owned(),
                None => word.to_owned(),
            })
            .collect()
    }
}

const STEMMERS: &[(&str, Algorithm)] = &[
    ("ar", Algorithm::Arabic),
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("en", Algorithm::English),
    ("es", Algorithm::Spanish),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("nb", Algorithm::Norwegian),
    ("nl", Algorithm::Dutch),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
];

/// Words that say nothing of the matter. Other languages rely on the weights alone.
const EVERYDAY: &[&str] = &[
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could",
    "did", "do", "does", "for", "from", "get", "give", "had", "has", "have", "hello", "help", "hi", "how",
    "i", "if", "in", "is", "it", "its", "know", "like", "long", "many", "may", "me", "my", "need", "of",
    "on", "or", "our", "please", "possible", "shall", "should", "so", "some", "take", "tell", "thanks",
    "that", "the", "their", "them", "then", "there", "they", "this", "to", "us", "use", "want", "was", "we",
    "what", "when", "where", "which", "who", "will", "with", "would", "you", "your",
];

/// One word for the many that shoppers have for one thing (in English; elsewhere the word stays).
fn one_word(word: &str) -> &str {
    let same = SAME.iter().find(|words| words.contains(&word));
    same.and_then(|words| words.first()).copied().unwrap_or(word)
}

const SAME: &[&[&str]] = &[
    &["deliver", "delivery", "delivered", "ship", "shipping", "shipped", "arrive", "arrives", "postage"],
    &["parcel", "package", "packet"],
    &["cost", "costs", "much", "price", "prices", "fee", "fees"],
    &["broken", "damaged", "defective", "faulty"],
    &["jumper", "sweater", "pullover"],
    &["cancel", "cancelling", "canceling", "cancellation"],
];

fn contents(passage: &Passage) -> String {
    // The title counts three times: it says what the passage is about.
    format!("{0}\n{0}\n{0}\n{1}", passage.title, passage.text)
}

/// Cuts pages at their headings, and long parts at their paragraphs.
pub fn passages(pages: &[Page]) -> Vec<Passage> {
    pages.iter().flat_map(page_passages).collect()
}

fn page_passages(page: &Page) -> Vec<Passage> {
    let mut parts: Vec<(Option<String>, String)> = vec![(None, String::new())];
    for paragraph in page.markdown.split("\n\n").map(str::trim).filter(|text| !text.is_empty()) {
        let (heading, body) = split_heading(paragraph);
        let long = parts.last().is_some_and(|(_, text)| text.len() + body.len() > PASSAGE_BYTES);
        match heading {
            Some(heading) => parts.push((Some(heading.to_owned()), String::new())),
            None if long => {
                let heading = parts.last().and_then(|(heading, _)| heading.clone());
                parts.push((heading, String::new()));
            }
            None => {}
        }
        if let Some((_, text)) = parts.last_mut() {
            if !text.is_empty() && !body.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(body);
        }
    }
    let parts = parts.into_iter().filter(|(_, text)| !text.trim().is_empty());
    parts
        .map(|(heading, text)| Passage {
            title: match heading {
                Some(heading) if heading != page.title => format!("{} – {heading}", page.title),
                _ => page.title.clone(),
            },
            url: page.url.clone(),
            text,
        })
        .collect()
}

/// The heading of a paragraph that begins with one, and what follows it.
fn split_heading(paragraph: &str) -> (Option<&str>, &str) {
    if !paragraph.starts_with('#') {
        return (None, paragraph);
    }
    let (line, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
    (Some(line.trim_start_matches('#').trim()), rest.trim())
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
