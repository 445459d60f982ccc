//! Between the model and the shopper: text is let through as it comes, but never a sentence that claims an
//! action nobody took. The running sentence is held back by its last words, since a claim shows itself only
//! when it is whole enough to be understood.

use counterbell_policy::detect::detect_answer;

/// So many words of the running sentence wait for what comes after them.
const HELD_WORDS: usize = 3;

/// What has been let through of a growing text.
#[derive(Debug, Default)]
pub struct Screen {
    /// Where the running sentence begins.
    sentence: usize,
    /// Up to where the text may be shown.
    open: usize,
    claim: Option<String>,
}

impl Screen {
    /// Looks at the text so far, of which `whole` says that nothing follows, and gives what may be shown.
    pub fn look<'a>(&mut self, text: &'a str, whole: bool) -> &'a str {
        while self.claim.is_none() {
            let Some(rest) = text.get(self.sentence..) else { break };
            let Some(end) = sentence_end(rest) else { break };
            self.judge(rest.get(..end).unwrap_or_default());
            if self.claim.is_none() {
                self.sentence += end;
                self.open = self.sentence;
            }
        }
        let running = text.get(self.sentence..).unwrap_or_default();
        if self.claim.is_none() && !running.trim().is_empty() {
            self.judge(running);
        }
        if self.claim.is_none() {
            let shown = if whole { running.len() } else { held_back(running, self.sentence == 0) };
            self.open = self.open.max(self.sentence + shown);
        }
        text.get(..self.open).unwrap_or_default()
    }

    /// The sentence that claims what nobody did.
    pub fn claim(&self) -> Option<&str> {
        self.claim.as_deref()
    }

    fn judge(&mut self, sentence: &str) {
        if detect_answer(sentence).false_promise.hit {
            self.claim = Some(sentence.trim().to_owned());
        }
    }
}

/// Where the first sentence ends, with its end mark.
fn sentence_end(text: &str) -> Option<usize> {
    let mut before = None;
    for (at, c) in text.char_indices() {
        match c {
            '\n' | '。' | '！' | '？' | '।' | '؟' | '។' | '။' => return Some(at + c.len_utf8()),
            c if c.is_whitespace() && matches!(before, Some('.' | '!' | '?' | '…')) => {
                return Some(at + c.len_utf8());
            }
            _ => before = Some(c),
        }
    }
    None
}

/// How much of a running sentence may be shown: all but its last words, and of an answer's very first
/// words the first one at once, which alone claims nothing.
fn held_back(running: &str, first: bool) -> usize {
    let words: Vec<usize> = word_ends(running);
    match words.len().checked_sub(HELD_WORDS).and_then(|last| last.checked_sub(1)) {
        Some(last) => words.get(last).copied().unwrap_or(0),
        None if first => words.first().copied().unwrap_or(0),
        None => 0,
    }
}

/// Where each word ends; in scripts without spaces, each character is a word.
fn word_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            if in_word {
                ends.push(at);
            }
            in_word = false;
        } else if is_unspaced(c) {
            ends.push(at + c.len_utf8());
            in_word = false;
        } else {
            in_word = true;
        }
    }
    if in_word {
        ends.push(text.len());
    }
    ends
}

fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds the text character by character and gives all that was ever shown.
    fn stream(text: &str) -> (String, Option<String>) {
        let mut screen = Screen::default();
        let mut shown = String::new();
        for (at, c) in text.char_indices() {
            shown = screen.look(&text[..at + c.len_utf8()], false).to_owned();
        }
        shown = if screen.claim().is_none() { screen.look(text, true).to_owned() } else { shown };
        (shown, screen.claim().map(str::to_owned))
    }

    #[test]
    fn true_words_come_through_whole() {
        for text in
            ["Hi.", "Returns are free.\n\n- within 30 days\n- with the label", "送料は無料です。", "a", ""]
        {
            assert_eq!(stream(text), (text.to_owned(), None));
        }
    }

    #[test]
    fn a_claim_is_never_shown() {
        let (shown, claim) = stream("Sorry about that. I have refunded your order. Anything else?");
        assert!(claim.is_some());
        assert!(!shown.contains("refunded"), "{shown}");
    }

    #[test]
    fn the_first_word_comes_at_once() {
        let mut screen = Screen::default();
        assert_eq!(screen.look("Our", false), "Our");
        assert_eq!(screen.look("Our returns are", false), "Our");
        assert_eq!(screen.look("Our returns are free for", false), "Our returns");
    }

    #[test]
    fn what_was_shown_is_never_taken_back_by_more_text() {
        let mut screen = Screen::default();
        let text = "One two three four. Five six seven eight nine";
        let mut before = 0;
        for at in 1..=text.len() {
            let now = screen.look(&text[..at], false).len();
            assert!(now >= before, "{now} after {before}");
            before = now;
        }
    }
}
