//! From the text of a `shop.toml` to settings that hold, or to everything that is wrong with it.

mod assistant;
mod basics;
mod hours;
mod reasons;
mod rules;
mod section;
mod sheet;
mod targets;
mod theme;
mod words;

use crate::{Parsed, Problem, Settings};
use section::Section;
use sheet::{Located, Sheet};
use toml::de::DeTable;

/// The largest `shop.toml`, in bytes.
pub const MAX_BYTES: usize = 512_000;

impl Settings {
    /// Reads a `shop.toml`. Every setting is explained in `reference.toml` beside this crate.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the file.
    pub fn parse(text: &str) -> Result<Parsed, Vec<Problem>> {
        let sheet = Sheet::new(text);
        if text.len() > MAX_BYTES {
            sheet.report(0, "shop.toml", format!("at most {MAX_BYTES} bytes are read"), None);
            return Err(sheet.into_problems(true));
        }
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let offset = error.span().map_or(text.len(), |span| span.start);
            sheet.report(offset, "shop.toml", format!("this is not TOML: {}", error.message()), None);
        }
        let at = Located { value: (), span: 0..0, path: String::new() };
        let read = read(Section::new(&sheet, document.get_ref(), at));
        match read {
            Some((settings, rules)) if sheet.is_clean() => {
                Ok(Parsed { settings, rules, warnings: sheet.into_warnings() })
            }
            _ => Err(sheet.into_problems(errors.is_empty())),
        }
    }
}

/// `None` when something that cannot be done without is missing; its problem has been said.
fn read(file: Section<'_, '_>) -> Option<(Settings, counterbell_policy::Rules)> {
    let basics = basics::read(&file);
    let theme = theme::read(&file);
    let assistant = assistant::read(&file);
    let handoff = assistant::handoff(&file);
    let targets = targets::read(&file, &handoff.queue);
    let hours = hours::read(&file);
    let builtins = reasons::read(&file);
    let rules = rules::read(&file, &builtins);
    targets::warn_of_none(&file, &targets);
    file.done();
    let (basics, (sources, rules)) = (basics?, rules?);
    let settings = Settings {
        id: basics.id,
        name: basics.name,
        origins: basics.origins,
        language: basics.language,
        greeting: basics.greeting,
        suggestions: basics.suggestions,
        image_hosts: basics.image_hosts,
        theme,
        assistant,
        targets,
        handoff,
        hours,
        builtins,
        rules: sources,
    };
    Some((settings, rules))
}

#[cfg(test)]
mod tests;
