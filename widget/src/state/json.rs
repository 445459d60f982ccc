//! JSON for the few small messages of the frame. `serde` does this better and is what the other crates
//! use; here it would cost half of all the bytes a shopper must load (measured: 47 kB of brotli).

use super::number;

/// Deeper nesting than any of our messages has is not read.
const MAX_DEPTH: usize = 16;

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    /// As it was written: what is only passed on need not be understood.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

pub fn parse(text: &str) -> Option<Json> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.skip_blanks();
    reader.rest.is_empty().then_some(value)
}

impl Json {
    /// The field of that name, `Null` if there is none.
    pub fn get(&self, name: &str) -> &Json {
        let Self::Map(fields) = self else { return &Self::Null };
        fields.iter().find(|(key, _)| key == name).map_or(&Self::Null, |(_, value)| value)
    }

    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    pub fn str(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    pub fn u64(&self) -> Option<u64> {
        match self {
            Self::Number(digits) => number::read(digits, 10),
            _ => None,
        }
    }

    pub fn u32(&self) -> Option<u32> {
        self.u64().and_then(|number| number.try_into().ok())
    }

    pub fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }

    pub fn list(&self) -> &[Json] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    pub fn texts(&self) -> Vec<String> {
        self.list().iter().filter_map(Self::text).collect()
    }

    pub fn write(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out);
        out
    }

    fn write_to(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(digits) => out.push_str(digits),
            Self::Text(text) => write_text(text, out),
            Self::List(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    separate(place, out);
                    item.write_to(out);
                }
                out.push(']');
            }
            Self::Map(fields) => {
                out.push('{');
                for (place, (key, value)) in fields.iter().enumerate() {
                    separate(place, out);
                    write_text(key, out);
                    out.push(':');
                    value.write_to(out);
                }
                out.push('}');
            }
        }
    }
}

fn separate(place: usize, out: &mut String) {
    if place > 0 {
        out.push(',');
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\u{0}'..='\u{1f}' => {
                let digit = |n: u32| char::from_digit(n, 16).unwrap_or('0');
                out.push_str("\\u00");
                out.push(digit(c as u32 >> 4));
                out.push(digit(c as u32 & 15));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_blanks();
        match self.rest.bytes().next()? {
            b'{' => self.map(depth),
            b'[' => self.items(depth),
            b'"' => self.string().map(Json::Text),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    fn take(&mut self, mark: &str) -> bool {
        self.skip_blanks();
        let after = self.rest.strip_prefix(mark);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        self.take(word).then_some(value)
    }

    fn number(&mut self) -> Option<Json> {
        let len = self
            .rest
            .bytes()
            .take_while(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .count();
        let (digits, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        digits.bytes().any(|b| b.is_ascii_digit()).then(|| Json::Number(digits.to_owned()))
    }

    fn items(&mut self, depth: usize) -> Option<Json> {
        let mut items = Vec::new();
        self.take("[");
        if self.take("]") {
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take("]") {
                return Some(Json::List(items));
            }
            self.take(",").then_some(())?;
        }
    }

    fn map(&mut self, depth: usize) -> Option<Json> {
        let mut fields = Vec::new();
        self.take("{");
        if self.take("}") {
            return Some(Json::Map(fields));
        }
        loop {
            self.skip_blanks();
            let key = self.string()?;
            self.take(":").then_some(())?;
            fields.push((key, self.value(depth + 1)?));
            if self.take("}") {
                return Some(Json::Map(fields));
            }
            self.take(",").then_some(())?;
        }
    }

    fn string(&mut self) -> Option<String> {
        let mut rest = self.rest.strip_prefix('"')?;
        let mut out = String::new();
        loop {
            let end = rest.find(['"', '\\'])?;
            out.push_str(rest.get(..end)?);
            let mark = rest.get(end..end + 1)?;
            rest = rest.get(end + 1..)?;
            if mark == "\"" {
                self.rest = rest;
                return Some(out);
            }
            rest = escaped(rest, &mut out)?;
        }
    }
}

/// What follows a backslash; returns what is left.
fn escaped<'a>(rest: &'a str, out: &mut String) -> Option<&'a str> {
    let mark = rest.chars().next()?;
    let after = rest.get(mark.len_utf8()..)?;
    out.push(match mark {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        '"' | '\\' | '/' => mark,
        'u' => return code_point(after, out),
        _ => return None,
    });
    Some(after)
}

/// Four hexadecimal digits, and four more if they are the first half of a pair. A lone half is shown as
/// the character for "not readable".
fn code_point<'a>(rest: &'a str, out: &mut String) -> Option<&'a str> {
    let unit = |text: &str| u32::try_from(number::read(text.get(..4)?, 16)?).ok();
    let (high, after) = (unit(rest)?, rest.get(4..)?);
    let low = after.strip_prefix("\\u").and_then(|rest| Some((unit(rest)?, rest.get(4..)?)));
    if let (0xD800..=0xDBFF, Some((low @ 0xDC00..=0xDFFF, after))) = (high, low) {
        out.push(char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).unwrap_or('\u{FFFD}'));
        return Some(after);
    }
    out.push(char::from_u32(high).unwrap_or('\u{FFFD}'));
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_what_serde_does() {
        for text in [
            r#"{"a":[1,-2.5,3e10,true,false,null,{"b":[]}],"c":{}}"#,
            r#""quote \" backslash \\ newline \n tab \t nul \u0000 é 🎉""#,
            r#""\u00e9\ud83c\udf89\/""#,
            "  [ 1 , { \"a\" : \"b\" } ]\n",
            "0",
        ] {
            let ours = parse(text).expect(text).write();
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect(text);
            assert_eq!(value(&ours), value(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_nothing() {
        for text in [
            "",
            "{",
            "[1",
            "[1,]",
            "{\"a\"}",
            "{a:1}",
            "\"open",
            "tru",
            "1 2",
            "\"\\x\"",
            "\"\\u12\"",
            "-",
            "é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&deep(16)).is_some());
        assert_eq!(parse(&deep(10_000)), None);
    }

    #[test]
    fn a_lone_half_of_a_pair_does_no_harm() {
        assert_eq!(parse(r#""a\ud83cb""#), Some(Json::Text("a\u{FFFD}b".to_owned())));
    }
}
