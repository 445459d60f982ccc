//! Pipe tables, as assistants like to write them.

use super::block::Line;
use super::{Allowed, Tag, Tree, inline};

const MAX_COLUMNS: usize = 20;

/// Whether a table begins here: a line with a pipe above a line of dashes.
pub fn begins(lines: &[Line<'_>]) -> bool {
    let [head, rule, ..] = lines else { return false };
    head.text.contains('|') && is_rule(rule.text)
}

pub fn parse(lines: &[Line<'_>], allowed: &Allowed) -> Option<(Tree, usize)> {
    if !begins(lines) {
        return None;
    }
    let head = row(lines.first()?.text, Tag::HeadCell, allowed);
    let body: Vec<Tree> = lines
        .iter()
        .skip(2)
        .take_while(|line| line.text.contains('|'))
        .map(|line| row(line.text, Tag::Cell, allowed))
        .collect();
    let used = body.len() + 2;
    let mut parts = vec![Tree::element(Tag::Head, vec![head])];
    if !body.is_empty() {
        parts.push(Tree::element(Tag::Body, body));
    }
    let table = Tree::element(Tag::Table, parts);
    Some((Tree::element(Tag::Scroller, vec![table]), used))
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains('|') && line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

fn row(line: &str, tag: Tag, allowed: &Allowed) -> Tree {
    let cells = cells(line).into_iter().map(|cell| Tree::element(tag, inline::parse(cell.trim(), allowed)));
    Tree::element(Tag::Row, cells.take(MAX_COLUMNS).collect())
}

/// Split at pipes that are not escaped; the outer ones are decoration.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        let Some(cell) = cells.last_mut() else { break };
        match c {
            '|' if escaped => {
                cell.pop();
                cell.push('|');
            }
            '|' => cells.push(String::new()),
            _ => cell.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    if cells.len() > 1 && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells
}
