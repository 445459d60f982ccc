//! Every language file says everything that English says, in a shape the frame can use.
#![allow(clippy::unwrap_used, clippy::panic)]

use icu_locale::{Locale, LocaleDirectionality};
use icu_plurals::{PluralCategory, PluralRules};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const CATEGORIES: &[&str] = &["zero", "one", "two", "few", "many", "other"];
/// These may be said without the number: "one new message", "two new messages".
const SAID_IN_WORDS: &[&str] = &["zero", "one", "two"];
const AT_LEAST_LANGUAGES: usize = 48;
const BUTTON_CHARS: usize = 30;
const BUTTONS: &[&str] = &[
    "launcher",
    "send",
    "talk_to_person",
    "retry",
    "discard",
    "offer_accept",
    "offer_decline",
    "withdraw",
    "contact_send",
    "contact_change",
    "start_again",
    "end_chat",
    "rating_yes",
    "rating_no",
    "rating_send",
    "copy",
    "download",
    "popout",
    "sound_on",
    "sound_off",
    "to_newest",
    "show_earlier",
];

#[test]
fn there_are_enough_languages() {
    assert!(languages().len() >= AT_LEAST_LANGUAGES, "{}", languages().len());
}

#[test]
fn every_language_has_every_key_and_no_other() {
    let english = bare_keys(&read("en"));
    for code in languages() {
        assert_eq!(bare_keys(&read(&code)), english, "{code}");
    }
}

#[test]
fn the_words_for_files_are_spare_in_their_script() {
    let script = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("files.js")).unwrap();
    for (key, words) in read("en").iter().filter(|(key, _)| key.starts_with("attach")) {
        let spare = format!("  {key}: {words},");
        assert!(script.contains(&spare), "{spare}");
    }
}

#[test]
fn plurals_have_the_categories_of_their_language() {
    let plural = plural_keys();
    for code in languages() {
        let words = read(&code);
        let want = categories(&code);
        for key in &plural {
            let have: BTreeSet<_> = CATEGORIES
                .iter()
                .copied()
                .filter(|category| words.contains_key(&format!("{key}.{category}")))
                .collect();
            assert_eq!(have, want, "{code}: {key}");
        }
    }
}

#[test]
fn slots_are_those_of_english() {
    let english = read("en");
    for code in languages() {
        for (key, text) in read(&code) {
            let (bare, category) = split(&key);
            let model = english.get(bare).or_else(|| english.get(&format!("{bare}.other")));
            let mut want = slots(text_of(model.unwrap()));
            let have = slots(text_of(&text));
            if SAID_IN_WORDS.contains(&category) && !have.contains("count") {
                want.remove("count");
            }
            assert_eq!(have, want, "{code}: {key}: {text}");
        }
    }
}

#[test]
fn texts_are_trimmed_and_not_empty() {
    for code in languages() {
        for (key, text) in read(&code) {
            let text = text_of(&text);
            assert!(!text.is_empty() && text.trim() == text, "{code}: {key}: {text:?}");
            assert!(!text.contains(['<', '>', '\n']), "{code}: {key}: {text:?}");
        }
    }
}

#[test]
fn buttons_are_short() {
    for code in languages() {
        let words = read(&code);
        for key in BUTTONS {
            let length = text_of(words.get(*key).unwrap()).chars().count();
            assert!(length <= BUTTON_CHARS, "{code}: {key} has {length} characters");
        }
    }
}

/// The scripts cannot look it up, so each lists those languages. The frame's list holds more than there are files.
#[test]
fn right_to_left_is_known_of_every_language() {
    let known = LocaleDirectionality::new_common();
    let (frame, launcher) = (listed_in("language.js"), listed_in("loader.js"));
    for code in languages() {
        let runs_left = known.is_right_to_left(&locale(&code).id);
        let primary = code.split('-').next();
        assert_eq!(frame.iter().any(|listed| Some(&**listed) == primary), runs_left, "language.js: {code}");
        assert_eq!(launcher.iter().any(|listed| code.starts_with(listed)), runs_left, "loader.js: {code}");
    }
}

/// The languages in the one pattern of a script that is about them.
fn listed_in(script: &str) -> Vec<String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)).unwrap();
    let line = text.lines().find(|line| line.contains(".dir = ")).unwrap();
    let (_, list) = line.split_once("/^(").unwrap();
    list.split_once(')').unwrap().0.split('|').map(str::to_owned).collect()
}

/// A key that is forgotten in translation stays English: more than a few such are a mistake.
#[test]
fn languages_are_translated() {
    let english = read("en");
    for code in languages().into_iter().filter(|code| code != "en") {
        let same = read(&code)
            .into_iter()
            .filter(|(key, text)| english.get(key) == Some(text))
            .map(|(key, _)| key)
            .collect::<Vec<_>>();
        assert!(same.len() <= 6, "{code}: {same:?}");
    }
}

#[test]
fn names_are_in_their_own_language_and_unlike() {
    let mut seen = BTreeMap::new();
    for code in languages() {
        let name = text_of(read(&code).get("language_name").unwrap()).to_owned();
        assert_eq!(seen.insert(name, code.clone()), None, "{code}");
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("languages")
}

fn languages() -> Vec<String> {
    let mut codes: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    codes.sort();
    codes
}

fn read(code: &str) -> Map<String, Value> {
    let text = std::fs::read_to_string(folder().join(format!("{code}.json"))).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{code}: {error}"))
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn locale(code: &str) -> Locale {
    code.parse().unwrap_or_else(|error| panic!("{code}.json is not named after a language: {error}"))
}

/// From CLDR, as `Intl.PluralRules` has them. There they go by the language, whatever it is written in.
fn categories(code: &str) -> BTreeSet<&'static str> {
    let mut spoken = locale(code);
    spoken.id.script = None;
    let rules = PluralRules::try_new_cardinal(spoken.into()).unwrap();
    rules.categories().map(name).collect()
}

fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

/// `new_messages.other` is the key `new_messages` in the category `other`.
fn split(key: &str) -> (&str, &str) {
    match key.rsplit_once('.') {
        Some((bare, category)) if CATEGORIES.contains(&category) => (bare, category),
        _ => (key, ""),
    }
}

fn bare_keys(words: &Map<String, Value>) -> BTreeSet<String> {
    words.keys().map(|key| split(key).0.to_owned()).collect()
}

fn plural_keys() -> BTreeSet<String> {
    let english = read("en");
    english
        .keys()
        .map(|key| split(key))
        .filter(|(_, category)| !category.is_empty())
        .map(|(bare, _)| bare.to_owned())
        .collect()
}

fn slots(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(slot, _)| slot).collect()
}
