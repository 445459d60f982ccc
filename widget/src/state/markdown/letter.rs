//! What belongs to a word, and what stands beside one: emphasis asks it of its neighbours. The standard
//! library's tables know every letter, and cost every shopper more than the rest of the Markdown's data; what is
//! no letter, and is met in running text, is a short list.

/// Punctuation and symbols beyond ASCII: first and last.
#[rustfmt::skip]
const SIGNS: [(u16, u16); 41] = [
    (0xA1, 0xA9), (0xAB, 0xB1), (0xB4, 0xB4), (0xB6, 0xB8), (0xBB, 0xBB), (0xBF, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7),
    // Armenian, Hebrew, Arabic, Indic, Thai, Ethiopic
    (0x55A, 0x55F), (0x589, 0x58A), (0x5BE, 0x5BE), (0x5C0, 0x5C0), (0x5C3, 0x5C3), (0x5F3, 0x5F4),
    (0x606, 0x60F), (0x61B, 0x61F), (0x66A, 0x66D), (0x6D4, 0x6D4), (0x964, 0x965), (0xE3F, 0xE3F), (0xE4F, 0xE4F),
    (0x1361, 0x1368),
    // Quotation marks, dashes, currencies, arrows, shapes
    (0x2010, 0x2027), (0x2030, 0x205E), (0x207A, 0x207E), (0x208A, 0x208E), (0x20A0, 0x20CF), (0x2190, 0x245F),
    (0x2500, 0x2775), (0x2794, 0x2BFF), (0x2E00, 0x2E2E), (0x2E30, 0x2E7F),
    // Chinese, Japanese, Korean
    (0x3001, 0x3004), (0x3008, 0x3020), (0x3030, 0x3030), (0x30FB, 0x30FB), (0xFE10, 0xFE6F), (0xFF01, 0xFF0F),
    (0xFF1A, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF65),
];

/// A letter or a digit, or a mark upon one.
pub fn is_of_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    match u16::try_from(u32::from(c)) {
        Ok(code) => !c.is_whitespace() && !SIGNS.iter().any(|(first, last)| (*first..=*last).contains(&code)),
        // Emoji and their kin.
        Err(_) => !('\u{1F000}'..'\u{20000}').contains(&c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the letters and digits in circles and squares, which are pictures rather.
    fn is_picture(c: char) -> bool {
        ('\u{1F000}'..'\u{20000}').contains(&c)
    }

    #[test]
    fn every_letter_and_digit_of_unicode_belongs_to_a_word() {
        let missed: String = ('\0'..=char::MAX)
            .filter(|c| c.is_alphanumeric() && !is_of_word(*c) && !is_picture(*c))
            .collect();
        assert_eq!(missed, "");
    }

    #[test]
    fn what_stands_beside_words_does_not() {
        let signs = " \u{A0}\u{3000}\n!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡¿«»§¶·×÷…–—‘’“”„‹›†•€£₽₴₪→≤✓★♥、。「」『』【】・！？，．：；（）～،؛؟۔।॥։־׳״😀🎉";
        assert_eq!(signs.chars().filter(|c| is_of_word(*c)).collect::<String>(), "");
        // A mark upon a letter is a part of its word, which the standard library does not say of all.
        assert!("हिन्दी".chars().all(is_of_word));
    }
}
