//! The public English sets, read from where they lie and never copied.

use std::{env, fs, path::PathBuf};

use counterbell_policy::detect;
use regex_lite::Regex;

/// Negatives that truly ask for staff, and so are left out of the false hits.
const TRULY_ASK: &str = include_str!("truly_ask.txt");

/// Prints recall and false hits on each set, or that there is none.
pub fn report(keywords: &Regex) {
    println!("\n## Public data (English)\n");
    let Some(folder) = folder() else {
        println!("No data folder; set COUNTERBELL_DATA.");
        return;
    };
    println!("| set | of | texts | ours hit | keywords hit |\n|---|---|---|---|---|");
    for split in ["dev", "train"] {
        let rows =
            bitext(&fs::read_to_string(folder.join(format!("bitext_{split}.csv"))).unwrap_or_default());
        let of = |wanted: fn(&str) -> bool| {
            rows.iter()
                .filter(|(_, intent)| wanted(intent))
                .map(|(text, _)| text.as_str())
                .collect::<Vec<_>>()
        };
        line(
            &format!("Bitext {split}"),
            "contact_human_agent",
            &of(|intent| intent == "contact_human_agent"),
            keywords,
        );
        line(
            &format!("Bitext {split}"),
            "contact_customer_service (most ask for staff)",
            &of(|intent| intent == "contact_customer_service"),
            keywords,
        );
        line(
            &format!("Bitext {split}"),
            "the other 25 intents",
            &of(|intent| !intent.starts_with("contact_")),
            keywords,
        );
    }
    for set in ["banking77", "clinc150"] {
        let text = fs::read_to_string(folder.join(format!("negatives_{set}_train.txt"))).unwrap_or_default();
        let kept: Vec<&str> =
            text.lines().filter(|line| !TRULY_ASK.lines().any(|ask| ask == *line)).collect();
        line(set, "negatives that do not ask for staff", &kept, keywords);
        kept.iter().filter(|text| detect::asks_for_human(text).hit).for_each(|text| println!("  - {text}"));
    }
}

fn folder() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = env::var_os("COUNTERBELL_DATA").map_or(beside, PathBuf::from);
    [root.join("handoff"), root].into_iter().find(|folder| folder.join("bitext_dev.csv").exists())
}

fn line(set: &str, of: &str, texts: &[&str], keywords: &Regex) {
    let share = |hits: usize| 100.0 * hits as f64 / texts.len().max(1) as f64;
    let ours = texts.iter().filter(|text| detect::asks_for_human(text).hit).count();
    let theirs = texts.iter().filter(|text| keywords.is_match(text)).count();
    println!(
        "| {set} | {of} | {} | {ours} ({:.2} %) | {theirs} ({:.2} %) |",
        texts.len(),
        share(ours),
        share(theirs)
    );
}

/// Utterance and intent of each row; a quoted utterance may hold commas.
fn bitext(csv: &str) -> Vec<(String, String)> {
    let row = |line: &str| {
        let (text, rest) = match line.strip_prefix('"') {
            Some(line) => line.split_once("\",")?,
            None => line.split_once(',')?,
        };
        Some((text.replace("\"\"", "\""), rest.split(',').next()?.to_owned()))
    };
    csv.lines().skip(1).filter_map(row).collect()
}
