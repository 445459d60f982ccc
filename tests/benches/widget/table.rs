//! Medians, and how they are printed.

use std::collections::BTreeMap;

/// One round's figures by name.
pub type Figures = BTreeMap<&'static str, f64>;

pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.retain(|number| number.is_finite());
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A table with a column for each kind of round and a row for each figure: the medians. What was not measured
/// stays empty.
pub fn print(columns: &[(&str, &[Figures])], rows: &[&str]) {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    println!("\n| | {} |\n|---|{}", names.join(" | "), "---|".repeat(columns.len()));
    for row in rows {
        let cells: Vec<String> = columns.iter().map(|(_, rounds)| cell(rounds, row)).collect();
        println!("| {row} | {} |", cells.join(" | "));
    }
}

fn cell(rounds: &[Figures], row: &str) -> String {
    let figures: Vec<f64> = rounds.iter().filter_map(|round| round.get(row).copied()).collect();
    match median(figures) {
        figure if figure.is_nan() => String::new(),
        figure if figure.fract() != 0.0 && figure < 10.0 => format!("{figure:.2}"),
        figure => format!("{figure:.0}"),
    }
}
