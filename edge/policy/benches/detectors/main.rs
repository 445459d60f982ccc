//! Measures the detectors: precision and recall per language, the public data where it is at hand, and time.
//!
//! `cargo bench -p counterbell-policy --bench detectors`; the data folder is `COUNTERBELL_DATA` or
//! `../shared/data` beside the repository. Beside ours stands one English keyword pattern, as most widgets use, and, where
//! `COUNTERBELL_LLM` names a server such as `http://127.0.0.1:8080`, a language model that is asked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../src/detect/measure.rs"]
mod measure;
mod model;
mod public_data;

use std::time::Instant;

use counterbell_policy::detect::{self, Verdict};
use measure::{Phrase, Tally};
use regex_lite::Regex;

/// As found in widgets' settings: words, in English.
const KEYWORDS: &str =
    r"(?i)\b(human|agent|operator|representative|real person|customer service|speak to|talk to)\b";

type Detector = fn(&str) -> Verdict;

const DETECTORS: [(&str, Detector); 9] = [
    ("human", |text| detect::detect(text).asks_for_human),
    ("anger", |text| detect::detect(text).anger),
    ("safety", |text| detect::detect(text).safety),
    ("legal", |text| detect::detect(text).legal_threat),
    ("fraud", |text| detect::detect(text).fraud),
    ("grief", |text| detect::detect(text).bereavement),
    ("promise", |text| detect::detect_answer(text).false_promise),
    ("no-answer", |text| detect::detect_answer(text).no_answer),
    ("language", |_| Verdict::default()),
];

fn main() {
    let first = first_message();
    let keywords = Regex::new(KEYWORDS).unwrap();
    let phrases = measure::held_out();
    let mut misses = Vec::new();
    println!("## Held-out phrases\n");
    println!(
        "| detector | language | recall | false hits | precision | keyword recall | keyword false hits |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (name, detector) in DETECTORS.iter().take(8) {
        for (language, of_language) in measure::by_language(&phrases, name) {
            let ours = Tally::new(&of_language, |text| detector(text).hit);
            let theirs = Tally::new(&of_language, |text| keywords.is_match(text));
            println!(
                "| {name} | {language} | {ours} | {:.1} % | {:.1} % |",
                theirs.recall(),
                theirs.false_hits()
            );
            misses.extend(worst(&of_language, *detector));
        }
    }
    println!("\n{}", measure::languages_known(&phrases, detect::language));
    print_worst(misses);
    public_data::report(&keywords);
    model::report(&phrases);
    times(&phrases);
    println!("The first message of a process: {first} µs, phrases read.");
}

/// What a fresh Worker pays: the first message, for which the phrases are unpacked.
fn first_message() -> u128 {
    let start = Instant::now();
    std::hint::black_box(detect::detect("hello"));
    start.elapsed().as_micros()
}

/// The wrong verdicts, with how far the score lies on the wrong side.
fn worst(phrases: &[&Phrase], detector: Detector) -> Vec<(u32, String)> {
    let wrong = |phrase: &&&Phrase| detector(&phrase.text).hit != phrase.positive;
    let far = |phrase: &&Phrase| {
        let score = detector(&phrase.text).score;
        let distance = if phrase.positive { 0.5 - score } else { score - 0.5 };
        let sign = if phrase.positive { "missed" } else { "false hit" };
        (
            (distance * 1000.0) as u32,
            format!("{} {} ({sign}, {score:.3}): {}", phrase.detector, phrase.language, phrase.text),
        )
    };
    phrases.iter().filter(wrong).map(far).collect()
}

fn print_worst(mut misses: Vec<(u32, String)>) {
    misses.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    println!("\n## The ten worst of {} misses\n", misses.len());
    misses.iter().take(10).for_each(|(_, text)| println!("- {text}"));
}

fn times(phrases: &[Phrase]) {
    let letters = |wanted: fn(&str) -> bool| -> String {
        let texts =
            phrases.iter().filter(|phrase| wanted(&phrase.language)).map(|phrase| phrase.text.as_str());
        texts.collect::<Vec<_>>().join(". ").chars().cycle().take(4096).collect()
    };
    let (english, mixed) = (letters(|language| language == "en"), letters(|_| true));
    let micros = |text: &str| {
        let start = Instant::now();
        std::hint::black_box(detect::detect(text));
        start.elapsed().as_micros()
    };
    let mut each: Vec<u128> = phrases.iter().map(|phrase| micros(&phrase.text)).collect();
    each.sort_unstable();
    let at = |share: usize| each.get(each.len().saturating_sub(1) * share / 100).copied().unwrap_or(0);
    let (p50, p99) = (at(50), at(99));
    let (english, mixed) = (micros(&english), micros(&mixed));
    println!("\n## Time\n\np50 {p50} µs, p99 {p99} µs a message.");
    println!("4,096 letters: {english} µs in English, {mixed} µs in all languages at once.");
}
