//! Which language a text is written in: its script, its common words, its own letters.

use std::collections::BTreeSet;

use super::{class::Class, fold::READ_CHARS, languages::LANGUAGES, scan::Hit};

const UNKNOWN: &str = "und";
/// Weights: a common word, any other phrase, a letter that only that language has.
const WORD: u32 = 6;
const PHRASE: u32 = 2;
const LETTER: u32 = 4;

/// Letters that speak for one or a few languages of their script.
const LETTERS: &[(&str, &[&str])] = &[
    ("ß", &["de"]),
    ("äöü", &["de", "fi", "et", "sv"]),
    ("ñ¿¡", &["es", "fil"]),
    ("ãõ", &["pt"]),
    ("œù", &["fr"]),
    ("ç", &["fr", "pt", "tr", "ca", "sq", "az"]),
    ("ğış", &["tr", "az"]),
    ("ə", &["az"]),
    ("łąęśźż", &["pl"]),
    ("ř", &["cs"]),
    ("ůě", &["cs"]),
    ("ľĺŕô", &["sk"]),
    ("őű", &["hu"]),
    ("țșă", &["ro"]),
    ("ăđơưạảấầậếềệịọốộớợụứừự", &["vi"]),
    ("åø", &["da", "nb"]),
    ("å", &["sv"]),
    ("þð", &["is"]),
    ("õ", &["et"]),
    ("āēīļķņģ", &["lv"]),
    ("ėųįūšž", &["lt"]),
    ("ċġħż", &["mt"]),
    ("ë", &["sq", "nl"]),
    ("đć", &["hr", "sr", "bs"]),
    ("є ї ґ", &["uk"]),
    ("ыэё", &["ru", "kk"]),
    ("ђћџљњ", &["sr"]),
    ("ѓќѕ", &["mk"]),
    ("ј", &["mk", "sr"]),
    ("әғқңөұүһі", &["kk"]),
    ("щъ", &["bg"]),
    ("پچژگ", &["fa", "ur"]),
    ("ٹڈڑںے", &["ur"]),
    ("ةىإأ", &["ar"]),
];

/// Scripts that belong to one language.
fn script(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => "el",
        '\u{590}'..='\u{5ff}' => "he",
        '\u{900}'..='\u{97f}' => "hi",
        '\u{980}'..='\u{9ff}' => "bn",
        '\u{b80}'..='\u{bff}' => "ta",
        '\u{e00}'..='\u{e7f}' => "th",
        '\u{10a0}'..='\u{10ff}' => "ka",
        '\u{530}'..='\u{58f}' => "hy",
        '\u{3041}'..='\u{30ff}' => "ja",
        '\u{ac00}'..='\u{d7a3}' => "ko",
        '\u{3400}'..='\u{9fff}' => "zh",
        _ => return None,
    })
}

fn is_cyrillic(code: &str) -> Option<bool> {
    match code {
        "ru" | "uk" | "bg" | "mk" | "kk" => Some(true),
        "sr" => None,
        _ => Some(false),
    }
}

/// The language as BCP 47, or `und`.
pub(crate) fn language(raw: &str, hits: &[Hit]) -> String {
    by_script(raw).unwrap_or_else(|| by_words(raw, hits)).to_owned()
}

fn by_script(raw: &str) -> Option<&'static str> {
    let mut scripts: Vec<(&str, usize)> = Vec::new();
    let mut all = 0;
    for c in raw.chars().take(READ_CHARS) {
        let code = script(c);
        // Asked second, because it is slow for the scripts above.
        all += usize::from(code.is_some() || c.is_alphabetic());
        let Some(code) = code else { continue };
        match scripts.iter_mut().find(|(other, _)| *other == code) {
            Some((_, count)) => *count += 1,
            None => scripts.push((code, 1)),
        }
    }
    let of = |code: &str| scripts.iter().find(|(other, _)| *other == code).map_or(0, |(_, count)| *count);
    // A Japanese text is full of Chinese letters, so a few kana decide.
    if of("ja") > 0 && (of("ja") + of("zh")) * 2 > all {
        return Some("ja");
    }
    scripts.iter().find(|(code, count)| *code != "ja" && count * 2 > all).map(|(code, _)| *code)
}

fn by_words(raw: &str, hits: &[Hit]) -> &'static str {
    let mut scores: Vec<(u32, &str)> =
        (0u8..).zip(LANGUAGES).map(|(number, code)| (words(hits, number), *code)).collect();
    let lower = raw.to_lowercase();
    let cyrillic = lower.chars().filter(|c| matches!(c, '\u{400}'..='\u{52f}')).count();
    let own: BTreeSet<char> = lower.chars().filter(|c| !c.is_ascii()).collect();
    let arabic = lower.chars().any(|c| matches!(c, '\u{600}'..='\u{6ff}'));
    for (score, code) in &mut scores {
        let fits_script = is_cyrillic(code).is_none_or(|wanted| wanted == (cyrillic * 2 > lower.len() / 4));
        let fits_arabic = !arabic || matches!(*code, "ar" | "fa" | "ur");
        *score = if fits_script && fits_arabic && *score > 0 { *score + letters(&own, code) } else { 0 };
    }
    let best =
        scores.iter().copied().fold((0, UNKNOWN), |best, next| if next.0 > best.0 { next } else { best });
    if best.0 >= WORD { best.1 } else { UNKNOWN }
}

fn words(hits: &[Hit], language: u8) -> u32 {
    let mut last = None;
    let mut score = 0;
    for hit in hits.iter().filter(|hit| hit.language == language && !hit.misspelt) {
        let weight = if hit.class == Class::Words { WORD } else { PHRASE };
        // Many phrases may start at one word; it counts once for its best.
        score += if last == Some(hit.from) { 0 } else { weight + PHRASE * u32::from(hit.to > hit.from) };
        last = Some(hit.from);
    }
    score
}

fn letters(own: &BTreeSet<char>, code: &str) -> u32 {
    let groups = LETTERS.iter().filter(|(_, codes)| codes.contains(&code));
    groups.map(|(letters, _)| LETTER * u32::from(letters.chars().any(|c| own.contains(&c)))).sum()
}
