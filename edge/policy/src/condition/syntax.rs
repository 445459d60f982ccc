//! What can be said before and after parsing: limits, and the parser's errors in plain words.

use super::{MAX_DEPTH, MAX_LENGTH, Problem};
use cel::ParseErrors;

/// Words of other languages for operators of CEL.
const WORDS: [(&str, &str); 5] =
    [(" and ", "&&"), (" or ", "||"), (" not ", "!"), (" AND ", "&&"), (" OR ", "||")];

/// Limits that keep the parser's own work bounded.
pub fn check(source: &str) -> Result<(), Vec<Problem>> {
    let problem = |offset, message| Err(vec![Problem { offset, message, suggestion: None }]);
    if source.trim().is_empty() {
        return problem(
            0,
            "a condition is expected, e.g. `message.anger && customer.tier == \"vip\"`".to_owned(),
        );
    }
    if source.chars().count() > MAX_LENGTH {
        return problem(
            0,
            format!("a condition has at most {MAX_LENGTH} characters; split it into two rules"),
        );
    }
    match deepest(source) {
        Some(offset) => problem(offset, format!("brackets nest at most {MAX_DEPTH} deep")),
        None => Ok(()),
    }
}

/// Where the brackets go too deep. Brackets inside strings count too: a bound needs no more precision.
fn deepest(source: &str) -> Option<usize> {
    let mut depth = 0_usize;
    source.char_indices().find_map(|(at, c)| {
        match c {
            '(' | '[' | '{' | '?' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth > MAX_DEPTH).then_some(at)
    })
}

/// The parser's errors, the first one at each place, with a hint where a common slip explains them.
pub fn explain(source: &str, errors: &ParseErrors) -> Vec<Problem> {
    if let Some(problem) = slip(source) {
        return vec![problem];
    }
    let mut problems: Vec<Problem> = Vec::new();
    for error in &errors.errors {
        let offset = offset_of(source, error.pos);
        if problems.iter().all(|problem| problem.offset != offset) {
            let message = in_words(error.msg.trim_start_matches("Syntax error: "));
            problems.push(Problem { offset, message, suggestion: None });
        }
    }
    if problems.is_empty() {
        problems.push(Problem {
            offset: 0,
            message: "this is not a CEL expression".to_owned(),
            suggestion: None,
        });
    }
    problems
}

/// The parser speaks of tokens, and names all that might have come.
fn in_words(message: &str) -> String {
    let quoted = |rest: &str| rest.split('\'').next().unwrap_or_default().trim().to_owned();
    for begin in ["mismatched input '", "extraneous input '", "no viable alternative at input '"] {
        match message.strip_prefix(begin).map(quoted) {
            Some(input) if input == "<EOF>" => return "the condition ends too early".to_owned(),
            Some(input) if !input.is_empty() => return format!("`{input}` is not expected here"),
            _ => {}
        }
    }
    match message.strip_prefix("token recognition error at: '").and_then(|rest| rest.chars().next()) {
        Some('\'' | '"') => "this text has no closing quote".to_owned(),
        Some('“' | '”' | '„' | '‘' | '’' | '«' | '»') => {
            "texts stand in straight quotes, \" or '".to_owned()
        }
        Some(c) => format!("`{c}` means nothing in CEL"),
        None => format!("this is not a CEL expression: {message}"),
    }
}

fn slip(source: &str) -> Option<Problem> {
    let found = |offset, written: &str, meant: &str| Problem {
        offset,
        message: format!("CEL does not know `{written}`"),
        suggestion: Some(meant.to_owned()),
    };
    let bare = without_strings(source);
    if let Some((at, (word, meant))) =
        WORDS.into_iter().filter_map(|pair| Some((bare.find(pair.0)?, pair))).min_by_key(|(at, _)| *at)
    {
        return Some(found(at + 1, word.trim(), meant));
    }
    if let Some(at) = single(&bare, '&') {
        return Some(found(at, "&", "&&"));
    }
    if let Some(at) = single(&bare, '|') {
        return Some(found(at, "|", "||"));
    }
    single(&bare, '=').map(|at| Problem {
        offset: at,
        message: "`=` does not compare".to_owned(),
        suggestion: Some("==".to_owned()),
    })
}

/// Where a sign that CEL has only doubled, or after another, stands alone.
fn single(bare: &str, sign: char) -> Option<usize> {
    let others: &[char] = if sign == '=' { &['!', '<', '>'] } else { &[] };
    bare.match_indices(sign).map(|(at, _)| at).find(|&at| {
        let before = bare.get(..at).and_then(|text| text.chars().next_back());
        let after = bare.get(at + 1..).and_then(|text| text.chars().next());
        after != Some(sign) && before.is_none_or(|c| c != sign && !others.contains(&c))
    })
}

/// The source with the contents of its strings blanked out, byte for byte as long.
fn without_strings(source: &str) -> String {
    let mut quote = None;
    let mut escaped = false;
    let blank = |c: char| " ".repeat(c.len_utf8());
    source
        .chars()
        .map(|c| match quote {
            Some(_) if escaped => {
                escaped = false;
                blank(c)
            }
            Some(_) if c == '\\' => {
                escaped = true;
                blank(c)
            }
            Some(open) if c == open => {
                quote = None;
                c.to_string()
            }
            Some(_) => blank(c),
            None => {
                quote = matches!(c, '"' | '\'').then_some(c);
                c.to_string()
            }
        })
        .collect()
}

/// A line from 1 and a column from 1, in characters, as a place in bytes.
fn offset_of(source: &str, (line, column): (isize, isize)) -> usize {
    let line = usize::try_from(line.max(1) - 1).unwrap_or(0);
    let column = usize::try_from(column.max(1) - 1).unwrap_or(0);
    let before: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = source.get(before..).unwrap_or_default();
    before + rest.char_indices().nth(column).map_or(rest.trim_end().len(), |(at, _)| at)
}
