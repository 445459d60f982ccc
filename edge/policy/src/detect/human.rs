//! Whether the shopper asks for a person: which roles must stand near which, in any one language.
//!
//! Scores are thousandths and fixed per pattern; nothing here is learnt or language-specific.

use super::{
    class::Class,
    fold::Folded,
    languages::LANGUAGES,
    scan::Hit,
    spans::{Span, apart, comma_between, from_to},
    verdict::Verdict,
};

const ASKS: u16 = 950;
const TALK_HUMAN: u16 = 950;
const TALK_SOMEONE: u16 = 900;
const ENOUGH_BOT: u16 = 900;
const WANT_HUMAN: u16 = 850;
const BARE_HUMAN: u16 = 800;
const TALK_NEXT: u16 = 800;
/// A person or a wish to talk was mentioned, and nothing made it a request.
const MENTIONED: u16 = 200;
const PER_SLIP: u16 = 100;

/// Distances in units: three a word, one a letter of a script without spaces.
const TALK_REACH: u32 = 15;
const WANT_REACH: u32 = 12;
const BOT_REACH: u32 = 15;
const NOT_REACH: u32 = 15;
const VETO_REACH_AFTER: u32 = 3;
/// A person's name alone asks for them, with one word beside it.
const BESIDE_UNITS: u32 = 3;

/// The verdict on a scanned text.
pub(crate) fn verdict(text: &Folded, hits: &[Hit]) -> Verdict {
    let read = |language: &u8| hits.iter().any(|hit| hit.language == *language);
    let languages = (0u8..).take(LANGUAGES.len()).filter(read);
    let found = languages.filter_map(|language| Reading::new(text, hits, language).best());
    // The first of equals, so that the words given do not depend on the order of languages read.
    let best = found.reduce(|best, next| if next.score > best.score { next } else { best });
    best.map_or_else(Verdict::default, |best| {
        Verdict::from_milli(best.score, Some(text.words(best.from, best.to)))
    })
}

struct Found {
    score: u16,
    from: usize,
    to: usize,
}

/// The text as read in one language.
struct Reading<'a> {
    text: &'a Folded,
    hits: Vec<Hit>,
}

impl<'a> Reading<'a> {
    fn new(text: &'a Folded, hits: &[Hit], language: u8) -> Self {
        // A veto of some words counts in each plausible language: "eres una persona real" is also nearly Catalan.
        // Shorter ones, and letters of scripts without spaces, mean too many things.
        let spaced = |hit: &Hit| text.tokens.get(hit.from).is_some_and(|token| !token.wide);
        let takes_away = |hit: &Hit| hit.class == Class::Veto && hit.to >= hit.from + 2 && spaced(hit);
        let read = hits.iter().filter(|hit| hit.language == language || takes_away(hit));
        Self { text, hits: read.copied().collect() }
    }

    fn best(&self) -> Option<Found> {
        let mut best: Option<Found> = None;
        for hit in &self.hits {
            let Some(found) = self.reading_of(hit) else { continue };
            if best.as_ref().is_none_or(|best| found.score > best.score) {
                let certain = found.score >= ASKS;
                best = Some(found);
                if certain {
                    break;
                }
            }
        }
        best
    }

    fn reading_of(&self, hit: &Hit) -> Option<Found> {
        let found = match hit.class {
            Class::Ask => Some(one(hit, ASKS)),
            Class::Human => self.human(hit),
            Class::Boss => self
                .near(hit, Class::Talk, TALK_REACH, TALK_SOMEONE)
                .or_else(|| self.near(hit, Class::Want, WANT_REACH, WANT_HUMAN))
                .or_else(|| self.talk_next(hit)),
            Class::Someone => self.near(hit, Class::Talk, TALK_REACH, TALK_SOMEONE),
            Class::Enough => self.near(hit, Class::Bot, BOT_REACH, ENOUGH_BOT),
            _ => return None,
        };
        let kept = found.filter(|found| !self.vetoed_by_veto(hit) && !self.unwanted(hit, found));
        Some(kept.unwrap_or(Found { score: MENTIONED, from: hit.from, to: hit.to }))
    }

    fn human(&self, hit: &Hit) -> Option<Found> {
        self.near(hit, Class::Talk, TALK_REACH, TALK_HUMAN)
            .or_else(|| self.near(hit, Class::Want, WANT_REACH, WANT_HUMAN))
            .or_else(|| self.near(hit, Class::Deal, TALK_REACH, WANT_HUMAN))
            .or_else(|| (self.beside(hit) <= BESIDE_UNITS).then(|| one(hit, BARE_HUMAN)))
    }

    /// How much the text says beside the hit, in units.
    fn beside(&self, hit: &Hit) -> u32 {
        let token = |at: usize| self.text.tokens.get(at);
        let own = token(hit.to).zip(token(hit.from)).map_or(0, |(to, from)| to.end().saturating_sub(from.at));
        self.text.units().saturating_sub(own)
    }

    fn near(&self, hit: &Hit, class: Class, reach: u32, score: u16) -> Option<Found> {
        let near_by = |other: &&Hit| apart(self.text, hit, *other).is_some_and(|units| units <= reach);
        // Distance first: it leaves few, and the veto is the dearer question.
        let near = self
            .of(class)
            .filter(near_by)
            .filter(|other| !overlap(hit, other) && !self.vetoed_by_veto(other));
        let slips = |other: &Hit| u16::from(hit.misspelt) + u16::from(other.misspelt);
        let other = near.min_by_key(|other| (slips(other), apart(self.text, hit, *other)))?;
        let (from, to) = from_to(hit, other);
        Some(Found { score: score.saturating_sub(PER_SLIP * slips(other)), from, to })
    }

    /// "Who is your boss? I want to talk to him."
    fn talk_next(&self, hit: &Hit) -> Option<Found> {
        let sentence = |other: &Hit| self.text.tokens.get(other.from).map(|token| token.sentence);
        let next = sentence(hit).map(|sentence| sentence + 1);
        let in_next = |class| self.of(class).filter(move |other| sentence(other) == next);
        let talk = in_next(Class::Talk).find(|talk| !self.vetoed_by_veto(talk))?;
        let (from, to) = from_to(hit, talk);
        in_next(Class::Not).next().is_none().then_some(Found { score: TALK_NEXT, from, to })
    }

    fn of(&self, class: Class) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(move |hit| hit.class == class)
    }

    /// "human hair": the veto covers the hit, touches it from behind, or comes shortly before it.
    fn vetoed_by_veto(&self, hit: &Hit) -> bool {
        self.of(Class::Veto).any(|veto| {
            let reach = if veto.from <= hit.from { VETO_REACH_AFTER } else { 0 };
            let near = apart(self.text, veto, hit).is_some_and(|units| units <= reach);
            near && !comma_between(self.text, veto, hit) && !comma_between(self.text, hit, veto)
        })
    }

    /// "no need for a person": unless what is not needed is the bot, or a wish stands between.
    fn unwanted(&self, hit: &Hit, found: &Found) -> bool {
        self.of(Class::Not).any(|not| {
            let near = apart(self.text, not, hit).is_some_and(|units| units <= NOT_REACH);
            let (from, to) = from_to(not, hit);
            let inside = |other: &Hit| other.from > from && other.to < to && !overlap(other, not);
            let between = |class| self.of(class).any(inside);
            // "Put me through to somebody, I already spoke to your colleague": what follows is the next thing.
            let next = comma_between(self.text, found, not);
            near && !next && hit.class != Class::Enough && !between(Class::Bot) && !between(Class::Want)
        })
    }
}

fn one(hit: &Hit, score: u16) -> Found {
    Found { score: score.saturating_sub(PER_SLIP * u16::from(hit.misspelt)), from: hit.from, to: hit.to }
}

fn overlap(a: &Hit, b: &Hit) -> bool {
    a.from <= b.to && b.from <= a.to
}

impl Span for Found {
    fn from(&self) -> usize {
        self.from
    }
    fn to(&self) -> usize {
        self.to
    }
}

impl Span for Hit {
    fn from(&self) -> usize {
        self.from
    }
    fn to(&self) -> usize {
        self.to
    }
}
