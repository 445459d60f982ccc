//! Other spellings of a phrase that shoppers type: umlauts as two letters, Cyrillic and Greek in Latin letters.

const UMLAUTS: [(&str, &str); 9] = [
    ("ä", "ae"),
    ("ö", "oe"),
    ("ü", "ue"),
    ("å", "aa"),
    ("ø", "oe"),
    ("Ä", "ae"),
    ("Ö", "oe"),
    ("Ü", "ue"),
    ("đ", "dj"),
];

/// As typed on a Latin keyboard; letters left out fold alike either way.
const RUSSIAN: [(&str, &str); 12] = [
    ("ч", "ch"),
    ("ш", "sh"),
    ("щ", "sch"),
    ("ж", "zh"),
    ("х", "kh"),
    ("ц", "ts"),
    ("ю", "yu"),
    ("я", "ya"),
    ("ё", "yo"),
    ("ъ", "a"),
    ("й", "y"),
    ("ї", "yi"),
];

const GREEK: [(&str, &str); 34] = [
    ("ου", "ou"),
    ("αυ", "af"),
    ("ευ", "ef"),
    ("α", "a"),
    ("ά", "a"),
    ("β", "v"),
    ("γ", "g"),
    ("δ", "d"),
    ("ε", "e"),
    ("έ", "e"),
    ("ζ", "z"),
    ("η", "i"),
    ("ή", "i"),
    ("θ", "th"),
    ("ι", "i"),
    ("ί", "i"),
    ("κ", "k"),
    ("λ", "l"),
    ("μ", "m"),
    ("ν", "n"),
    ("ξ", "x"),
    ("ο", "o"),
    ("ό", "o"),
    ("π", "p"),
    ("ρ", "r"),
    ("σ", "s"),
    ("ς", "s"),
    ("τ", "t"),
    ("υ", "i"),
    ("ύ", "i"),
    ("φ", "f"),
    ("χ", "x"),
    ("ψ", "ps"),
    ("ω", "o"),
];

/// The phrase and its other spellings in that language.
pub(crate) fn variants(code: &str, phrase: String) -> Vec<String> {
    let table: &[(&str, &str)] = match code {
        "de" | "da" | "nb" | "hr" | "bs" | "sr" => &UMLAUTS,
        "ru" | "uk" | "bg" | "mk" | "kk" => &RUSSIAN,
        "el" => &GREEK,
        _ => return vec![phrase],
    };
    let mut other = phrase.clone();
    for (letter, latin) in table {
        if other.contains(letter) {
            other = other.replace(letter, latin);
        }
    }
    if code == "el" {
        other = other.replace('ώ', "o");
    }
    if other == phrase { vec![phrase] } else { vec![phrase, other] }
}
