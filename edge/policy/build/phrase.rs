//! Reads the language files: `key: phrase, phrase` lines into phrases.
//!
//! A phrase is words; `stem*` takes any ending, `*stem` any beginning, `(a|b|)` is a choice, `..` leaves
//! out up to four words, `^` and `$` are the start and the end of a sentence.

use super::{
    choices,
    class::{Class, KEYS},
    fold::{Folded, is_apostrophe, is_mark},
    letters::{fold_letter, is_joiner, is_wide},
    spelling,
};

/// How a word compares with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Whole,
    Prefix,
    Suffix,
}

/// One word of a phrase.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) kind: Kind,
    pub(crate) wide: bool,
}

/// One place in a phrase: the runs of words that may stand there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Part {
    /// Other words may stand between this part and the one before.
    pub(crate) gap: bool,
    /// Nothing may stand here either.
    pub(crate) optional: bool,
    pub(crate) options: Vec<Vec<Word>>,
}

/// A phrase of a language file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Phrase {
    pub(crate) class: Class,
    /// `^`: only at the start of a sentence.
    pub(crate) first: bool,
    /// `$`: only at the end of a sentence.
    pub(crate) last: bool,
    pub(crate) parts: Vec<Part>,
}

/// The number of a line that could not be read.
#[derive(Debug, PartialEq)]
pub(crate) struct BadLine(pub(crate) usize);

/// All phrases of a language file, and the lines that could not be read.
pub(crate) fn read(code: &str, file: &str) -> (Vec<Phrase>, Vec<BadLine>) {
    let (mut phrases, mut bad) = (Vec::new(), Vec::new());
    for (number, line) in file.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parsed = line.split_once(':').and_then(|(key, items)| Some((class(key.trim())?, items)));
        let Some((class, items)) = parsed else {
            bad.push(BadLine(number + 1));
            continue;
        };
        let items = items.split(',').map(str::trim).filter(|item| !item.is_empty()).flat_map(choices::expand);
        for spelt in items.flat_map(|item| spelling::variants(code, item)) {
            match phrase(class, &spelt) {
                Some(phrase) => phrases.push(phrase),
                None => bad.push(BadLine(number + 1)),
            }
        }
    }
    (phrases, bad)
}

fn class(key: &str) -> Option<Class> {
    KEYS.iter().find(|(name, _)| *name == key).map(|(_, class)| *class)
}

fn phrase(class: Class, text: &str) -> Option<Phrase> {
    let text = text.trim();
    let (text, first) = text.strip_prefix('^').map_or((text, false), |text| (text, true));
    let (text, last) = text.strip_suffix('$').map_or((text, false), |text| (text, true));
    if text.contains(['^', '$', '!', '?']) || text.matches('(').count() != text.matches(')').count() {
        return None;
    }
    let parts = parts(text);
    parts.first().is_some_and(|part| !part.optional).then_some(Phrase { class, first, last, parts })
}

/// Reads a phrase; a choice at the front that may be empty is not allowed, because nothing would start it.
fn parts(phrase: &str) -> Vec<Part> {
    let (mut parts, mut rest, mut gap) = (Vec::new(), phrase, false);
    loop {
        rest = rest.trim_start();
        let (part, after) = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((choices, after)) => (choice(choices), after),
            None => {
                let (piece, after) = rest.split_at(rest.find([' ', '(']).unwrap_or(rest.len()));
                if piece.is_empty() {
                    return parts;
                }
                if piece == ".." {
                    (gap, rest) = (true, after);
                    continue;
                }
                (Part { options: vec![words(piece)], ..Part::default() }, after)
            }
        };
        rest = after;
        if part.options.iter().any(|option| !option.is_empty()) {
            parts.push(Part { gap: std::mem::take(&mut gap), ..part });
        }
    }
}

fn choice(choices: &str) -> Part {
    let (some, none): (Vec<_>, Vec<_>) = choices.split('|').map(words).partition(|words| !words.is_empty());
    Part { gap: false, optional: !none.is_empty(), options: some }
}

fn words(text: &str) -> Vec<Word> {
    text.split_whitespace().flat_map(word).collect()
}

fn word(piece: &str) -> Vec<Word> {
    let kind = match (piece.starts_with('*'), piece.ends_with('*')) {
        (true, _) => Kind::Suffix,
        (false, true) => Kind::Prefix,
        (false, false) => Kind::Whole,
    };
    let bare = piece.trim_matches('*');
    if let Some(text) = fold_word(bare) {
        return vec![Word { text, kind, wide: false }];
    }
    let tokens = Folded::new(bare).tokens;
    let last = tokens.len().saturating_sub(1);
    // In "l'agent*" only the last word is a stem.
    let kind_of = |index, wide| if wide || index != last { Kind::Whole } else { kind };
    let words = tokens.into_iter().enumerate();
    words
        .map(|(index, token)| Word { kind: kind_of(index, token.wide), wide: token.wide, text: token.text })
        .collect()
}

/// One word of letters only, folded; `None` if it needs the whole folder. Much faster, and phrases are many.
fn fold_word(word: &str) -> Option<String> {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        if c.is_ascii_lowercase() {
            folded.push(c);
            continue;
        }
        if is_wide(c) || is_joiner(c) || is_apostrophe(c) || !(c.is_alphanumeric() || is_mark(c)) {
            return None;
        }
        let c = c.to_lowercase().next().unwrap_or(c);
        folded.push_str(fold_letter(c).as_text(&mut [0; 4], c));
    }
    (!folded.is_empty()).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(item: &str, expected: &str) {
        let (phrases, bad) = read("en", &format!("ask: {item}"));
        assert!(bad.is_empty());
        let shown: Vec<String> = phrases.iter().flat_map(|phrase| &phrase.parts).map(show).collect();
        assert_eq!(shown.join(" "), expected);
    }

    fn show(part: &Part) -> String {
        let run =
            |words: &Vec<Word>| words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("+");
        let options: Vec<String> = part.options.iter().map(run).collect();
        let (gap, optional) = (if part.gap { ".." } else { "" }, if part.optional { "?" } else { "" });
        format!("{gap}{}{optional}", options.join("|"))
    }

    #[test]
    fn choices_and_gaps_are_read() {
        check("(call|phone) me (back|)", "call|phone me back?");
        check("colleague .. (will call|calls)", "colleague ..will+call|calls");
        check("转人工", "转+人+工");
        check("转(人工|真人)", "转 人+工|真+人");
    }

    #[test]
    fn a_misspelt_key_is_reported() {
        assert_eq!(read("en", "ask: a\nakst: b").1, [BadLine(2)]);
    }
}
