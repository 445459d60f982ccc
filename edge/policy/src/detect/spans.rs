//! Distances between stretches of a text.

use super::fold::Folded;

/// A stretch of tokens, both ends included.
pub(crate) trait Span {
    fn from(&self) -> usize;
    fn to(&self) -> usize;
}

/// Units between two stretches of the same sentence; 0 when they touch or overlap.
pub(crate) fn apart(text: &Folded, a: &impl Span, b: &impl Span) -> Option<u32> {
    if a.from() > b.from() {
        return apart(text, b, a);
    }
    let (end, start) = (text.tokens.get(a.to())?, text.tokens.get(b.from())?);
    (end.sentence == start.sentence).then(|| start.at.saturating_sub(end.end()))
}

/// Whether a comma stands between two stretches.
pub(crate) fn comma_between(text: &Folded, before: &impl Span, after: &impl Span) -> bool {
    let clause = |at: usize| text.tokens.get(at).map(|token| token.clause);
    before.to() < after.from() && clause(before.to()) != clause(after.from())
}

/// The stretch from the first of both to the last.
pub(crate) fn from_to(a: &impl Span, b: &impl Span) -> (usize, usize) {
    (a.from().min(b.from()), a.to().max(b.to()))
}
