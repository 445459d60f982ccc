//! `[builtin.REASON]`: what a shop may change of the built-in reasons, and that it cannot remove them.

use super::assistant::queue;
use super::section::Section;
use super::words;
use counterbell_policy::{BuiltinChange, BuiltinSettings, Reason, names};

/// What one might try.
const SWITCHES: [&str; 3] = ["enabled", "disabled", "when"];

pub fn read(file: &Section<'_, '_>) -> BuiltinSettings {
    let mut settings = BuiltinSettings::new();
    let Some(section) = file.section("builtin") else { return settings };
    for reason in Reason::ALL {
        if let Some(section) = section.section(reason.name()) {
            settings.insert(reason, change(section, reason));
        }
    }
    for key in section.keys() {
        if Reason::from_name(&key.value).is_some() {
            continue;
        }
        let known: Vec<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
        let message = format!("there is no such built-in reason; there are {}", known.join(", "));
        match names::closest(&key.value, known) {
            Some(meant) => file.sheet.problem_meant(&key, "there is no such built-in reason", meant),
            None => file.sheet.problem(&key, message),
        }
    }
    settings
}

fn change(section: Section<'_, '_>, reason: Reason) -> BuiltinChange {
    let sheet = section.sheet;
    let raise = section.flag("raise");
    if let Some(raise) = raise.as_ref().filter(|_| reason.hands_over()) {
        sheet.warn(raise, format!("`{}` hands over anyway", reason.name()));
    }
    for key in section.keys() {
        if let Some(switch) = SWITCHES.into_iter().find(|switch| *switch == key.value) {
            sheet.problem(&key, "a built-in reason cannot be switched off: a person can always be reached");
            section.value(switch);
        }
    }
    let change = BuiltinChange {
        queue: section.text("queue").and_then(|text| queue(sheet, text)),
        priority: section.whole("priority", -100..=100).and_then(|number| i32::try_from(number.value).ok()),
        message: words::text(&section, "message", 500),
        raise: raise.is_some_and(|flag| flag.value),
    };
    section.done();
    change
}
