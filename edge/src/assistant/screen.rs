//! Between the model and the shopper: text is let through as it comes, but never a sentence that claims an
//! action nobody took. The running sentence is held back by its last words, since a claim shows itself only
//! when it is whole enough to be understood.

use counterbell_policy::detect::Growing;

/// So many words of the running sentence wait for what comes after them.
const HELD_WORDS: usize = 3;
/// Of a sentence that does not end, so much is judged while it grows: a claim, and what takes it back, lie
/// closer together. Whole, it is judged whole.
const JUDGED_UNITS: usize = 108;
const WORD_UNITS: usize = 3;

/// What has been let through of a growing text.
#[derive(Debug, Default)]
pub struct Screen {
    /// Where the running sentence begins.
    sentence: usize,
    /// Up to where its end was looked for.
    searched: usize,
    /// Up to where the text may be shown.
    open: usize,
    claim: Option<String>,
    judge: Growing,
}

impl Screen {
    /// Looks at the text so far, of which `whole` says that nothing follows, and gives what may be shown.
    pub fn look<'a>(&mut self, text: &'a str, whole: bool) -> &'a str {
        while self.claim.is_none()
            && let Some(end) = self.sentence_end(text)
        {
            self.let_through(text.get(self.sentence..end).unwrap_or_default(), end);
            (self.sentence, self.searched) = (end, end);
        }
        let running = text.get(self.sentence..).unwrap_or_default();
        let shown = if whole { running.len() } else { held_back(running, self.sentence == 0) };
        if self.claim.is_none() && self.sentence + shown > self.open {
            self.let_through(if whole { running } else { tail(running) }, self.sentence + shown);
        }
        text.get(..self.open).unwrap_or_default()
    }

    /// The sentence that claims what nobody did.
    pub fn claim(&self) -> Option<&str> {
        self.claim.as_deref()
    }

    fn let_through(&mut self, sentence: &str, up_to: usize) {
        if self.judge.claims_action(sentence) {
            self.claim = Some(sentence.trim().to_owned());
        } else {
            self.open = self.open.max(up_to);
        }
    }

    /// Where the running sentence ends, after its end mark. What was looked through is not looked through again.
    fn sentence_end(&mut self, text: &str) -> Option<usize> {
        let mut before = None;
        for (at, c) in text.get(self.searched..)?.char_indices() {
            let at = self.searched + at;
            match c {
                '\n' | '。' | '！' | '？' | '।' | '؟' | '។' | '။' => {
                    return Some(at + c.len_utf8());
                }
                c if c.is_whitespace() && matches!(before, Some((_, '.' | '!' | '?' | '…'))) => {
                    return Some(at + c.len_utf8());
                }
                _ => before = Some((at, c)),
            }
        }
        // The last character is read again: with what follows it may be the end.
        self.searched = before.map_or(self.searched, |(at, _)| at);
        None
    }
}

/// How much of a running sentence may be shown: all but its last words, and of an answer's very first
/// words the first one at once, which alone claims nothing.
fn held_back(running: &str, first: bool) -> usize {
    let mut ends = ends_from_last(running).map(|(end, _)| end);
    let first_words = ends.by_ref().take(HELD_WORDS).last();
    ends.next().or(first_words.filter(|_| first)).unwrap_or(0)
}

/// The last part of a sentence.
fn tail(running: &str) -> &str {
    let mut units = 0;
    let far = ends_from_last(running).find(|(_, width)| {
        units += width;
        units > JUDGED_UNITS
    });
    far.and_then(|(end, _)| running.get(end..)).unwrap_or(running)
}

/// Where each word ends, the last one first, and its width; in scripts without spaces, each character is a
/// word.
fn ends_from_last(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut after = ' ';
    text.char_indices().rev().filter_map(move |(at, c)| {
        let last = std::mem::replace(&mut after, c).is_whitespace();
        match (is_unspaced(c), last && !c.is_whitespace()) {
            (true, _) => Some((at + c.len_utf8(), 1)),
            (false, true) => Some((at + c.len_utf8(), WORD_UNITS)),
            (false, false) => None,
        }
    })
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
    fn a_claim_deep_in_a_sentence_without_end_is_never_shown() {
        let before = "and then there is also the thing with the sizes ".repeat(8);
        for (claim, word) in [
            ("so I have refunded your order already", "refunded"),
            ("hence I have transferred you to a colleague who", "transferred"),
        ] {
            let (shown, caught) = stream(&format!("{before}{claim} and so on"));
            assert!(caught.is_some() && !shown.contains(word), "{shown}");
        }
        let before = "サイズについては説明がありますので".repeat(12);
        let (shown, caught) = stream(&format!("{before}ご注文を返金いたしました、それから"));
        assert!(caught.is_some() && !shown.contains("返金いたしました"), "{shown}");
    }

    #[test]
    fn what_takes_a_claim_back_is_still_seen() {
        let before = "and then there is also the thing with the sizes ".repeat(8);
        let text = format!("{before}I cannot say that I have refunded your order.");
        assert_eq!(stream(&text), (text, None));
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
