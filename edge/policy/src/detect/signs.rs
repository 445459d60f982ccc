//! The detectors that look for phrases alone: anger, safety, legal threat, fraud, bereavement, no answer.

use super::{class::Class, fold::Folded, scan::Hit, spans::apart, verdict::Verdict};

const PHRASE: u16 = 800;
const MORE_PHRASES: u16 = 900;
const MENTIONED: u16 = 200;
const SHOUTED: u16 = 600;
/// How far a phrase that takes the meaning away reaches, in units.
const NOT_REACH: u32 = 9;
const SHORT_LETTERS: usize = 3;
/// Shouting: so many capitals, and so many marks.
const SHOUT_LETTERS: usize = 12;
const SHOUT_MARKS: usize = 3;

/// The verdict on one sign, unless a phrase of `not`, in any language, stands near every phrase of `sign`.
pub(crate) fn verdict(text: &Folded, hits: &[Hit], sign: Class, not: Class) -> Verdict {
    let of = |class: Class| hits.iter().filter(move |hit| hit.class == class);
    let taken_away = |hit: &Hit| {
        let near = |other: &Hit| apart(text, other, hit).is_some_and(|units| units <= NOT_REACH);
        of(not).any(|other| !other.misspelt && near(other) && speaks_for(text, other, hit))
    };
    let Some(first) = of(sign).next() else { return Verdict::default() };
    let mut kept = of(sign).filter(|hit| !taken_away(hit));
    let Some(best) = kept.next() else {
        return Verdict::from_milli(MENTIONED, Some(text.words(first.from, first.to)));
    };
    let more = kept.any(|hit| hit.from > best.to);
    Verdict::from_milli(if more { MORE_PHRASES } else { PHRASE }, Some(text.words(best.from, best.to)))
}

/// Other languages' phrases count too, unless they are as short as "si", which is a word in most of them.
fn speaks_for(text: &Folded, not: &Hit, hit: &Hit) -> bool {
    let letters = text.tokens.get(not.from).map_or(0, |token| token.text.len());
    not.language == hit.language || letters > SHORT_LETTERS
}

/// Anger, in words or by shouting.
pub(crate) fn anger(raw: &str, text: &Folded, hits: &[Hit]) -> Verdict {
    let words = verdict(text, hits, Class::Anger, Class::AngerNot);
    if !words.hit && shouts(raw) { Verdict::from_milli(SHOUTED, Some("shouting".to_owned())) } else { words }
}

fn shouts(raw: &str) -> bool {
    let capitals = raw.chars().filter(|c| c.is_uppercase()).count();
    let small = raw.chars().filter(|c| c.is_lowercase()).count();
    let marks = raw.chars().filter(|c| matches!(c, '!' | '！')).count();
    capitals >= SHOUT_LETTERS && capitals > 8 * small && marks >= SHOUT_MARKS
}
