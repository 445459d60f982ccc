//! The settings at the top of the file: who the shop is and where its frame may stand.

use super::section::Section;
use super::sheet::{Located, Sheet};
use super::words;
use crate::languages;
use counterbell_policy::PerLanguage;
use counterbell_protocol::ShopId;
use url::Url;

pub struct Basics {
    pub id: ShopId,
    pub name: String,
    pub origins: Vec<String>,
    pub language: String,
    pub greeting: Option<PerLanguage>,
    pub suggestions: PerLanguage<Vec<String>>,
    pub image_hosts: Vec<String>,
}

pub fn read(file: &Section<'_, '_>) -> Option<Basics> {
    let id = file.require("id", file.text("id"), "the shop's id, as in `data-shop`");
    let name = file.require("name", file.short_text("name", 80), "what shoppers call the shop");
    let origins = origins(file);
    let language = language(file);
    let greeting = words::text(file, "greeting", 300);
    let suggestions = suggestions(file);
    let image_hosts = file.texts("image_hosts", 253);
    let image_hosts = image_hosts.into_iter().filter_map(|text| host(file.sheet, text)).collect();
    Some(Basics {
        id: well_formed(file.sheet, id?)?,
        name: name?.value,
        origins,
        language: language?,
        greeting,
        suggestions: suggestions.unwrap_or_default(),
        image_hosts,
    })
}

fn well_formed(sheet: &Sheet<'_>, id: Located<String>) -> Option<ShopId> {
    let shop = ShopId::new(id.value.as_str());
    if shop.is_well_formed() {
        return Some(shop);
    }
    sheet.problem(&id, "1 to 64 of A–Z a–z 0–9 _ - are expected");
    None
}

fn origins(file: &Section<'_, '_>) -> Vec<String> {
    let texts = file.texts("origins", 300);
    match file.value("origins") {
        None => file.sheet.missing(file.at.span.start, "origins", "a list of the shop's origins"),
        Some(list) if list.value.as_array().is_some_and(|list| list.is_empty()) => {
            file.sheet.problem(&list, "without an origin no page may embed the frame");
        }
        Some(_) => {}
    }
    texts.into_iter().filter_map(|text| origin(file.sheet, text)).collect()
}

/// Exactly `https://host` or `https://host:port`; plain http only for the loopback.
fn origin(sheet: &Sheet<'_>, text: Located<String>) -> Option<String> {
    let expected = "an origin such as `https://shop.example` is expected";
    let Ok(url) = Url::parse(&text.value) else {
        match Url::parse(&format!("https://{}", text.value)) {
            Ok(url) => sheet.problem_meant(&text, expected, url.origin().ascii_serialization()),
            Err(_) => sheet.problem(&text, expected),
        }
        return None;
    };
    let exact = url.origin().ascii_serialization();
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            let meant = exact.replacen("http:", "https:", 1);
            sheet.problem_meant(&text, "plain http is for the loopback only", meant);
            return None;
        }
        _ => {
            sheet.problem(&text, expected);
            return None;
        }
    }
    if exact == text.value {
        return Some(exact);
    }
    sheet.problem_meant(&text, "an origin has no path and is written in its plain form", exact);
    None
}

pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The shop's own, or the last resort. What the chat speaks to whoever wishes for it is noted for the shop's words.
fn language(file: &Section<'_, '_>) -> Option<String> {
    let usual = || Some(languages::LAST_RESORT.to_owned());
    let tag = file.value("language").map_or_else(usual, |_| tag(file.sheet, file.text("language")?))?;
    file.sheet.language.set(languages::spoken(&tag).or_else(|| languages::known(languages::LAST_RESORT)));
    Some(tag)
}

/// The shape of a BCP 47 tag; whether anybody speaks it is not asked.
fn tag(sheet: &Sheet<'_>, tag: Located<String>) -> Option<String> {
    let mut parts = tag.value.split('-');
    let first = parts.next().unwrap_or_default();
    let is_word = |part: &str, most| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let shape = first.bytes().all(|b| b.is_ascii_lowercase()) && (2..=3).contains(&first.len());
    if shape && parts.all(|part| is_word(part, 8)) {
        return Some(tag.value);
    }
    sheet.problem(&tag, "a language tag such as `en`, `de` or `pt-BR` is expected");
    None
}

fn suggestions(file: &Section<'_, '_>) -> Option<PerLanguage<Vec<String>>> {
    words::read(file, file.value("suggestions")?, |value| {
        let texts = file.as_texts(value, 120);
        if let Some(seventh) = texts.get(6) {
            file.sheet.problem(seventh, "at most six suggestions fit the empty conversation");
        }
        Some(texts.into_iter().map(|text| text.value).collect())
    })
}

/// A bare host name, as images are matched by it.
fn host(sheet: &Sheet<'_>, text: Located<String>) -> Option<String> {
    let url = Url::parse(&format!("https://{}/", text.value)).ok();
    if url.as_ref().and_then(Url::host_str) == Some(text.value.as_str()) {
        return Some(text.value);
    }
    let meant = Url::parse(&text.value).ok().or(url).and_then(|url| url.host_str().map(str::to_owned));
    match meant {
        Some(meant) => sheet.problem_meant(&text, "a host name alone is expected", meant),
        None => sheet.problem(&text, "a host name such as `images.shop.example` is expected"),
    }
    None
}
