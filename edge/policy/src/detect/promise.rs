//! Whether an answer claims an action that a sentence cannot take.

use super::{
    class::Class,
    fold::Folded,
    scan::Hit,
    spans::apart,
    verdict::{Claim, Verdict},
};

const CLAIMED: u16 = 900;
const MENTIONED: u16 = 200;
/// "once", "would you like", "I cannot" reach far forward and a little back, in units.
const NOT_BEFORE: u32 = 36;
const NOT_AFTER: u32 = 9;

/// The verdict, and what was claimed.
pub(crate) fn verdict(text: &Folded, hits: &[Hit]) -> (Verdict, Option<Claim>) {
    let mut claims = hits.iter().filter_map(|hit| Some((hit, claim(hit.class)?)));
    let Some((first, _)) = claims.clone().next() else { return (Verdict::default(), None) };
    match claims.find(|(hit, _)| stands(text, hits, hit)) {
        Some((hit, claim)) => (Verdict::from_milli(CLAIMED, Some(text.words(hit.from, hit.to))), Some(claim)),
        None => (Verdict::from_milli(MENTIONED, Some(text.words(first.from, first.to))), None),
    }
}

fn claim(class: Class) -> Option<Claim> {
    match class {
        Class::DidTransfer => Some(Claim::Transferred),
        Class::WillContact => Some(Claim::WillContact),
        Class::DidRefund => Some(Claim::Refunded),
        Class::DidCancel => Some(Claim::Cancelled),
        Class::DidChange => Some(Claim::Changed),
        _ => None,
    }
}

/// Neither a question nor conditional nor denied.
fn stands(text: &Folded, hits: &[Hit], hit: &Hit) -> bool {
    let sentence = text.tokens.get(hit.from).map(|token| token.sentence);
    let question = sentence.is_some_and(|sentence| text.questions.contains(&sentence));
    let taken_away = |not: &&Hit| {
        let reach = if not.from <= hit.from { NOT_BEFORE } else { NOT_AFTER };
        apart(text, *not, hit).is_some_and(|units| units <= reach)
    };
    let mut nots = hits.iter().filter(|not| not.class == Class::ClaimNot && not.language == hit.language);
    !question && !nots.any(|not| taken_away(&not))
}
