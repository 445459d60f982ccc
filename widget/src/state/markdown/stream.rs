//! An answer while it is being written: only the blocks that may still change are parsed again.

use super::{Allowed, Tree, block};

#[derive(Clone, Debug, Default)]
pub struct Stream {
    text: String,
    blocks: Vec<(usize, Tree)>,
    allowed: Allowed,
}

/// The first block that may differ, and what stood from there on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub from: usize,
    pub before: Vec<Tree>,
}

impl Stream {
    pub fn new(allowed: Allowed) -> Self {
        Self { allowed, ..Self::default() }
    }

    pub fn blocks(&self) -> impl Iterator<Item = &Tree> {
        self.blocks.iter().map(|(_, tree)| tree)
    }

    /// Takes the text as it now is.
    pub fn set(&mut self, text: &str) -> Changed {
        let keep = if text.starts_with(&self.text) { self.settled() } else { 0 };
        let start = self.blocks.get(keep).map_or(0, |(start, _)| *start);
        let before = self.blocks.drain(keep..).map(|(_, tree)| tree).collect();
        let tail = block::parse(text.get(start..).unwrap_or(""), &self.allowed, 0);
        self.blocks.extend(tail.into_iter().map(|(at, tree)| (start + at, tree)));
        text.clone_into(&mut self.text);
        Changed { from: keep, before }
    }

    /// How many blocks no further text can change: a later block has begun, and the two lines that decided
    /// so (a table needs two) are whole.
    fn settled(&self) -> usize {
        let whole = self.text.rfind('\n').unwrap_or(0);
        let decided = self.text.get(..whole).and_then(|text| text.rfind('\n')).unwrap_or(0);
        self.blocks.iter().rposition(|(start, _)| *start <= decided).unwrap_or(0)
    }
}
