//! The languages that a text may be written in, by how many of its words each knows.
//!
//! Short words mean something in many languages ("do" is a death in Icelandic); a language that knows far
//! fewer of a text's words than another one is not read.

use super::{fold::Folded, languages::LANGUAGES, scan::Hit};

/// A language is read if it knows this share of what the best one knows.
const SHARE_PERCENT: usize = 60;

/// Numbers of the plausible languages.
pub(crate) fn languages(text: &Folded, hits: &[Hit]) -> Vec<u8> {
    let mut known: Vec<(u8, usize)> = Vec::new();
    let mut last: Option<(u8, usize)> = None;
    let written = |hit: &&Hit| !hit.misspelt && (!text.cyrillic || is_cyrillic(hit.language));
    let mut spans: Vec<(u8, usize, usize)> =
        hits.iter().filter(written).map(|hit| (hit.language, hit.from, hit.to)).collect();
    spans.sort_unstable();
    for (language, from, to) in spans {
        let seen = last.filter(|(other, _)| *other == language).map_or(0, |(_, end)| end);
        let units: usize = (from.max(seen)..=to).filter_map(|at| text.tokens.get(at)).map(|_| 1).sum();
        last = Some((language, seen.max(to + 1)));
        match known.last_mut().filter(|(other, _)| *other == language) {
            Some((_, sum)) => *sum += units,
            None => known.push((language, units)),
        }
    }
    let best = known.iter().map(|(_, sum)| *sum).max().unwrap_or(0);
    known.retain(|(_, sum)| sum * 100 >= best * SHARE_PERCENT);
    known.into_iter().map(|(language, _)| language).collect()
}

fn is_cyrillic(language: u8) -> bool {
    let code = LANGUAGES.get(usize::from(language)).map_or("", |(code, _)| *code);
    matches!(code, "ru" | "uk" | "bg" | "mk" | "kk" | "sr")
}
