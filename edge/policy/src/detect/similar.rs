//! How far two texts ask for the same thing, by the words and letter groups they share.
//!
//! Common words do not count; needs that have many names ("where is my parcel", "not arrived yet") are told
//! apart by their word families.

use std::collections::BTreeSet;

use super::{class::Class, fold::Folded, lexicon::LEXICON, needs, scan};

const GROUP: usize = 3;

/// 0 to 1, rounded to three decimals; 1 for the same words.
pub(crate) fn similar_to(text: &str) -> impl Fn(&str) -> f32 {
    let content = Content::new(text);
    move |other| similar(&content, &Content::new(other))
}

fn similar(a: &Content, b: &Content) -> f32 {
    let shared = overlap_milli(&a.groups, &b.groups);
    let needs = if a.needs.is_disjoint(&b.needs) { 0 } else { overlap_milli(&a.needs, &b.needs).max(500) };
    // The same need in other words is nearly the same; a shared need lifts half-shared words.
    let milli = if needs == 0 { shared } else { shared.max((needs * 7 + shared * 3) / 10) };
    f32::from(u16::try_from(milli.min(1000)).unwrap_or(1000)) / 1000.0
}

struct Content {
    groups: BTreeSet<String>,
    needs: BTreeSet<&'static str>,
}

impl Content {
    fn new(text: &str) -> Self {
        let folded = Folded::new(text);
        let mut common = vec![false; folded.tokens.len()];
        for hit in
            scan::scan(&LEXICON, &folded).iter().filter(|hit| hit.class == Class::Words && hit.from == hit.to)
        {
            if let Some(common) = common.get_mut(hit.from) {
                *common = true;
            }
        }
        let all: Vec<&str> = folded.tokens.iter().map(|token| token.text.as_str()).collect();
        let telling: Vec<&str> =
            all.iter().zip(&common).filter(|(_, common)| !**common).map(|(word, _)| *word).collect();
        let words = if telling.is_empty() { &all } else { &telling };
        Self { groups: groups(words), needs: needs::needs(&all) }
    }
}

/// Letter groups of each word, so that endings and slips matter little.
fn groups(words: &[&str]) -> BTreeSet<String> {
    let mut groups = BTreeSet::new();
    for word in words {
        let letters: Vec<char> = std::iter::once('^').chain(word.chars()).collect();
        if letters.len() <= GROUP {
            groups.insert(letters.iter().collect());
        }
        groups.extend(letters.windows(GROUP).map(|group| group.iter().collect::<String>()));
    }
    groups
}

/// Twice the shared over the sum, in thousandths.
fn overlap_milli<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> usize {
    let sum = a.len() + b.len();
    (2000 * a.intersection(b).count()).checked_div(sum).unwrap_or(0)
}
