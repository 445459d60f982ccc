//! Card numbers are masked before anything is stored: 13 to 19 digits, also with spaces or dashes between,
//! that pass the Luhn check (ISO/IEC 7812-1). The last four stay, so that people can talk about the card.

use std::borrow::Cow;

pub fn card_numbers(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut copied = 0;
    let mut from = 0;
    while let Some(run) = next_run(text, from) {
        if let Some(last_four) = card(run.digits.as_str()) {
            masked.push_str(text.get(copied..run.start).unwrap_or_default());
            masked.push_str("•••• ");
            masked.push_str(last_four);
            copied = run.end;
        }
        from = run.end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(masked)
}

struct Run {
    start: usize,
    end: usize,
    digits: String,
}

/// The next run of digits, with at most one space or dash between two of them.
fn next_run(text: &str, from: usize) -> Option<Run> {
    let rest = text.get(from..)?;
    let start = from + rest.find(|c: char| c.is_ascii_digit())?;
    let mut run = Run { start, end: start, digits: String::new() };
    let mut gap = false;
    for (at, c) in text.get(start..)?.char_indices() {
        match c {
            '0'..='9' => {
                run.digits.push(c);
                run.end = start + at + 1;
                gap = false;
            }
            ' ' | '-' | '\u{a0}' if !gap => gap = true,
            _ => break,
        }
    }
    Some(run)
}

fn card(digits: &str) -> Option<&str> {
    let looks_like_one = (13..=19).contains(&digits.len()) && luhn(digits);
    let all_the_same = digits.bytes().all(|digit| digits.bytes().next() == Some(digit));
    if looks_like_one && !all_the_same { digits.get(digits.len() - 4..) } else { None }
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = (0..)
        .zip(digits.bytes().rev())
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0');
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
    fn only_card_numbers_are_masked() {
        let check = |text: &str, expected: &str| assert_eq!(card_numbers(text), expected);
        check("my card 4111 1111 1111 1111 was charged", "my card •••• 1111 was charged");
        check("4111-1111-1111-1111", "•••• 1111");
        check("4111111111111111, 5500005555555559", "•••• 1111, •••• 5559");
        check("order 1135426177359021", "order 1135426177359021");
        check("+44 20 7946 0958 and 12.30", "+44 20 7946 0958 and 12.30");
        check("0000000000000000", "0000000000000000");
        check("karte:4111111111111111ü", "karte:•••• 1111ü");
        check("", "");
    }
}
