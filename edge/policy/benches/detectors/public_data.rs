//! The public English sets, read from where they lie and never copied.

use std::{env, fs, path::PathBuf};

use counterbell_policy::detect;
use regex_lite::Regex;

/// Negatives that truly ask for staff, and so are left out of the false hits.
const TRULY_ASK: &str = include_str!("truly_ask.txt");
const BITEXT_ASK: &str = include_str!("bitext_ask.txt");

/// An utterance of Bitext.
struct Row {
    line: usize,
    text: String,
    intent: String,
}

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
        let listed = listed(split);
        let asks = |row: &Row| row.intent == "contact_human_agent";
        let of = |wanted: &dyn Fn(&Row) -> bool| -> Vec<&str> {
            rows.iter().filter(|row| wanted(row)).map(|row| row.text.as_str()).collect()
        };
        let set = format!("Bitext {split}");
        line(&set, "contact_human_agent", &of(&asks), keywords);
        line(
            &set,
            "contact_customer_service that truly ask (listed)",
            &of(&|row| listed.contains(&row.line)),
            keywords,
        );
        let others = of(&|row| !asks(row) && !listed.contains(&row.line));
        line(&set, "the other 26 intents, less those listed", &others, keywords);
        print_hits(&others);
    }
    for set in ["banking77", "clinc150"] {
        let text = fs::read_to_string(folder.join(format!("negatives_{set}_train.txt"))).unwrap_or_default();
        let kept: Vec<&str> =
            text.lines().filter(|line| !TRULY_ASK.lines().any(|ask| ask == *line)).collect();
        line(set, "negatives that do not ask for staff", &kept, keywords);
        print_hits(&kept);
    }
}

fn print_hits(texts: &[&str]) {
    texts.iter().filter(|text| detect::asks_for_human(text).hit).for_each(|text| println!("  - {text}"));
}

/// The lines of a Bitext split that are listed as truly asking for staff.
fn listed(split: &str) -> Vec<usize> {
    let of_split = BITEXT_ASK.lines().filter_map(|line| line.strip_prefix(split)?.strip_prefix(':'));
    of_split.flat_map(str::split_whitespace).filter_map(|line| line.parse().ok()).collect()
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

/// The utterances; a quoted one may hold commas.
fn bitext(csv: &str) -> Vec<Row> {
    let row = |(index, line): (usize, &str)| {
        let (text, rest) = match line.strip_prefix('"') {
            Some(line) => line.split_once("\",")?,
            None => line.split_once(',')?,
        };
        let (text, intent) = (text.replace("\"\"", "\""), rest.split(',').next()?.to_owned());
        Some(Row { line: index + 1, text, intent })
    };
    csv.lines().enumerate().skip(1).filter_map(row).collect()
}
