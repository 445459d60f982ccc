//! Card numbers are masked before anything is stored: 13 to 19 digits that pass the Luhn check
//! (ISO/IEC 7812-1), in one piece or in groups, also with other digits beside them: a date, a check code.
//! The last four stay, so that people can talk about the card.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

const CARD_DIGITS: RangeInclusive<usize> = 13..=19;
/// Between two groups of one number.
const MAX_SEPARATORS: usize = 2;
/// The most digits of an IBAN that has no letters after its country (Poland, Hungary, Cyprus).
const MAX_IBAN_DIGITS: usize = 26;

pub fn card_numbers(text: &str) -> Cow<'_, str> {
    let cards: Vec<Card> = runs(text).iter().flat_map(|run| cards(text, run)).collect();
    if cards.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut copied = 0;
    for card in cards {
        masked.push_str(text.get(copied..card.place.start).unwrap_or_default());
        masked.push_str("•••• ");
        masked.push_str(&card.last_four);
        copied = card.place.end;
    }
    masked.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(masked)
}

/// Digits that stand together, written as 0 to 9, and where they stand, in bytes.
struct Group {
    place: Range<usize>,
    digits: String,
}

struct Card {
    place: Range<usize>,
    last_four: String,
}

/// The groups of digits with little between them.
fn runs(text: &str) -> Vec<Vec<Group>> {
    let mut runs = Vec::new();
    let mut run: Vec<Group> = Vec::new();
    let mut separators = 0;
    for (at, c) in text.char_indices() {
        if let Some(digit) = digit(c) {
            let end = at + c.len_utf8();
            match run.last_mut() {
                Some(group) if separators == 0 => {
                    group.place.end = end;
                    group.digits.push(digit);
                }
                _ => run.push(Group { place: at..end, digits: digit.to_string() }),
            }
            separators = 0;
        } else if is_separator(c) && separators < MAX_SEPARATORS {
            separators += 1;
        } else if !run.is_empty() {
            runs.push(std::mem::take(&mut run));
        }
    }
    runs.push(run);
    runs
}

/// A decimal digit of any script that people here write in, as 0 to 9.
fn digit(c: char) -> Option<char> {
    let value =
        ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10));
    char::from_digit(value?, 10)
}

/// Latin, Arabic, Persian and Urdu, Hindi, Bengali, Punjabi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam,
/// Thai, Lao, Burmese, Khmer, and the wide ones of East Asia.
const ZEROS: [char; 17] =
    ['0', '٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐', '၀', '០', '０'];

/// Spaces, hyphens and dots as they are typed or set, and what nobody sees.
fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
        || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '.')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The card numbers of one run, in order. Longer stretches win: a piece of a number is not the number.
fn cards(text: &str, run: &[Group]) -> Vec<Card> {
    let mut found: Vec<Card> = Vec::new();
    if is_iban(text, run) {
        return found;
    }
    for wanted in CARD_DIGITS.rev() {
        for (first, _) in run.iter().enumerate() {
            let Some(card) = run.get(first..).and_then(|rest| card(rest, wanted)) else { continue };
            let free =
                |other: &Card| card.place.end <= other.place.start || other.place.end <= card.place.start;
            if found.iter().all(free) {
                found.push(card);
            }
        }
    }
    found.sort_by_key(|card| card.place.start);
    found
}

/// The card number of `wanted` digits that begins with the first of these groups and ends with one.
fn card(groups: &[Group], wanted: usize) -> Option<Card> {
    let start = groups.first()?.place.start;
    let mut digits = String::new();
    for group in groups {
        digits.push_str(&group.digits);
        if digits.len() >= wanted {
            let fits = digits.len() == wanted && !all_the_same(&digits) && luhn(&digits);
            let last_four = digits.get(wanted.checked_sub(4)?..)?.to_owned();
            return fits.then_some(Card { place: start..group.place.end, last_four });
        }
    }
    None
}

/// `DE89 3704 0044 …`: two letters and two digits, then groups. By chance a stretch of it often passes Luhn,
/// and whoever waits for a refund needs it whole.
fn is_iban(text: &str, run: &[Group]) -> bool {
    let Some(check_digits) = run.first().filter(|group| group.digits.len() == 2) else { return false };
    let before = text.get(..check_digits.place.start).unwrap_or_default();
    let country = before.bytes().rev().take_while(u8::is_ascii_uppercase).count();
    country == 2 && run.iter().map(|group| group.digits.len()).sum::<usize>() <= MAX_IBAN_DIGITS
}

fn all_the_same(digits: &str) -> bool {
    digits.bytes().all(|digit| digits.bytes().next() == Some(digit))
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = (0..)
        .zip(digits.bytes().rev())
        .map(|(place, digit)| {
            let value = u32::from(digit.saturating_sub(b'0'));
            let doubled = if place % 2 == 1 { value * 2 } else { value };
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::card_numbers;

    #[test]
    fn card_numbers_are_masked_however_they_are_written() {
        let check = |text: &str, expected: &str| assert_eq!(card_numbers(text), expected, "{text}");
        check("my card 4111 1111 1111 1111 was charged", "my card •••• 1111 was charged");
        check("4111-1111-1111-1111", "•••• 1111");
        check("4111.1111.1111.1111", "•••• 1111");
        check("4111  1111  1111  1111", "•••• 1111");
        check("4111 - 1111", "4111 - 1111");
        check("4111\u{a0}1111\u{202f}1111–1111", "•••• 1111");
        check("3782 822463 10005", "•••• 0005");
        check("4222222222222", "•••• 2222");
        check("6304000000000000000", "•••• 0000");
        check("4111111111111111, 5500005555555559", "•••• 1111, •••• 5559");
        check("karte:4111111111111111ü", "karte:•••• 1111ü");
        check("VISA4111 1111 1111 1111", "VISA•••• 1111");
    }

    #[test]
    fn card_numbers_are_masked_in_the_digits_and_signs_of_every_script() {
        let check = |text: &str, expected: &str| assert_eq!(card_numbers(text), expected, "{text}");
        check("４１１１１１１１１１１１１１１１", "•••• 1111");
        check("４１１１－１１１１－１１１１－１１１１です", "•••• 1111です");
        check("４１１１　１１１１　１１１１　１１１１", "•••• 1111");
        check("رقم بطاقتي ٤١١١ ١١١١ ١١١١ ١١١١ انتهى", "رقم بطاقتي •••• 1111 انتهى");
        check("۵۵۰۰۰۰۵۵۵۵۵۵۵۵۵۹", "•••• 5559");
        check("मेरा कार्ड ४१११११११११११११११", "मेरा कार्ड •••• 1111");
        check("บัตร ๔๑๑๑๑๑๑๑๑๑๑๑๑๑๑๑", "บัตร •••• 1111");
        check("4111\u{2011}1111\u{2010}1111\u{2212}1111", "•••• 1111");
        check("4111\u{2009}1111\u{2007}1111\u{200a}1111", "•••• 1111");
        check("4111\u{200b}1111\u{2060}1111\u{feff}1111", "•••• 1111");
        check("٠٤/٢٠٢٦ و ٠١٢٣٤٥٦٧٨٩", "٠٤/٢٠٢٦ و ٠١٢٣٤٥٦٧٨٩");
        check("IBAN DE８９ 4111 1111 1111 1111 00", "IBAN DE８９ 4111 1111 1111 1111 00");
    }

    #[test]
    fn digits_beside_a_card_number_do_not_hide_it() {
        let check = |text: &str, expected: &str| assert_eq!(card_numbers(text), expected, "{text}");
        check("4111 1111 1111 1111 12/27", "•••• 1111 12/27");
        check("4111 1111 1111 1111 12/27 123", "•••• 1111 12/27 123");
        check("card 2 4111 1111 1111 1111", "card 2 •••• 1111");
        check("4111111111111111-123", "•••• 1111-123");
        check("1. 4111 1111 1111 1111. 2. 5500 0055 5555 5559.", "1. •••• 1111. 2. •••• 5559.");
        check("4111 1111 1111 1111 5500 0055 5555 5559", "•••• 1111 •••• 5559");
        check("AT61 1904 3002 3457 0000 4111 1111 1111 1111", "AT61 1904 3002 3457 0000 •••• 1111");
    }

    #[test]
    fn other_numbers_stay() {
        let check = |text: &str| assert_eq!(card_numbers(text), text);
        check("order 1135426177359021");
        check("+44 20 7946 0958 and 12.30");
        check("0000000000000000");
        check("0000 0000 0000 0000");
        check("411111111111111111111111");
        check("2026-11-22 10.45");
        // Its four middle groups pass the Luhn check.
        check("IBAN DE89 4111 1111 1111 1111 00");
        check("4111   1111   1111   1111");
        check("1 2 3 4 5 6 7 8 9");
        check("");
    }
}
