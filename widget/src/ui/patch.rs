//! Trees to DOM nodes, and the least change from one tree to the next. Never `innerHTML`: what a message
//! may become is what `Tag` can name.

use crate::leptos::document;
use crate::state::markdown::{Attr, Element, Tag, Tree};
use web_sys::Node;

/// Makes the children of `parent` from the `from`th on, which show `old`, show `new`.
pub fn patch<'a>(parent: &Node, from: usize, old: &[Tree], new: impl Iterator<Item = &'a Tree>) {
    let mut old = old.iter();
    let mut child = nth_child(parent, from);
    for tree in new {
        let next = child.as_ref().and_then(Node::next_sibling);
        match (child, old.next()) {
            (Some(node), Some(before)) => change(parent, &node, before, tree),
            _ => add(parent, tree),
        }
        child = next;
    }
    while let Some(node) = child {
        child = node.next_sibling();
        let _ = parent.remove_child(&node);
    }
}

fn nth_child(parent: &Node, from: usize) -> Option<Node> {
    parent.child_nodes().get(u32::try_from(from).ok()?)
}

fn change(parent: &Node, node: &Node, before: &Tree, tree: &Tree) {
    match (before, tree) {
        _ if before == tree => {}
        (Tree::Text(_), Tree::Text(text)) => node.set_node_value(Some(text)),
        (Tree::Element(a), Tree::Element(b)) if a.tag == b.tag && a.attrs == b.attrs => {
            patch(node, 0, &a.children, b.children.iter());
        }
        _ => {
            if let Some(made) = build(tree) {
                let _ = parent.replace_child(&made, node);
            }
        }
    }
}

fn add(parent: &Node, tree: &Tree) {
    if let Some(made) = build(tree) {
        let _ = parent.append_child(&made);
    }
}

/// Every tree becomes exactly one node, so that the children of both keep the same places.
fn build(tree: &Tree) -> Option<Node> {
    match tree {
        Tree::Text(text) => Some(document().create_text_node(text).into()),
        Tree::Element(element) => build_element(element),
    }
}

fn build_element(element: &Element) -> Option<Node> {
    let made = document().create_element(element.tag.name()).ok()?;
    let set = |name: &str, value: &str| {
        let _ = made.set_attribute(name, value);
    };
    for (attr, value) in &element.attrs {
        set(Attr::name(*attr), value);
    }
    match element.tag {
        Tag::Link => {
            set("target", "_blank");
            set("rel", "noopener noreferrer nofollow");
        }
        Tag::Image => {
            set("loading", "lazy");
            set("referrerpolicy", "no-referrer");
        }
        Tag::Scroller => {
            set("class", "scroller");
            set("tabindex", "0");
        }
        Tag::Preformatted => set("tabindex", "0"),
        _ => {}
    }
    element.children.iter().for_each(|child| add(&made, child));
    Some(made.into())
}
