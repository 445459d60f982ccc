//! The provider that needs no model: it answers with the passage that holds what was asked for, says where
//! it is from, and says plainly when the pages do not hold it.

use crate::conversation::answer::{Finished, Instead};
use crate::shop::help::Found;
use crate::webhook::payload::shorten;
use counterbell_protocol::event::Source;

/// A passage answers if it covers at least this share of the question's weight.
const COVER: f32 = 0.5;
/// So many pages are linked.
const SOURCES: usize = 3;
/// A longer passage is cut, with the link to the rest.
const PASSAGE_CHARS: usize = 900;

/// The passages good enough to rest an answer on, best first.
pub fn relevant(found: &[Found]) -> Vec<&Found> {
    let best = found.iter().map(|found| found.cover).fold(0.0, f32::max);
    found.iter().filter(|found| found.cover >= COVER && found.cover >= best * 0.8).collect()
}

/// The pages to link under an answer, each once.
pub fn sources(passages: &[&Found]) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for found in passages {
        let source = Source { title: found.passage.title.clone(), url: found.passage.url.clone() };
        if sources.len() < SOURCES && sources.iter().all(|known| known.url != source.url) {
            sources.push(source);
        }
    }
    sources
}

/// `none` says in the shopper's language that the pages hold no answer.
pub fn answer(found: &[Found], none: &str) -> Finished {
    match instead(found) {
        Some(Instead { text, sources }) => {
            Finished { text, sources, grounded: true, quoted: true, ..Finished::default() }
        }
        None => Finished { text: none.to_owned(), refused: true, quoted: true, ..Finished::default() },
    }
}

/// What the pages say, under their title; that it is from the help pages the frame says, with the links, in
/// the shopper's language.
pub fn instead(found: &[Found]) -> Option<Instead> {
    let relevant = relevant(found);
    let best = relevant.first()?;
    let text =
        format!("**{}**\n\n{}", best.passage.title.replace(['*', '[', ']'], ""), cut(&page(best, &relevant)));
    Some(Instead { text, sources: sources(&relevant) })
}

/// What was found on the best passage's page, in the order of the page.
fn page(best: &Found, relevant: &[&Found]) -> String {
    let same = |found: &&&Found| found.passage.url == best.passage.url;
    let mut parts: Vec<&&Found> = relevant.iter().filter(same).collect();
    parts.sort_by_key(|found| found.place);
    parts.iter().map(|found| found.passage.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

/// At most so many characters, cut at a paragraph or line where one ends in time.
fn cut(text: &str) -> String {
    if text.chars().count() <= PASSAGE_CHARS {
        return text.to_owned();
    }
    let end = text.char_indices().nth(PASSAGE_CHARS).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or(text);
    match head.rfind("\n\n").or_else(|| head.rfind('\n')).filter(|at| *at > PASSAGE_CHARS / 3) {
        Some(at) => format!("{} …", head.get(..at).unwrap_or(head).trim_end()),
        None => shorten(text, PASSAGE_CHARS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::help::Passage;

    fn found(title: &str, cover: f32, text: &str) -> Found {
        let passage = Passage { title: title.into(), url: format!("/{title}"), text: text.into() };
        Found { passage, place: 0, score: cover, cover }
    }

    #[test]
    fn it_answers_with_the_passage_and_its_page() {
        let answer =
            answer(&[found("Returns", 0.9, "Within 30 days."), found("Care", 0.2, "Wash cold.")], "-");
        assert!(answer.grounded && answer.text.contains("Within 30 days."), "{}", answer.text);
        assert_eq!(answer.sources, [Source { title: "Returns".into(), url: "/Returns".into() }]);
    }

    #[test]
    fn what_was_found_on_one_page_is_read_in_its_order() {
        let mut second = found("Returns", 0.9, "Not returnable: gift cards.");
        second.place = 1;
        let answer = answer(&[second, found("Returns", 0.9, "Within 30 days.")], "-");
        assert!(answer.text.ends_with("Within 30 days.\n\nNot returnable: gift cards."), "{}", answer.text);
    }

    #[test]
    fn it_says_when_the_pages_do_not_hold_it() {
        for found in [vec![], vec![found("Care", 0.3, "Wash cold.")]] {
            let answer = answer(&found, "Keine Antwort.");
            assert_eq!(answer.text, "Keine Antwort.");
            assert!(answer.refused && !answer.grounded && answer.sources.is_empty());
        }
    }

    #[test]
    fn a_long_passage_is_cut_between_paragraphs() {
        let text = "Sentence. ".repeat(40) + "\n\n" + &"More. ".repeat(200);
        assert!(cut(&text).chars().count() <= 402, "{}", cut(&text).len());
    }
}
