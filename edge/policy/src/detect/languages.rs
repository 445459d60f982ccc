//! The language files that are built in. The first language wins ties.

/// BCP 47 code and phrase file of each language.
pub(crate) const LANGUAGES: &[(&str, &str)] = &[
    ("en", include_str!("../../data/en.txt")),
    ("da", include_str!("../../data/da.txt")),
    ("de", include_str!("../../data/de.txt")),
    ("es", include_str!("../../data/es.txt")),
    ("fi", include_str!("../../data/fi.txt")),
    ("fr", include_str!("../../data/fr.txt")),
    ("it", include_str!("../../data/it.txt")),
    ("nb", include_str!("../../data/nb.txt")),
    ("nl", include_str!("../../data/nl.txt")),
    ("pl", include_str!("../../data/pl.txt")),
    ("pt", include_str!("../../data/pt.txt")),
    ("sv", include_str!("../../data/sv.txt")),
];
