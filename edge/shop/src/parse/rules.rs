//! `[[rules]]`: read here, judged by `policy`, and its problems put back where they stand in the file.

use super::assistant::queue;
use super::section::Section;
use super::sheet::{Located, Sheet};
use super::words;
use counterbell_policy::rules::MAX_TEXT;
use counterbell_policy::{BuiltinSettings, Part, PerLanguage, RuleProblem, RuleSource, Rules, Then, names};

const ACTIONS: [&str; 5] = ["handoff", "offer", "answer", "block", "tag"];

/// Where the parts of one rule stand.
struct Places {
    rule: Located<()>,
    name: Located<()>,
    when: Located<String>,
    then: Located<()>,
    sample: Located<()>,
}

pub fn read(file: &Section<'_, '_>, builtins: &BuiltinSettings) -> Option<(Vec<RuleSource>, Rules)> {
    let read: Vec<_> = file.sections("rules").into_iter().filter_map(rule).collect();
    let (sources, places): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    match Rules::compile(&sources, builtins) {
        Ok(rules) => Some((sources, rules)),
        Err(problems) => {
            for problem in problems {
                if let Some(places) = places.get(problem.index) {
                    put_back(file.sheet, places, problem);
                }
            }
            None
        }
    }
}

fn rule(section: Section<'_, '_>) -> Option<(RuleSource, Places)> {
    let name =
        section.require("name", section.text("name"), "a name, which decisions will give as their reason");
    let when = section.require("when", section.text("when"), "a condition, e.g. \"customer.tier == 'vip'\"");
    let then = then(&section);
    let enabled = section.flag("enabled").is_none_or(|flag| flag.value);
    let sample = section.number("sample", 0.0..=1.0);
    let rule = section.at.clone();
    section.done();
    let when = when?;
    // What is missing has been said. The condition is judged all the same, under a name that stands in.
    let source = RuleSource {
        name: name.as_ref().map_or_else(|| rule.path.clone(), |name| name.value.clone()),
        when: when.value.clone(),
        then: then.as_ref().map_or(Then::Offer { message: None }, |then| then.value.clone()),
        enabled,
        sample: sample.as_ref().map(|share| share.value),
    };
    let at = |part: Option<Located<()>>| part.unwrap_or_else(|| rule.clone());
    let places = Places {
        name: at(name.map(|name| name.map(|_| ()))),
        when,
        then: at(then.map(|then| then.map(|_| ()))),
        sample: at(sample.map(|sample| sample.map(|_| ()))),
        rule,
    };
    Some((source, places))
}

/// `then = "offer"`, or a table with one action: `then = { handoff = { queue = "vip" } }`.
fn then(section: &Section<'_, '_>) -> Option<Located<Then>> {
    let expected = "what follows: \"handoff\", \"offer\", \"block\" or a table such as { tag = \"gift\" }";
    let value = section.require("then", section.value("then"), expected)?;
    if let Some(word) = value.value.as_str() {
        let word = word.to_owned();
        return bare(section.sheet, value.map(|_| ()), &word);
    }
    let at = value.clone().map(|_| ());
    let table = section.as_section(value)?;
    let then = action(&table, &at);
    table.done();
    then.map(|then| at.map(|()| then))
}

fn bare(sheet: &Sheet<'_>, at: Located<()>, word: &str) -> Option<Located<Then>> {
    let then = match word {
        "handoff" => Then::Handoff { queue: None, priority: 0, message: None },
        "offer" => Then::Offer { message: None },
        "block" => Then::Block { message: None },
        "answer" => {
            sheet.problem_meant(&at, "the answer is missing", "{ answer = \"…\" }");
            return None;
        }
        "tag" => {
            sheet.problem_meant(&at, "the tag is missing", "{ tag = \"…\" }");
            return None;
        }
        _ => {
            let message = format!("“{word}” is no action; there are {}", ACTIONS.join(", "));
            match names::closest(word, ACTIONS) {
                Some(meant) => sheet.problem_meant(&at, message, meant),
                None => sheet.problem(&at, message),
            }
            return None;
        }
    };
    Some(at.map(|()| then))
}

fn action(table: &Section<'_, '_>, at: &Located<()>) -> Option<Then> {
    let keys = table.keys();
    if keys.iter().filter(|key| ACTIONS.contains(&key.value.as_str())).count() > 1 {
        table.sheet.problem(at, "a rule does one thing; write a second rule for the other");
    }
    // Each is asked for, so that a misspelt one is measured against all of them.
    let found = [
        handoff(table),
        message(table, "offer", |message| Then::Offer { message }),
        answer(table),
        message(table, "block", |message| Then::Block { message }),
        tag(table),
    ];
    if keys.is_empty() {
        table.sheet.problem(at, format!("an action is expected: {}", ACTIONS.join(", ")));
    }
    found.into_iter().flatten().next()
}

fn handoff(table: &Section<'_, '_>) -> Option<Then> {
    let inner = inner(table, "handoff")?;
    let Some(inner) = inner else { return Some(Then::Handoff { queue: None, priority: 0, message: None }) };
    let then = Then::Handoff {
        queue: inner.text("queue").and_then(|text| queue(inner.sheet, text)),
        priority: inner.whole("priority", -100..=100).and_then(|n| i32::try_from(n.value).ok()).unwrap_or(0),
        message: words::text(&inner, "message", 500),
    };
    inner.done();
    Some(then)
}

/// `offer = {}`, `offer = true`, `offer = "words"` or `offer = { message = "words" }`.
fn message(
    table: &Section<'_, '_>,
    key: &'static str,
    then: fn(Option<PerLanguage>) -> Then,
) -> Option<Then> {
    if let Some(words) = in_short(table, key)? {
        return Some(then(Some(words)));
    }
    let Some(inner) = inner(table, key)? else { return Some(then(None)) };
    let message = words::text(&inner, "message", 500);
    inner.done();
    Some(then(message))
}

fn answer(table: &Section<'_, '_>) -> Option<Then> {
    if let Some(text) = in_short(table, "answer")? {
        return Some(Then::Answer { text });
    }
    let inner = table.section("answer")?;
    let text = inner.require("text", words::text(&inner, "text", MAX_TEXT), "the words of the answer");
    inner.done();
    Some(Then::Answer { text: text? })
}

/// The words alone, or by language; `Some(None)` for another table.
fn in_short(table: &Section<'_, '_>, key: &'static str) -> Option<Option<PerLanguage>> {
    let value = table.value(key)?;
    if value.value.as_str().is_none() && !words::is_by_language(value.value) {
        return Some(None);
    }
    words::text(table, key, MAX_TEXT).map(Some)
}

fn tag(table: &Section<'_, '_>) -> Option<Then> {
    if let Some(text) = table.value("tag")?.value.as_str() {
        return Some(Then::Tag { tag: text.to_owned() });
    }
    let inner = table.section("tag")?;
    let tag = inner.require("tag", inner.text("tag"), "the tag");
    inner.done();
    Some(Then::Tag { tag: tag?.value })
}

/// The table under an action; `Some(None)` for `action = true`.
fn inner<'s, 't>(table: &Section<'s, 't>, key: &'static str) -> Option<Option<Section<'s, 't>>> {
    let value = table.value(key)?;
    if value.value.as_bool() == Some(true) {
        return Some(None);
    }
    table.as_section(value).map(Some)
}

fn put_back(sheet: &Sheet<'_>, places: &Places, problem: RuleProblem) {
    let (at, path) = match problem.part {
        Part::Rule => (places.rule.span.start, &places.rule.path),
        Part::Name => (places.name.span.start, &places.name.path),
        Part::When => (inside(sheet.text, &places.when, problem.offset), &places.when.path),
        Part::Then => (places.then.span.start, &places.then.path),
        Part::Sample => (places.sample.span.start, &places.sample.path),
    };
    sheet.report(at, path, problem.message, problem.suggestion);
}

/// Where a byte of a text stands in the file: exact unless the text was written with escapes, then its start.
fn inside(file: &str, text: &Located<String>, offset: usize) -> usize {
    let written = file.get(text.span.clone()).unwrap_or_default();
    match written.find(text.value.as_str()) {
        Some(start) => text.span.start + start + offset,
        None => text.span.start,
    }
}
