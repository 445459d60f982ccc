//! `[assistant]` and `[handoff]`.

use super::basics::is_loopback;
use super::section::Section;
use super::sheet::{Located, Sheet};
use crate::settings::{Assistant, Handoff, Provider};
use url::Url;

pub fn read(file: &Section<'_, '_>) -> Assistant {
    let Some(section) = file.section("assistant") else { return Assistant::default() };
    let usual = Assistant::default();
    let provider = section
        .choice("provider", &[("help-pages", Provider::HelpPages), ("openai", Provider::Openai)])
        .map_or(usual.provider, |provider| provider.value);
    let base_url = section.text("base_url");
    let model = section.short_text("model", 200);
    let (base_url, model) = match provider {
        Provider::Openai => (
            section.require("base_url", base_url, "the server's address, e.g. \"https://llm.example/v1\""),
            section.require("model", model, "the model's name"),
        ),
        Provider::HelpPages => {
            unread(&section, base_url.as_ref().or(model.as_ref()));
            (base_url, model)
        }
    };
    let assistant = Assistant {
        provider,
        base_url: base_url.and_then(|text| server(section.sheet, text)),
        model: model.map(|text| text.value),
        instructions: section.short_text("instructions", 8_000).map_or(usual.instructions, |text| text.value),
        max_tokens: number(section.whole("max_tokens", 16..=8_192), usual.max_tokens),
        temperature: section
            .number("temperature", 0.0..=2.0)
            .map_or(usual.temperature, |number| number.value),
        while_waiting: section.flag("while_waiting").is_some_and(|flag| flag.value),
        answers_a_minute: number(section.whole("answers_a_minute", 1..=100_000), usual.answers_a_minute),
        answers_a_day: number(section.whole("answers_a_day", 1..=10_000_000), usual.answers_a_day),
    };
    section.done();
    assistant
}

/// A server without `provider` is asked for nothing, which is seldom meant.
fn unread(section: &Section<'_, '_>, server: Option<&Located<String>>) {
    if let Some(setting) = server {
        section
            .sheet
            .warn(setting, "is not used: answers come from the help pages unless `provider` is \"openai\"");
    }
}

pub fn handoff(file: &Section<'_, '_>) -> Handoff {
    let Some(section) = file.section("handoff") else { return Handoff::default() };
    let usual = Handoff::default();
    let handoff = Handoff {
        queue: section.text("queue").and_then(|text| queue(section.sheet, text)).unwrap_or(usual.queue),
        deadline_s: number(section.whole("deadline_s", 10..=3_600), usual.deadline_s),
        lease_s: number(section.whole("lease_s", 10..=600), usual.lease_s),
    };
    section.done();
    handoff
}

/// A queue's name, as it may stand in an address or a file name.
pub fn queue(sheet: &Sheet<'_>, text: Located<String>) -> Option<String> {
    let fits = (1..=64).contains(&text.value.len())
        && text.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if fits {
        return Some(text.value);
    }
    sheet.problem(&text, "a queue's name is 1 to 64 of A–Z a–z 0–9 _ -");
    None
}

fn number(read: Option<Located<i64>>, usual: u32) -> u32 {
    read.and_then(|number| u32::try_from(number.value).ok()).unwrap_or(usual)
}

fn server(sheet: &Sheet<'_>, text: Located<String>) -> Option<String> {
    let url = Url::parse(&text.value).ok().filter(|url| url.host().is_some());
    let Some(url) = url else {
        sheet.problem(&text, "an address such as `https://llm.example/v1` is expected");
        return None;
    };
    if !url.username().is_empty() || url.password().is_some() {
        sheet
            .problem(&text, "an address holds no user name and no password: the key is a secret of the edge");
        return None;
    }
    if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) {
        return Some(text.value.trim_end_matches('/').to_owned());
    }
    sheet.problem(&text, "https is expected; plain http is for the loopback only");
    None
}
