//! Pages cut into passages, each of which can be read by itself.

use super::{Page, Passage};

/// A passage is no longer than this, in bytes, unless one paragraph is.
const PASSAGE_BYTES: usize = 500;

/// Cuts pages at their headings, and long parts at their paragraphs.
pub fn passages(pages: &[Page]) -> Vec<Passage> {
    pages.iter().flat_map(page_passages).collect()
}

fn page_passages(page: &Page) -> Vec<Passage> {
    let mut parts: Vec<(Option<String>, String)> = vec![(None, String::new())];
    for paragraph in page.markdown.split("\n\n").map(str::trim).filter(|text| !text.is_empty()) {
        let (heading, body) = split_heading(paragraph);
        let long = parts.last().is_some_and(|(_, text)| text.len() + body.len() > PASSAGE_BYTES);
        match heading {
            Some(heading) => parts.push((Some(heading.to_owned()), String::new())),
            None if long => {
                let heading = parts.last().and_then(|(heading, _)| heading.clone());
                parts.push((heading, String::new()));
            }
            None => {}
        }
        if let Some((_, text)) = parts.last_mut() {
            if !text.is_empty() && !body.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(body);
        }
    }
    let parts = parts.into_iter().filter(|(_, text)| !text.trim().is_empty());
    parts
        .map(|(heading, text)| Passage {
            title: match heading {
                Some(heading) if heading != page.title => format!("{} – {heading}", page.title),
                _ => page.title.clone(),
            },
            url: page.url.clone(),
            text,
        })
        .collect()
}

/// The heading of a paragraph that begins with one, and what follows it.
fn split_heading(paragraph: &str) -> (Option<&str>, &str) {
    if !paragraph.starts_with('#') {
        return (None, paragraph);
    }
    let (line, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
    (Some(line.trim_start_matches('#').trim()), rest.trim())
}
