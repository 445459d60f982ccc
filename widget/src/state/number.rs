//! Whole numbers as text and back. The standard library's way is made for every width, sign and padding, and
//! brings them all.

pub fn written(number: u64) -> String {
    let mut out = String::new();
    put(&mut out, number);
    out
}

fn put(out: &mut String, number: u64) {
    if number >= 10 {
        put(out, number / 10);
    }
    out.extend(char::from_digit((number % 10) as u32, 10));
}

/// Digits of that base and nothing else, at most 19 of them.
pub fn read(text: &str, base: u32) -> Option<u64> {
    if !(1..=19).contains(&text.len()) {
        return None;
    }
    let more = |number: u64, c: char| Some(number * u64::from(base) + u64::from(c.to_digit(base)?));
    text.chars().try_fold(0, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_and_read_back() {
        for number in [0, 7, 10, 99, 100, 1_790_000_000_000, 9_999_999_999_999_999_999] {
            assert_eq!(written(number), number.to_string());
            assert_eq!(read(&written(number), 10), Some(number));
        }
        assert_eq!(written(u64::MAX), u64::MAX.to_string());
        assert_eq!((read("fFe0", 16), read("007", 10)), (Some(0xFFE0), Some(7)));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-1", "+1", "1.5", "1e3", " 1", "12a", "٣", "12345678901234567890"] {
            assert_eq!(read(text, 10), None, "{text}");
        }
        assert_eq!(read("00g0", 16), None);
    }
}
