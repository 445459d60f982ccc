//! The languages that the chat speaks, and which of them fits a wish. Each is one file of the widget; their names
//! are listed when this crate is built. What they say is not known here.

/// BCP 47, as the files are named, in alphabetical order.
pub const LANGUAGES: &[&str] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// Spoken where none of the wished ones is.
pub const LAST_RESORT: &str = "en";

/// What is written from the right; more than there are files of.
const RIGHT_TO_LEFT: [&str; 11] = ["ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"];

/// Countries whose code is taken for that of their language, as in an address: `shop.dk`.
const COUNTRIES: [(&str, &str); 18] = [
    ("al", "sq"),
    ("at", "de"),
    ("br", "pt-BR"),
    ("cn", "zh-Hans"),
    ("cz", "cs"),
    ("dk", "da"),
    ("ee", "et"),
    ("gb", "en"),
    ("gr", "el"),
    ("ie", "ga"),
    ("jp", "ja"),
    ("kr", "ko"),
    ("rs", "sr"),
    ("se", "sv"),
    ("si", "sl"),
    ("tw", "zh-Hant"),
    ("ua", "uk"),
    ("us", "en"),
];

/// Files to try for a BCP 47 tag, the closest first.
pub fn candidates(tag: &str) -> Vec<String> {
    let tag = tag.trim().replace('_', "-");
    let fine = tag.len() <= 35 && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !fine || tag.is_empty() {
        return Vec::new();
    }
    let lower = tag.to_ascii_lowercase();
    let primary = lower.split('-').next().unwrap_or_default();
    let special = match lower.as_str() {
        "zh-tw" | "zh-hk" | "zh-mo" | "zh-hant" => Some("zh-Hant"),
        tag if tag.starts_with("zh") => Some("zh-Hans"),
        tag if tag.starts_with("sr-latn") => Some("sr-Latn"),
        "no" | "nn" | "nb-no" => Some("nb"),
        "tl" | "tl-ph" => Some("fil"),
        "iw" => Some("he"),
        "in" => Some("id"),
        _ => None,
    };
    special.into_iter().map(str::to_owned).chain([tag.clone(), primary.to_owned()]).collect()
}

/// The language that the chat speaks to whoever wishes for this one, if it is not the last resort.
pub fn spoken(tag: &str) -> Option<&'static str> {
    candidates(tag).iter().find_map(|code| known(code))
}

/// The language of exactly this code.
pub fn known(code: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|known| **known == code).copied()
}

/// Which language was probably meant by a code that is none.
pub fn meant_by(code: &str) -> Option<&'static str> {
    let same = |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case(code);
    let country = COUNTRIES.iter().find(same).and_then(|(_, language)| known(language));
    let written = LANGUAGES.iter().find(|known| known.eq_ignore_ascii_case(code)).copied();
    country.or(written).or_else(|| spoken(code))
}

pub fn is_right_to_left(code: &str) -> bool {
    code.split('-').next().is_some_and(|primary| RIGHT_TO_LEFT.contains(&primary))
}

#[cfg(test)]
mod tests {
    use super::*;
    use icu_locale::{Locale, LocaleDirectionality};

    #[test]
    fn the_languages_are_the_widgets_files() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../widget/languages");
        let files = std::fs::read_dir(folder).unwrap().count();
        assert!(files > 40, "{files}");
        assert_eq!(LANGUAGES.len(), files, "{LANGUAGES:?}");
        assert!(known(LAST_RESORT).is_some());
    }

    #[test]
    fn right_to_left_is_known_of_every_language() {
        let known = LocaleDirectionality::new_common();
        for code in LANGUAGES {
            let locale: Locale = code.parse().unwrap();
            assert_eq!(is_right_to_left(code), known.is_right_to_left(&locale.id), "{code}");
        }
    }

    #[test]
    fn a_wish_is_met_by_the_closest_language() {
        for (wish, expected) in [
            ("da", Some("da")),
            ("de-CH", Some("de")),
            ("pt-BR", Some("pt-BR")),
            ("pt_PT", Some("pt")),
            ("no", Some("nb")),
            ("zh-TW", Some("zh-Hant")),
            ("zh", Some("zh-Hans")),
            ("sr-Latn-RS", Some("sr-Latn")),
            ("tlh", None),
            ("../da", None),
            ("", None),
        ] {
            assert_eq!(spoken(wish), expected, "{wish}");
        }
    }

    #[test]
    fn a_wrong_code_has_a_right_one() {
        for (code, expected) in [
            ("dk", Some("da")),
            ("SE", Some("sv")),
            ("no", Some("nb")),
            ("pt-br", Some("pt-BR")),
            ("xx", None),
        ] {
            assert_eq!(meant_by(code), expected, "{code}");
        }
        let unknown: Vec<_> = COUNTRIES.iter().filter(|(_, language)| known(language).is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
