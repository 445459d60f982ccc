//! `FACTS.md`, from the table.

use super::{FACTS, GROUPS};
use crate::reason::Reason;
use crate::situation::Stage;
use std::fmt::Write as _;

const INTRO: &str = include_str!("intro.md");

/// The whole document. A test compares it with the file.
pub fn markdown() -> String {
    let mut text = INTRO.to_owned();
    for group in GROUPS {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n## `{}.*`\n\n{}\n\n", group.name, group.doc);
        text.push_str("| fact | type | known | |\n|---|---|---|---|\n");
        for fact in FACTS.iter().filter(|fact| fact.group == group.name) {
            let known = match fact.known {
                Stage::Message => "at once",
                Stage::Answer => "with the answer",
            };
            let _ = writeln!(text, "| `{}` | {} | {known} | {} |", fact.name(), fact.kind.name(), fact.doc);
        }
    }
    text.push_str(&reasons());
    text
}

fn reasons() -> String {
    let mut text = "\n## Built-in reasons\n\nAlways first, in this order, and not removable. \
        A shop may set `queue`, `priority` and `message` of each under `[builtin.NAME]`, and with \
        `raise = true` hand over where a person would be offered.\n\n\
        | reason | what follows | priority | |\n|---|---|---|---|\n"
        .to_owned();
    for reason in Reason::ALL {
        let follows = if reason.hands_over() { "handed over" } else { "a person is offered" };
        let _ = writeln!(
            text,
            "| `{}` | {follows} | {} | {} |",
            reason.name(),
            reason.default_priority(),
            reason.words()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    /// `UPDATE=1 cargo test -p counterbell-policy facts_md` writes it anew.
    #[test]
    fn facts_md_says_what_the_table_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/FACTS.md");
        let text = super::markdown();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        let file = std::fs::read_to_string(path).unwrap_or_default();
        assert!(file == text, "FACTS.md is not up to date: run this test with UPDATE=1");
    }
}
