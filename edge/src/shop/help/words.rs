//! Words as the search compares them.

use bm25::Tokenizer;
use rust_stemmers::{Algorithm, Stemmer};

/// Words as the search sees them: lower case, without everyday words, reduced to their stem where the
/// shop's language has a stemmer.
#[derive(Clone)]
pub struct Words(Option<Algorithm>);

impl Words {
    pub fn of(language: &str) -> Self {
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
