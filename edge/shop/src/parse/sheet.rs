//! The sheet of paper: the text, where a byte of it stands, and what was found wrong with it.

use crate::problem::{Problem, Warning};
use std::cell::{Cell, RefCell};
use std::ops::Range;

pub struct Sheet<'t> {
    pub text: &'t str,
    /// That which the shop speaks, once it is read: a text in several languages must have it.
    pub language: Cell<Option<&'static str>>,
    problems: RefCell<Vec<Found>>,
    warnings: RefCell<Vec<Warning>>,
    /// What a shop could have set and did not: the reference must leave nothing out.
    #[cfg(test)]
    pub unset: RefCell<Vec<String>>,
}

struct Found {
    problem: Problem,
    missing: bool,
}

/// A value, where it stands, and what it is called.
#[derive(Clone, Debug)]
pub struct Located<T> {
    pub value: T,
    pub span: Range<usize>,
    pub path: String,
}

impl<T> Located<T> {
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: change(self.value), span: self.span, path: self.path }
    }
}

impl<'t> Sheet<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            language: Cell::default(),
            problems: RefCell::default(),
            warnings: RefCell::default(),
            #[cfg(test)]
            unset: RefCell::default(),
        }
    }

    pub fn problem<T>(&self, at: &Located<T>, message: impl Into<String>) {
        self.report(at.span.start, &at.path, message.into(), None);
    }

    pub fn problem_meant<T>(&self, at: &Located<T>, message: impl Into<String>, meant: impl Into<String>) {
        self.report(at.span.start, &at.path, message.into(), Some(meant.into()));
    }

    pub fn report(&self, offset: usize, path: &str, message: String, suggestion: Option<String>) {
        let (line, column) = place(self.text, offset);
        let problem = Problem { line, column, path: path.to_owned(), message, suggestion };
        self.problems.borrow_mut().push(Found { problem, missing: false });
    }

    pub fn missing(&self, offset: usize, path: &str, expected: &str) {
        let (line, column) = place(self.text, offset);
        let message = format!("is missing: {expected} is expected");
        let problem = Problem { line, column, path: path.to_owned(), message, suggestion: None };
        self.problems.borrow_mut().push(Found { problem, missing: true });
    }

    pub fn warn<T>(&self, at: &Located<T>, message: impl Into<String>) {
        let (line, column) = place(self.text, at.span.start);
        let warning = Warning { line, column, path: at.path.clone(), message: message.into() };
        self.warnings.borrow_mut().push(warning);
    }

    pub fn is_clean(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// In the order of the file. Where the text is not even TOML, nothing can be said to be missing from it.
    pub fn into_problems(self, is_toml: bool) -> Vec<Problem> {
        let found = self.problems.into_inner().into_iter();
        let mut problems: Vec<_> =
            found.filter(|found| is_toml || !found.missing).map(|found| found.problem).collect();
        problems.sort();
        problems.dedup();
        problems
    }

    pub fn into_warnings(self) -> Vec<Warning> {
        let mut warnings = self.warnings.into_inner();
        warnings.sort();
        warnings
    }
}

/// Line and column from 1, the column in characters.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, before.get(line_start..).unwrap_or_default().chars().count() + 1)
}
