//! The languages that have a phrase file. The first language wins ties.

/// BCP 47 code of each language; its phrases are `data/<code>.txt`.
pub(crate) const LANGUAGES: &[&str] = &[
    "en", "ar", "az", "bg", "bn", "bs", "ca", "cs", "da", "de", "el", "es", "et", "fa", "fi", "fil", "fr",
    "ga", "he", "hi", "hr", "hu", "id", "is", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "ms", "mt",
    "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "th", "tr", "uk", "ur",
    "vi", "zh",
];
