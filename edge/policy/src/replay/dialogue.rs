//! Dialogue files: one JSON object a line,
//! `{"id", "turns": [{"role", "text"}], "facts": {…}, "expect": "handoff" | "offer" | "stay", "at_turn"}`.
//! `at_turn` is a place in `turns`, from 0. A file that can only be meant from 1 (some `at_turn` is one past the
//! last turn, and none is 0) is read so throughout.

use crate::facts::Given;
use crate::situation::Turn;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Dialogue {
    pub id: String,
    pub turns: Vec<Turn>,
    /// Facts that the text does not tell.
    pub given: Given,
    pub expect: Option<Expect>,
    /// A place in `turns`, from 0.
    pub at_turn: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    Handoff,
    Offer,
    Stay,
}

/// A line that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// From 1.
    pub line: usize,
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: Value,
    turns: Vec<Turn>,
    #[serde(default)]
    facts: Map<String, Value>,
    #[serde(default)]
    expect: Option<Expect>,
    #[serde(default)]
    at_turn: Option<usize>,
    /// For people who keep the file.
    #[serde(default, rename = "note")]
    _note: Option<Value>,
}

/// All lines of a file that can be used, and what is wrong with the others. Empty lines are skipped.
pub fn read(text: &str) -> (Vec<Dialogue>, Vec<LineProblem>) {
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let (read, mut problems): (Vec<_>, Vec<_>) = lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            parse(line).map(|parsed| (index + 1, parsed)).map_err(|reason| (index + 1, reason))
        })
        .partition(Result::is_ok);
    let mut problems: Vec<_> = problems
        .drain(..)
        .filter_map(Result::err)
        .map(|(line, reason)| LineProblem { line, reason })
        .collect();
    let read: Vec<_> = read.into_iter().filter_map(Result::ok).collect();
    let first = usize::from(counts_from_one(read.iter().map(|(_, line)| line)));
    let mut ids = BTreeSet::new();
    let mut dialogues = Vec::new();
    for (line, parsed) in read {
        match dialogue(parsed, first) {
            Ok(dialogue) if ids.insert(dialogue.id.clone()) => dialogues.push(dialogue),
            Ok(dialogue) => {
                problems
                    .push(LineProblem {
                        line, reason: format!("another line has the id “{}”", dialogue.id)
                    });
            }
            Err(reason) => problems.push(LineProblem { line, reason }),
        }
    }
    problems.sort_by_key(|problem| problem.line);
    (dialogues, problems)
}

fn counts_from_one<'a>(lines: impl Iterator<Item = &'a Line> + Clone) -> bool {
    let past_the_end = |line: &Line| line.at_turn == Some(line.turns.len());
    lines.clone().any(past_the_end) && !lines.clone().any(|line| line.at_turn == Some(0))
}

fn parse(line: &str) -> Result<Line, String> {
    serde_json::from_str(line).map_err(|error| {
        let text = error.to_string();
        // The line number of the message would be that within this one line.
        text.replace(" at line 1 column ", ", at column ")
    })
}

fn dialogue(line: Line, first: usize) -> Result<Dialogue, String> {
    let id = match line.id {
        Value::String(id) if !id.is_empty() => id,
        Value::Number(id) => id.to_string(),
        other => return Err(format!("`id` is a text, not {other}")),
    };
    if line.turns.is_empty() {
        return Err("there is no turn".to_owned());
    }
    let given = Given::read(&line.facts).map_err(|problem| problem.to_string())?;
    let at_turn = line.at_turn.map(|turn| turn - first);
    if at_turn.is_some_and(|turn| turn >= line.turns.len()) {
        let count = line.turns.len();
        return Err(format!("`at_turn` is {}, but there are {count} turns", line.at_turn.unwrap_or(0)));
    }
    if at_turn.is_some() && line.expect.is_none() {
        return Err("`at_turn` without `expect` says nothing".to_owned());
    }
    Ok(Dialogue { id, turns: line.turns, given, expect: line.expect, at_turn })
}
