//! The words of one language, and how values and numbers are put into them.

use super::json::Json;
use counterbell_protocol::socket::QueueStatus;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<(String, String)>);

impl Words {
    /// A language file: a flat map. Nothing if it is none.
    pub fn from_json(json: Json) -> Option<Self> {
        let Json::Map(fields) = json else { return None };
        Some(Self(fields.into_iter().filter_map(|(key, text)| Some((key, text.text()?))).collect()))
    }

    /// A key that is missing is shown as nothing rather than as its name.
    pub fn get(&self, key: &str) -> &str {
        self.find(key).unwrap_or_default()
    }

    fn find(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, text)| text.as_str())
    }

    pub fn fill(&self, key: &str, slots: &[(&str, &str)]) -> String {
        fill(self.get(key), slots)
    }

    /// `category` is what `Intl.PluralRules` says of the number.
    pub fn plural(&self, key: &str, category: &str, slots: &[(&str, &str)]) -> String {
        let form = |form: &str| self.find(&[key, ".", form].concat());
        fill(form(category).or_else(|| form("other")).unwrap_or_default(), slots)
    }
}

fn fill(text: &str, slots: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = slots.iter().find(|(slot, _)| *slot == name) {
            out.push_str(value);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// What may be said of a wait: only what somebody gave, in whole minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    Soon,
    About(u32),
    Range(u32, u32),
}

pub fn wait_of(queue: &QueueStatus) -> Option<Wait> {
    let low = queue.wait_low_s.or(queue.wait_high_s)?;
    let high = queue.wait_high_s.unwrap_or(low).max(low);
    let (low, high) = (low / 60, high.div_ceil(60));
    Some(match (low, high) {
        (_, 0 | 1) if queue.wait_high_s.unwrap_or(0) < 60 => Wait::Soon,
        (low, high) if low == 0 || low == high => Wait::About(high),
        (low, high) => Wait::Range(low, high),
    })
}

#[cfg(test)]
mod tests {
    use super::super::json::parse;
    use super::*;

    fn words() -> Words {
        Words::from_json(parse(r#"{"hi":"Hello {name}, {name}!","n.one":"{count} day","n.other":"{count} days","x":"a { b"}"#).unwrap())
        .unwrap()
    }

    #[test]
    fn slots_are_filled_and_values_are_not_read_again() {
        let words = words();
        assert_eq!(words.fill("hi", &[("name", "{name}")]), "Hello {name}, {name}!");
        assert_eq!(words.fill("hi", &[]), "Hello , !");
        assert_eq!(words.fill("x", &[]), "a { b");
        assert_eq!(words.get("missing"), "");
        assert_eq!(Words::from_json(Json::List(Vec::new())), None);
    }

    #[test]
    fn plurals_fall_back_to_other() {
        let words = words();
        for (category, expected) in [("one", "3 day"), ("other", "3 days"), ("few", "3 days")] {
            assert_eq!(words.plural("n", category, &[("count", "3")]), expected);
        }
    }

    #[test]
    fn a_wait_is_only_what_was_given() {
        for (low, high, expected) in [
            (None, None, None),
            (Some(0), Some(40), Some(Wait::Soon)),
            (Some(30), Some(120), Some(Wait::About(2))),
            (Some(120), Some(300), Some(Wait::Range(2, 5))),
            (Some(240), None, Some(Wait::About(4))),
            (None, Some(600), Some(Wait::About(10))),
            (Some(600), Some(60), Some(Wait::About(10))),
        ] {
            let queue = QueueStatus { wait_low_s: low, wait_high_s: high, ..QueueStatus::default() };
            assert_eq!(wait_of(&queue), expected, "{low:?} {high:?}");
        }
    }
}
