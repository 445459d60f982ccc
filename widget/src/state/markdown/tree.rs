//! The elements a message may consist of. What is not listed here cannot be shown.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    Text(String),
    Element(Element),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    pub tag: Tag,
    pub attrs: Vec<(Attr, String)>,
    pub children: Vec<Tree>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    Paragraph,
    /// All headings are one level: a message has no outline of its own.
    Heading,
    Strong,
    Emphasis,
    Strike,
    Code,
    Preformatted,
    Bulleted,
    Numbered,
    Item,
    Quote,
    Rule,
    Break,
    Link,
    /// The host a link leads to, shown after its words.
    Host,
    Image,
    /// Holds a table that may be wider than the panel.
    Scroller,
    Table,
    Head,
    Body,
    Row,
    HeadCell,
    Cell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attr {
    Href,
    Src,
    Alt,
    Start,
}

impl Tag {
    pub fn name(self) -> &'static str {
        match self {
            Self::Paragraph => "p",
            Self::Heading => "h2",
            Self::Strong => "strong",
            Self::Emphasis => "em",
            Self::Strike => "s",
            Self::Code => "code",
            Self::Preformatted => "pre",
            Self::Bulleted => "ul",
            Self::Numbered => "ol",
            Self::Item => "li",
            Self::Quote => "blockquote",
            Self::Rule => "hr",
            Self::Break => "br",
            Self::Link => "a",
            Self::Host => "small",
            Self::Image => "img",
            Self::Scroller => "div",
            Self::Table => "table",
            Self::Head => "thead",
            Self::Body => "tbody",
            Self::Row => "tr",
            Self::HeadCell => "th",
            Self::Cell => "td",
        }
    }

    fn is_inline(self) -> bool {
        matches!(
            self,
            Self::Strong | Self::Emphasis | Self::Strike | Self::Code | Self::Link | Self::Host | Self::Image
        )
    }
}

impl Attr {
    pub fn name(self) -> &'static str {
        match self {
            Self::Href => "href",
            Self::Src => "src",
            Self::Alt => "alt",
            Self::Start => "start",
        }
    }
}

impl Tree {
    pub fn element(tag: Tag, children: Vec<Tree>) -> Self {
        Self::Element(Element { tag, attrs: Vec::new(), children })
    }

    pub fn with_attrs(tag: Tag, attrs: Vec<(Attr, String)>, children: Vec<Tree>) -> Self {
        Self::Element(Element { tag, attrs, children })
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// Text of blocks is kept apart by spaces, text inside a line is not.
pub fn collect_words(trees: &[Tree], out: &mut String) {
    for tree in trees {
        match tree {
            Tree::Text(text) => out.push_str(text),
            Tree::Element(element) if element.tag == Tag::Host => {}
            Tree::Element(element) => {
                collect_words(&element.children, out);
                if !element.tag.is_inline() {
                    out.push(' ');
                }
            }
        }
    }
}
