//! One run of text: emphasis, code, links, images, line breaks. One pass, with every look-ahead bounded,
//! so that hostile text costs no more than ordinary text.

use super::letter::is_of_word;
use super::link::{SafeUrl, bare_url_len, safe_url};
use super::{Allowed, Attr, Tag, Tree};

/// Openers that may wait for their closer at once; deeper emphasis stays text.
const MAX_OPEN: usize = 8;
/// How far a link's words may reach, in bytes.
const MAX_LABEL_BYTES: usize = 1_000;

pub fn parse(text: &str, allowed: &Allowed) -> Vec<Tree> {
    Parser::new(text, allowed, true).run()
}

/// Links and line breaks only.
pub fn plain(text: &str) -> Vec<Tree> {
    let allowed = Allowed::default();
    let mut parser = Parser::new(text, &allowed, true);
    while let Some(c) = parser.peek() {
        match c {
            '\n' => parser.line_break(),
            'h' | 'H' if parser.bare_url() => {}
            _ => parser.literal(c),
        }
    }
    parser.finish()
}

enum Piece {
    Tree(Tree),
    /// A run of `*`, `_` or `~~` that may still open an emphasis.
    Open {
        mark: char,
        count: usize,
    },
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    allowed: &'a Allowed,
    links: bool,
    out: Vec<Piece>,
    buffer: String,
    /// Where in `out` the openers stand that still wait for their closer.
    open: Vec<usize>,
    /// Lengths of backtick runs that have no partner further on.
    lonely_ticks: [bool; 4],
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, allowed: &'a Allowed, links: bool) -> Self {
        let (out, open, buffer) = (Vec::new(), Vec::new(), String::new());
        Self { text, at: 0, allowed, links, out, buffer, open, lonely_ticks: [false; 4] }
    }

    fn run(mut self) -> Vec<Tree> {
        while let Some(c) = self.peek() {
            let taken = match c {
                '\\' => self.escape(),
                '\n' => {
                    self.line_break();
                    true
                }
                '`' => self.code(),
                '*' | '_' | '~' => self.emphasis(c),
                '!' => self.image(),
                '[' => self.link(),
                '<' => self.pointed(),
                'h' | 'H' => self.bare_url(),
                _ => false,
            };
            if !taken {
                self.literal(c);
            }
        }
        self.finish()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn before(&self) -> Option<char> {
        self.text.get(..self.at).and_then(|text| text.chars().next_back())
    }

    fn literal(&mut self, c: char) {
        self.buffer.push(c);
        self.at += c.len_utf8();
    }

    fn flush(&mut self) {
        if !self.buffer.is_empty() {
            self.out.push(Piece::Tree(Tree::Text(std::mem::take(&mut self.buffer))));
        }
    }

    fn push(&mut self, tree: Tree) {
        self.flush();
        self.out.push(Piece::Tree(tree));
    }

    fn finish(mut self) -> Vec<Tree> {
        self.flush();
        settle(self.out)
    }

    fn line_break(&mut self) {
        self.at += 1;
        let kept = self.buffer.trim_end_matches(' ').len();
        self.buffer.truncate(kept);
        self.push(Tree::element(Tag::Break, Vec::new()));
    }

    fn escape(&mut self) -> bool {
        let Some(next) = self.rest().chars().nth(1).filter(char::is_ascii_punctuation) else { return false };
        self.at += 1;
        self.literal(next);
        true
    }

    fn code(&mut self) -> bool {
        let rest = self.rest();
        let ticks = run_len(rest, '`');
        let fence = rest.get(..ticks).unwrap_or("");
        let lonely = self.lonely_ticks.get(ticks).copied().unwrap_or(true);
        let found = if lonely { None } else { closing_ticks(rest.get(ticks..).unwrap_or(""), ticks) };
        let Some(len) = found else {
            if let Some(slot) = self.lonely_ticks.get_mut(ticks) {
                *slot = true;
            }
            self.buffer.push_str(fence);
            self.at += ticks;
            return true;
        };
        let inner = rest.get(ticks..ticks + len).unwrap_or("").replace('\n', " ");
        let trimmed = match inner.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' ')) {
            Some(short) if !short.trim().is_empty() => short,
            _ => inner.as_str(),
        };
        self.push(Tree::element(Tag::Code, vec![Tree::text(trimmed)]));
        self.at += len + 2 * ticks;
        true
    }

    fn emphasis(&mut self, mark: char) -> bool {
        let rest = self.rest();
        let count = run_len(rest, mark);
        let before = self.before().unwrap_or(' ');
        let after = rest.get(count..).and_then(|text| text.chars().next()).unwrap_or(' ');
        let (opens, closes) = sides(mark, before, after);
        let usable = if mark == '~' { count == 2 } else { count <= 3 };
        if !usable || !(opens || closes) {
            self.buffer.push_str(rest.get(..count).unwrap_or(""));
            self.at += count;
            return true;
        }
        self.flush();
        self.at += count;
        let left = if closes { self.close(mark, count) } else { count };
        if left > 0 {
            self.leave(mark, left, opens);
        }
        true
    }

    /// What a run did not close: it may open, unless too much is open already.
    fn leave(&mut self, mark: char, count: usize, opens: bool) {
        if opens && self.open.len() < MAX_OPEN {
            self.open.push(self.out.len());
            self.out.push(Piece::Open { mark, count });
        } else {
            (0..count).for_each(|_| self.buffer.push(mark));
        }
    }

    /// Closes as many openers as `count` marks can; returns the marks left over.
    fn close(&mut self, mark: char, mut count: usize) -> usize {
        while let Some((place, at, opened)) = self.opener(mark).filter(|_| count > 0) {
            if at + 1 >= self.out.len() {
                break;
            }
            self.open.truncate(place);
            let inner = settle(self.out.drain(at + 1..).collect());
            self.out.truncate(at);
            let used = if opened >= 2 && count >= 2 { 2 } else { 1 };
            if opened > used {
                self.leave(mark, opened - used, true);
            }
            let tag = match (mark, used) {
                ('~', _) => Tag::Strike,
                (_, 2) => Tag::Strong,
                _ => Tag::Emphasis,
            };
            self.out.push(Piece::Tree(Tree::element(tag, inner)));
            count -= used;
        }
        count
    }

    /// The last opener of this mark: its place among the openers, its place in `out`, its marks.
    fn opener(&self, mark: char) -> Option<(usize, usize, usize)> {
        self.open.iter().enumerate().rev().find_map(|(place, at)| match self.out.get(*at) {
            Some(Piece::Open { mark: open, count }) if *open == mark => Some((place, *at, *count)),
            _ => None,
        })
    }

    fn image(&mut self) -> bool {
        let Some((alt, target, len)) = self.rest().get(1..).and_then(bracketed) else { return false };
        self.at += 1 + len;
        let shown = safe_url(target).filter(|url| self.allowed.image_hosts.contains_host(url));
        match shown {
            Some(url) => {
                let attrs = vec![(Attr::Src, url.href), (Attr::Alt, alt.to_owned())];
                self.push(Tree::with_attrs(Tag::Image, attrs, Vec::new()));
            }
            None => self.buffer.push_str(alt),
        }
        true
    }

    fn link(&mut self) -> bool {
        if !self.links {
            return false;
        }
        let Some((label, target, len)) = bracketed(self.rest()) else { return false };
        let words = Parser::new(label, self.allowed, false).run();
        self.at += len;
        match safe_url(target) {
            Some(url) => self.push(anchor(url, label, words)),
            None => {
                self.flush();
                self.out.extend(words.into_iter().map(Piece::Tree));
            }
        }
        true
    }

    /// `<https://…>`, and the `<br>` that models write into tables.
    fn pointed(&mut self) -> bool {
        let rest = self.rest();
        let end = rest.bytes().take(MAX_LABEL_BYTES).position(|b| b == b'>');
        let Some(inner) = end.and_then(|end| rest.get(1..end)) else { return false };
        let tree = match inner {
            "br" | "br/" | "br /" => Tree::element(Tag::Break, Vec::new()),
            _ if self.links => match safe_url(inner) {
                Some(url) => anchor(url, inner, vec![Tree::text(inner)]),
                None => return false,
            },
            _ => return false,
        };
        self.push(tree);
        self.at += inner.len() + 2;
        true
    }

    fn bare_url(&mut self) -> bool {
        let rest = self.rest();
        let starts = rest.get(..8).is_some_and(|start| {
            start.eq_ignore_ascii_case("https://") || start.to_ascii_lowercase().starts_with("http://")
        });
        if !starts || !self.links || self.before().is_some_and(is_of_word) {
            return false;
        }
        let text = rest.get(..bare_url_len(rest)).unwrap_or("");
        let Some(url) = safe_url(text) else { return false };
        self.push(anchor(url, text, vec![Tree::text(text)]));
        self.at += text.len();
        true
    }
}

trait Hosts {
    fn contains_host(&self, url: &SafeUrl) -> bool;
}

impl Hosts for std::sync::Arc<[String]> {
    fn contains_host(&self, url: &SafeUrl) -> bool {
        url.href.starts_with("https:") && url.host.as_ref().is_some_and(|host| self.contains(host))
    }
}

/// A link says where it leads, unless its words already do.
fn anchor(url: SafeUrl, label: &str, mut words: Vec<Tree>) -> Tree {
    if let Some(host) = url.host.filter(|host| !says(label, host)) {
        words.push(Tree::element(Tag::Host, vec![Tree::text(host)]));
    }
    Tree::with_attrs(Tag::Link, vec![(Attr::Href, url.href)], words)
}

/// `str::contains` for whole words would bring a search made for long texts.
fn says(label: &str, host: &str) -> bool {
    label.as_bytes().windows(host.len().max(1)).any(|part| part.eq_ignore_ascii_case(host.as_bytes()))
}

/// Openers that were never closed are the characters that they are; neighbouring text is joined.
fn settle(pieces: Vec<Piece>) -> Vec<Tree> {
    let mut out: Vec<Tree> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let tree = match piece {
            Piece::Tree(tree) => tree,
            Piece::Open { mark, count } => Tree::Text(std::iter::repeat_n(mark, count).collect()),
        };
        match (out.last_mut(), tree) {
            (Some(Tree::Text(last)), Tree::Text(text)) => last.push_str(&text),
            (_, tree) => out.push(tree),
        }
    }
    out
}

fn run_len(text: &str, mark: char) -> usize {
    text.len() - text.trim_start_matches(mark).len()
}

/// Where a run of exactly `ticks` backticks begins.
fn closing_ticks(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('`')) {
        let start = at + found;
        let len = run_len(text.get(start..).unwrap_or(""), '`');
        if len == ticks {
            return Some(start);
        }
        at = start + len;
    }
    None
}

/// Whether a run of marks may open or close, after CommonMark's flanking rules.
fn sides(mark: char, before: char, after: char) -> (bool, bool) {
    let punctuation = |c: char| !is_of_word(c) && !c.is_whitespace();
    let left =
        !after.is_whitespace() && (!punctuation(after) || before.is_whitespace() || punctuation(before));
    let right =
        !before.is_whitespace() && (!punctuation(before) || after.is_whitespace() || punctuation(after));
    if mark == '_' {
        return (left && !is_of_word(before), right && !is_of_word(after));
    }
    (left, right)
}

/// `[label](target "title")` at the start of `text`: label, target and the length of the whole.
fn bracketed(text: &str) -> Option<(&str, &str, usize)> {
    let mut depth = 0_usize;
    let mut end = None;
    for (at, c) in text.char_indices().take_while(|(at, _)| *at <= MAX_LABEL_BYTES) {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '\n' => return None,
            _ => {}
        }
        if depth == 0 {
            end = Some(at);
            break;
        }
    }
    let end = end.filter(|end| *end > 0)?;
    let label = text.get(1..end)?;
    let target = text.get(end + 1..)?.strip_prefix('(')?;
    let close = target_len(target)?;
    let inside = target.get(..close)?.trim();
    let address = inside.split_whitespace().next().unwrap_or("");
    let address = address.strip_prefix('<').and_then(|a| a.strip_suffix('>')).unwrap_or(address);
    Some((label, address, end + close + 3))
}

/// Up to the parenthesis that closes the target; parentheses inside come in pairs.
fn target_len(target: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in target.char_indices().take(2_100) {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            '\n' => return None,
            _ => {}
        }
    }
    None
}
