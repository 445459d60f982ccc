//! Folds text into tokens that compare: lower case, no accents, one script for each alphabet's variants.
//!
//! Knows letters, not languages. Scripts without spaces (Chinese, Japanese, Korean, Thai) give one token a
//! letter, so that a phrase is a run of tokens in every script.

use super::letters::{fold_letter, is_joiner, is_wide};

/// Longer texts are read at both ends only, so that the work stays bounded.
pub(crate) const READ_CHARS: usize = 3072;
const TAIL_CHARS: usize = 1024;
/// Width of a word and of a letter of a script without spaces; distances are counted in these units.
const WORD_UNITS: u32 = 3;
const WIDE_UNITS: u32 = 1;
/// Latin endings that stay with the word before the apostrophe ("don't", "I'll").
const ENDINGS: [&str; 8] = ["t", "s", "m", "d", "re", "ve", "ll", "em"];

/// One word, or one letter of a script without spaces.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) wide: bool,
    pub(crate) sentence: u16,
    /// Commas before it.
    pub(crate) clause: u16,
    /// Distance from the start of the text, in units.
    pub(crate) at: u32,
}

impl Token {
    pub(crate) fn end(&self) -> u32 {
        self.at + if self.wide { WIDE_UNITS } else { WORD_UNITS }
    }
}

/// A text ready to be matched.
#[derive(Clone, Debug, Default)]
pub(crate) struct Folded {
    pub(crate) tokens: Vec<Token>,
    /// Numbers of the sentences that end in a question mark.
    pub(crate) questions: Vec<u16>,
    /// Cyrillic letters were among those folded to Latin ones.
    pub(crate) cyrillic: bool,
}

impl Folded {
    pub(crate) fn new(text: &str) -> Self {
        let mut folder = Folder::default();
        let length = text.chars().count();
        if length <= READ_CHARS {
            text.chars().for_each(|c| folder.read(c));
        } else {
            text.chars().take(READ_CHARS - TAIL_CHARS).for_each(|c| folder.read(c));
            folder.end_sentence();
            text.chars().skip(length - TAIL_CHARS).for_each(|c| folder.read(c));
        }
        folder.end_word();
        folder.folded
    }

    /// The length of the text in units.
    pub(crate) fn units(&self) -> u32 {
        self.tokens.last().map_or(0, Token::end)
    }

    /// How many sentences have words, or more.
    pub(crate) fn sentences(&self) -> usize {
        self.tokens.last().map_or(0, |token| usize::from(token.sentence) + 1)
    }

    /// The words from one token to another, both included, as a reader would write them.
    pub(crate) fn words(&self, from: usize, to: usize) -> String {
        let mut words = String::new();
        let mut after_wide = true;
        for token in self.tokens.get(from..=to).unwrap_or_default() {
            if !(words.is_empty() || after_wide && token.wide) {
                words.push(' ');
            }
            words.push_str(&token.text);
            after_wide = token.wide;
        }
        words
    }
}

#[derive(Default)]
struct Folder {
    folded: Folded,
    word: String,
    /// The word has Cyrillic letters, which never elide.
    cyrillic: bool,
    /// Where the part of the word after an apostrophe begins.
    apostrophe: Option<usize>,
    last: Option<char>,
    run: u8,
    sentence: u16,
    clause: u16,
}

impl Folder {
    fn read(&mut self, c: char) {
        if is_joiner(c) {
            return;
        }
        if is_apostrophe(c) {
            if !self.word.is_empty() {
                self.end_part();
                self.apostrophe = Some(self.word.len());
            }
            return;
        }
        if is_wide(c) {
            self.end_word();
            self.push_token(fold_letter(c).to_owned_text(c), true);
        } else if c.is_alphanumeric() || is_mark(c) {
            self.read_letter(c);
        } else {
            self.read_break(c);
        }
    }

    fn read_letter(&mut self, c: char) {
        let c = c.to_lowercase().next().unwrap_or(c);
        let cyrillic = matches!(c, '\u{400}'..='\u{52f}');
        self.cyrillic |= cyrillic;
        self.folded.cyrillic |= cyrillic;
        self.run = if self.last == Some(c) { self.run.saturating_add(1) } else { 1 };
        self.last = Some(c);
        if self.run == 3 && c.is_alphabetic() && !c.is_numeric() {
            self.word.pop();
        }
        if self.run < 3 || c.is_numeric() {
            self.word.push_str(fold_letter(c).as_text(&mut [0; 4], c));
        }
    }

    fn read_break(&mut self, c: char) {
        // Persian writes its verb prefix joined, half-joined or apart; all become joined.
        if c == ' ' && (self.word == "مي" || self.word == "نمي") {
            return;
        }
        self.end_word();
        match c {
            '?' | '？' | '؟' | ';' if c != ';' => {
                if self.folded.questions.last() != Some(&self.sentence) {
                    self.folded.questions.push(self.sentence);
                }
                self.end_sentence();
            }
            '.' | '!' | '\n' | '。' | '！' | '।' | '۔' | ';' | '…' | '؛' => self.end_sentence(),
            ',' | '，' | '،' | '、' => self.clause = self.clause.saturating_add(1),
            _ => {}
        }
    }

    /// Splits "l'agent" and "dell'operatore", but keeps "don't" and "зв'язок" whole.
    fn end_part(&mut self) {
        let Some(start) = self.apostrophe.take() else { return };
        let (before, after) = self.word.split_at_checked(start).unwrap_or((&self.word, ""));
        let latin = !self.cyrillic && after.chars().all(|c| c.is_ascii_alphabetic());
        if latin && !after.is_empty() && !ENDINGS.contains(&after) {
            let (before, after) = (before.to_owned(), after.to_owned());
            self.push_token(before, false);
            self.word = after;
        }
    }

    fn end_word(&mut self) {
        self.end_part();
        self.cyrillic = false;
        self.last = None;
        self.run = 0;
        if !self.word.is_empty() {
            let word = std::mem::take(&mut self.word);
            self.push_token(word, false);
        }
    }

    fn end_sentence(&mut self) {
        self.end_word();
        if self.folded.tokens.last().is_some_and(|token| token.sentence == self.sentence) {
            self.sentence = self.sentence.saturating_add(1);
        }
    }

    fn push_token(&mut self, text: String, wide: bool) {
        if !text.is_empty() {
            let at = self.folded.units();
            self.folded.tokens.push(Token { text, wide, sentence: self.sentence, clause: self.clause, at });
        }
    }
}

pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '׳')
}

/// Vowel signs and the like, which belong to the word.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{64b}'..='\u{65f}' | '\u{591}'..='\u{5c7}')
        && !matches!(c, '।' | '॥')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let folded = Folded::new(text);
        let tokens: Vec<&str> = folded.tokens.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(tokens.join(" "), expected, "{text}");
    }

    #[test]
    fn texts_fold() {
        check("I DON'T want a bot!!", "i dont want a bot");
        check("pleeeease", "please");
        check("Parler à l’agent, s'il vous plaît", "parler a l agent s il vous plait");
        check("Хочу оператора", "hocu operatora");
        check("Хоћу да причам са човеком", "hocu da pricam sa covekom");
        check("Hoću da pričam sa čovekom", "hocu da pricam sa covekom");
        check("می خواهم", "ميخواهم");
        check("می‌خواهم", "ميخواهم");
        check("轉接真人客服", "转 接 真 人 客 服");
        check("Tôi muốn gặp nhân viên", "toi muon gap nhan vien");
        check("مُوَظَّف", "موظف");
        check("зв'язок", "zvjazok");
        check("ИНТЕРНЕТ İstanbul", "internet istanbul");
    }

    #[test]
    fn long_texts_are_read_at_both_ends() {
        let folded = Folded::new(&format!("start {} end", "x ".repeat(100_000)));
        assert!(folded.tokens.len() < 2100);
        assert_eq!(folded.tokens.last().map(|token| token.text.as_str()), Some("end"));
    }
}
