//! Lines to blocks. A block is decided by its own lines alone, so that a text that grows can be parsed on
//! from its last block (`stream.rs`).

use super::{Allowed, Attr, Tag, Tree, inline, table};
use crate::state::number;

/// Quotes and lists deeper than this are shown flat.
const MAX_DEPTH: usize = 6;

/// Blocks with the byte at which each begins.
pub fn parse(text: &str, allowed: &Allowed, depth: usize) -> Vec<(usize, Tree)> {
    let lines = lines(text);
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if line.text.trim().is_empty() {
            at += 1;
            continue;
        }
        let (tree, used) = block(lines.get(at..).unwrap_or(&[]), allowed, depth);
        blocks.push((line.start, tree));
        at += used.max(1);
    }
    blocks
}

#[derive(Clone, Copy)]
pub struct Line<'a> {
    pub start: usize,
    pub text: &'a str,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    text.split('\n')
        .map(|raw| {
            let line = Line { start, text: raw.strip_suffix('\r').unwrap_or(raw) };
            start += raw.len() + 1;
            line
        })
        .collect()
}

/// The block that begins at the first line (which is not blank), and how many lines it takes.
fn block(lines: &[Line<'_>], allowed: &Allowed, depth: usize) -> (Tree, usize) {
    let first = lines.first().map_or("", |line| line.text);
    match kind(first) {
        Kind::Fence { mark, len } => fence(lines, mark, len),
        Kind::Heading(text) => (Tree::element(Tag::Heading, inline::parse(text, allowed)), 1),
        Kind::Rule => (Tree::element(Tag::Rule, Vec::new()), 1),
        Kind::Quote if depth < MAX_DEPTH => quote(lines, allowed, depth),
        Kind::Item(_) if depth < MAX_DEPTH => list(lines, allowed, depth),
        _ => match table::parse(lines, allowed) {
            Some(found) => found,
            None => paragraph(lines, allowed),
        },
    }
}

enum Kind<'a> {
    Fence { mark: char, len: usize },
    Heading(&'a str),
    Rule,
    Quote,
    Item(Marker),
    Text,
}

#[derive(Clone, Copy, PartialEq)]
struct Marker {
    /// The bullet itself, or `.` / `)` of a number.
    sort: char,
    number: Option<u64>,
    /// Columns before the marker.
    indent: usize,
    /// Where the item's own text begins.
    content: usize,
}

fn kind(line: &str) -> Kind<'_> {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let first = text.chars().next().unwrap_or(' ');
    if matches!(first, '`' | '~') {
        let len = text.len() - text.trim_start_matches(first).len();
        if len >= 3 && !text.get(len..).is_some_and(|info| info.bytes().any(|byte| byte == b'`')) {
            return Kind::Fence { mark: first, len };
        }
    }
    if let Some(text) = heading(text) {
        return Kind::Heading(text);
    }
    if is_rule(text) {
        return Kind::Rule;
    }
    if first == '>' {
        return Kind::Quote;
    }
    marker(text, indent).map_or(Kind::Text, Kind::Item)
}

fn heading(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches('#');
    let level = text.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with(' ')).then(|| rest.trim().trim_end_matches('#').trim_end())
}

fn is_rule(text: &str) -> bool {
    let mark = text.chars().next().unwrap_or(' ');
    matches!(mark, '-' | '*' | '_')
        && text.chars().all(|c| c == mark || c == ' ')
        && text.chars().filter(|c| *c == mark).count() >= 3
}

fn marker(text: &str, indent: usize) -> Option<Marker> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let sort = text.get(digits..)?.chars().next()?;
    let fits = match digits {
        0 => matches!(sort, '-' | '*' | '+' | '•'),
        1..=9 => matches!(sort, '.' | ')'),
        _ => false,
    };
    let width = digits + sort.len_utf8();
    if !fits || !text.get(width..)?.starts_with(' ') {
        return None;
    }
    let number = text.get(..digits).and_then(|digits| number::read(digits, 10));
    Some(Marker { sort, number, indent, content: indent + width + 1 })
}

fn fence(lines: &[Line<'_>], mark: char, len: usize) -> (Tree, usize) {
    let closes = |text: &str| {
        let text = text.trim();
        text.len() >= len && text.chars().all(|c| c == mark)
    };
    let body = lines.get(1..).unwrap_or(&[]);
    let count = body.iter().position(|line| closes(line.text)).unwrap_or(body.len());
    let code: Vec<&str> = body.iter().take(count).map(|line| line.text).collect();
    let code = Tree::element(Tag::Code, vec![Tree::Text(code.join("\n"))]);
    (Tree::element(Tag::Preformatted, vec![code]), (count + 2).min(lines.len()))
}

fn paragraph(lines: &[Line<'_>], allowed: &Allowed) -> (Tree, usize) {
    let continues = |at: usize| {
        let rest = lines.get(at..).unwrap_or(&[]);
        let text = rest.first().map_or("", |line| line.text);
        !text.trim().is_empty() && matches!(kind(text), Kind::Text) && !table::begins(rest)
    };
    let count = (1..lines.len()).find(|at| !continues(*at)).unwrap_or(lines.len());
    let text: Vec<&str> = lines.iter().take(count).map(|line| line.text.trim_start()).collect();
    (Tree::element(Tag::Paragraph, inline::parse(text.join("\n").trim_end(), allowed)), count)
}

fn quote(lines: &[Line<'_>], allowed: &Allowed, depth: usize) -> (Tree, usize) {
    let inner: Vec<&str> = lines
        .iter()
        .map_while(|line| line.text.trim_start().strip_prefix('>'))
        .map(|text| text.strip_prefix(' ').unwrap_or(text))
        .collect();
    let children = parse(&inner.join("\n"), allowed, depth + 1);
    (Tree::element(Tag::Quote, children.into_iter().map(|(_, tree)| tree).collect()), inner.len())
}

fn list(lines: &[Line<'_>], allowed: &Allowed, depth: usize) -> (Tree, usize) {
    let mut items = Vec::new();
    let mut first = None;
    let mut at = 0;
    while let Some(marker) = lines.get(at).and_then(|line| item_marker(line.text)) {
        let start = *first.get_or_insert(marker);
        if marker.sort != start.sort || marker.number.is_some() != start.number.is_some() {
            break;
        }
        let (inner, used) = item_lines(lines.get(at..).unwrap_or(&[]), marker);
        items.push(item(&inner, allowed, depth));
        at += used;
    }
    let number = first.and_then(|marker| marker.number);
    let tag = if number.is_some() { Tag::Numbered } else { Tag::Bulleted };
    let attrs =
        number.filter(|number| *number != 1).map(|n| (Attr::Start, number::written(n))).into_iter().collect();
    (Tree::with_attrs(tag, attrs, items), at)
}

fn item_marker(line: &str) -> Option<Marker> {
    match kind(line) {
        Kind::Item(marker) => Some(marker),
        _ => None,
    }
}

/// The text of one item without its indentation, and how many lines it takes with the blank ones after it.
fn item_lines(lines: &[Line<'_>], marker: Marker) -> (String, usize) {
    let mut inner = lines.first().and_then(|line| line.text.get(marker.content..)).unwrap_or("").to_owned();
    let mut used = 1;
    let mut blank = 0;
    for line in lines.iter().skip(1) {
        let text = line.text;
        if text.trim().is_empty() {
            blank += 1;
            continue;
        }
        let indent = text.len() - text.trim_start_matches(' ').len();
        let inside = indent >= marker.content.min(marker.indent + 2);
        let lazy = blank == 0 && matches!(kind(text), Kind::Text);
        if !inside && !lazy {
            break;
        }
        (0..=blank).for_each(|_| inner.push('\n'));
        inner.push_str(text.get(indent.min(marker.content)..).unwrap_or(""));
        used += blank + 1;
        blank = 0;
    }
    let next_item = lines.get(used + blank).is_some_and(|line| item_marker(line.text).is_some());
    (inner, if next_item { used + blank } else { used })
}

/// An item's first paragraph is the item's own text.
fn item(text: &str, allowed: &Allowed, depth: usize) -> Tree {
    let mut children = Vec::new();
    for (place, (_, tree)) in parse(text, allowed, depth + 1).into_iter().enumerate() {
        match tree {
            Tree::Element(element) if place == 0 && element.tag == Tag::Paragraph => {
                children.extend(element.children);
            }
            tree => children.push(tree),
        }
    }
    Tree::element(Tag::Item, children)
}
