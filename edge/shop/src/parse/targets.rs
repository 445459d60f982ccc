//! `[[targets]]`: where escalations are delivered, and what happens when a target does not accept.

use super::assistant::queue;
use super::section::Section;
use super::sheet::{Located, Sheet};
use crate::address;
use crate::settings::{Fallback, Format, Target};

const FORMATS: [(&str, Format); 3] = [("full", Format::Full), ("flat", Format::Flat), ("text", Format::Text)];

pub fn read(file: &Section<'_, '_>, default_queue: &str) -> Vec<Target> {
    let mut targets = Vec::new();
    let mut fallbacks = Vec::new();
    for section in file.sections("targets") {
        let url = section.require("url", section.text("url"), "an https address");
        let queue = section.text("queue").and_then(|text| queue(section.sheet, text));
        let queue = queue.unwrap_or_else(|| default_queue.to_owned());
        let name = section.short_text("name", 64);
        let format = section.choice("format", &FORMATS).map_or(Format::Full, |format| format.value);
        let fallback = section.text("fallback");
        let sheet = section.sheet;
        section.done();
        let Some(url) = url.and_then(|url| checked(sheet, url)) else { continue };
        let name = unused(sheet, &targets, name, &queue);
        targets.push(Target { name, url, queue, format, fallback: None });
        fallbacks.push(fallback);
    }
    resolve(file.sheet, &mut targets, fallbacks);
    targets
}

/// Allowed, for people may fetch what waits; but rarely meant.
pub fn warn_of_none(file: &Section<'_, '_>, targets: &[Target]) {
    if targets.is_empty() {
        let at = Located { path: "targets".to_owned(), ..file.at.clone() };
        file.sheet.warn(&at, "no target receives escalations: people must fetch them by the agent API");
    }
}

fn checked(sheet: &Sheet<'_>, url: Located<String>) -> Option<String> {
    if let Err(problem) = address::check(&url.value, true) {
        sheet.problem(&url, problem.to_string());
        return None;
    }
    if address::check(&url.value, false).is_err() {
        sheet.warn(&url, "this address works in local development only");
    }
    Some(url.value)
}

fn unused(sheet: &Sheet<'_>, targets: &[Target], name: Option<Located<String>>, queue: &str) -> String {
    if let Some(name) = name {
        if targets.iter().any(|target| target.name == name.value) {
            sheet.problem(&name, "another target has this name");
        }
        return name.value;
    }
    let taken = |name: &str| targets.iter().any(|target| target.name == name);
    let numbered = (2..).map(|number| format!("{queue}-{number}"));
    std::iter::once(queue.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

fn resolve(sheet: &Sheet<'_>, targets: &mut [Target], fallbacks: Vec<Option<Located<String>>>) {
    let known: Vec<Target> = targets.to_vec();
    for (target, fallback) in targets.iter_mut().zip(fallbacks) {
        let Some(fallback) = fallback else { continue };
        if fallback.value == target.name || fallback.value == target.url {
            sheet.problem(&fallback, "a target cannot be its own fallback");
        } else if let Some(other) = known.iter().find(|other| other.name == fallback.value) {
            target.fallback = Some(Fallback { url: other.url.clone(), format: other.format });
        } else if fallback.value.contains("://") {
            let url = checked(sheet, fallback);
            target.fallback = url.map(|url| Fallback { url, format: target.format });
        } else {
            let names: Vec<&str> = known.iter().map(|other| other.name.as_str()).collect();
            let message =
                format!("an address or the name of another target is expected ({})", names.join(", "));
            sheet.problem(&fallback, message);
        }
    }
}
