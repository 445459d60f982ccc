//! Reads the held-out phrases and counts; shared by the tests and the bench, no part of the detectors.
//!
//! A file `data/heldout/<language>.txt` holds `+ text` and `- text` lines for `human`; `[detector]` changes that.

#![allow(clippy::expect_used, dead_code)]

use std::{collections::BTreeMap, fmt, fs, path::Path};

/// One labelled text.
pub struct Phrase {
    pub language: String,
    pub detector: String,
    pub positive: bool,
    pub text: String,
}

/// All held-out phrases, by language in the order of their names.
pub fn held_out() -> Vec<Phrase> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/heldout");
    let entries = fs::read_dir(&folder).expect("data/heldout is there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    files.iter().flat_map(|file| read(file)).collect()
}

fn read(file: &Path) -> Vec<Phrase> {
    let language = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let mut detector = "human";
    let text = fs::read_to_string(file).expect("held-out phrases are UTF-8");
    let mut phrases = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            detector = match name {
                "anger" => "anger",
                "safety" => "safety",
                "legal" => "legal",
                "fraud" => "fraud",
                "grief" => "grief",
                "promise" => "promise",
                "no-answer" => "no-answer",
                _ => "human",
            };
        }
        let Some((sign @ ("+" | "-"), text)) = line.split_once(' ') else { continue };
        let (language, detector) = (language.to_owned(), detector.to_owned());
        phrases.push(Phrase { language, detector, positive: sign == "+", text: text.trim().to_owned() });
    }
    phrases
}

/// One detector's phrases, by language.
pub fn by_language<'a>(phrases: &'a [Phrase], detector: &str) -> BTreeMap<&'a str, Vec<&'a Phrase>> {
    let mut map: BTreeMap<&str, Vec<&Phrase>> = BTreeMap::new();
    for phrase in phrases.iter().filter(|phrase| phrase.detector == detector) {
        map.entry(&phrase.language).or_default().push(phrase);
    }
    map
}

/// How many texts of each kind there were, and how many were hit.
#[derive(Default)]
pub struct Tally {
    pub positives: usize,
    pub found: usize,
    pub negatives: usize,
    pub wrong: usize,
}

impl Tally {
    pub fn new(phrases: &[&Phrase], hit: impl Fn(&str) -> bool) -> Self {
        let mut tally = Self::default();
        for phrase in phrases {
            let hit = usize::from(hit(&phrase.text));
            let (all, hits) = if phrase.positive {
                (&mut tally.positives, &mut tally.found)
            } else {
                (&mut tally.negatives, &mut tally.wrong)
            };
            *all += 1;
            *hits += hit;
        }
        tally
    }

    pub fn recall(&self) -> f64 {
        percent(self.found, self.positives)
    }

    pub fn false_hits(&self) -> f64 {
        percent(self.wrong, self.negatives)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = percent(self.found, self.found + self.wrong);
        write!(
            f,
            "{:.1} % ({}/{}) | {:.1} % ({}/{}) | {precision:.1} %",
            self.recall(),
            self.found,
            self.positives,
            self.false_hits(),
            self.wrong,
            self.negatives
        )
    }
}

fn percent(part: usize, all: usize) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}

/// How often the language is recognised, in one line.
pub fn languages_known(phrases: &[Phrase], language: impl Fn(&str) -> String) -> String {
    let right = phrases.iter().filter(|phrase| language(&phrase.text) == phrase.language).count();
    let unknown = phrases.iter().filter(|phrase| language(&phrase.text) == "und").count();
    format!("Language: {right} of {} right, {unknown} unknown.", phrases.len())
}
