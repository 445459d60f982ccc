//! Markdown to a tree of allowed elements: what an assistant's answer may look like, and nothing else.
//! HTML in the text stays text. This module must not know the DOM.

mod block;
mod inline;
mod letter;
mod link;
mod stream;
mod table;
mod tree;

pub use link::{SafeUrl, safe_url};
pub use stream::Stream;
pub use tree::{Attr, Element, Tag, Tree};

use std::sync::Arc;

/// What a parse may show: the hosts whose images are the shop's own.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    pub image_hosts: Arc<[String]>,
}

/// A whole text at once.
pub fn parse(text: &str, allowed: &Allowed) -> Vec<Tree> {
    block::parse(text, allowed, 0).into_iter().map(|(_, tree)| tree).collect()
}

/// Text from shoppers and people: line breaks and links, no Markdown.
pub fn plain(text: &str) -> Vec<Tree> {
    let lines: Vec<&str> = text.split('\n').collect();
    let parts = lines.split(|line| line.is_empty()).map(|part| part.join("\n"));
    parts
        .filter(|part| !part.trim().is_empty())
        .map(|part| Tree::element(Tag::Paragraph, inline::plain(&part)))
        .collect()
}

/// The words alone, for announcements and previews.
pub fn words(trees: &[Tree]) -> String {
    let mut out = String::new();
    tree::collect_words(trees, &mut out);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
