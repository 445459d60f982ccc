//! What a file from a stranger is, by its first bytes alone, and what it may be called. It must not know
//! where files are kept. Nothing here opens a file: it is stored and handed on as it came.

use crate::conversation::mask;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// So many of the first bytes tell what a file is.
pub const SNIFF_BYTES: usize = 12;
const MAX_STEM_CHARS: usize = 60;
/// Longer is no ending but a part of the name.
const MAX_ENDING_CHARS: usize = 5;

/// The files that people are shown. HEIC is not among them: few browsers show it, and phones turn it into
/// JPEG by themselves where JPEG is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
    Webp,
    Gif,
    Pdf,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif, Self::Pdf];

    /// By the first bytes; neither a name nor a header is asked.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            _ => None,
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Pdf => "application/pdf",
        }
    }

    pub fn of_media_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.media_type() == text)
    }

    pub fn is_image(self) -> bool {
        self != Self::Pdf
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Pdf => "pdf",
        }
    }
}

/// The name without its path, without what cannot be seen or turns the reading direction, not too long, and
/// with the ending of what the file is: `../évil\u{202e}gpj.html` that is a PNG becomes `évilgpj.png`. Card numbers are masked as in messages.
/// `given` comes percent-encoded, as a header must.
pub fn clean_name(given: &str, kind: Kind) -> String {
    let given = percent_decode_str(given).decode_utf8_lossy();
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = name.chars().filter(|c| !is_unseen(*c)).map(harmless).collect();
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let masked = mask::card_numbers(&words);
    let stem = without_ending(without_ending(&masked, None), Some(kind));
    let short: String = stem.trim_matches(['.', ' ']).chars().take(MAX_STEM_CHARS).collect();
    let short = short.trim_end_matches(['.', ' ']);
    let stem = if short.is_empty() { "file" } else { short };
    format!("{stem}.{}", kind.ending())
}

/// Takes away an ending: any that looks like one, or only that of a kind.
fn without_ending(name: &str, only: Option<Kind>) -> &str {
    let Some((stem, ending)) = name.rsplit_once('.') else { return name };
    let looks = (1..=MAX_ENDING_CHARS).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !ending.bytes().all(|byte| byte.is_ascii_digit());
    let fits = only.is_none_or(|kind| ending.eq_ignore_ascii_case(kind.ending()));
    if looks && fits { stem } else { name }
}

/// Control characters, and those that change the order of what is read or that nobody sees.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{00ad}' | '\u{180e}' | '\u{feff}' | '\u{fffd}')
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// What file systems or shells would read as something else.
fn harmless(c: char) -> char {
    if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '`' | '$' | '%') { '_' } else { c }
}

/// For `content-disposition` (RFC 6266): images may be looked at in place, all else is saved.
pub fn disposition(kind: Option<Kind>, name: &str) -> String {
    let way = if kind.is_some_and(Kind::is_image) { "inline" } else { "attachment" };
    let ascii: String =
        name.chars().map(|c| if c.is_ascii() && c != '"' && c != '\\' { c } else { '_' }).collect();
    format!("{way}; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, NOT_PLAIN))
}

/// All but the characters that RFC 5987 lets stand as they are.
const NOT_PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        for (head, expected) in [
            (&b"\xff\xd8\xff\xe0\x00\x10JFIF"[..], Some(Kind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some(Kind::Png)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Some(Kind::Webp)),
            (b"GIF89a\x01\0", Some(Kind::Gif)),
            (b"GIF87a\x01\0", Some(Kind::Gif)),
            (b"%PDF-1.7\n", Some(Kind::Pdf)),
            (b"", None),
            (b"\xff\xd8", None),
            (b"\x89PNG", None),
            (b"RIFF\x24\0\0\0WAVEfmt ", None),
            (b"<!doctype html>", None),
            (b"<svg xmlns=", None),
            (b"\n%PDF-1.7", None),
            (b"GIF88a", None),
            (b"MZ\x90\0", None),
            (b"\0\0\0\x18ftypheic", None),
            (b"PK\x03\x04", None),
        ] {
            assert_eq!(Kind::of(head), expected, "{head:?}");
            assert!(head.len() <= SNIFF_BYTES || Kind::of(&head[..SNIFF_BYTES]) == expected);
        }
    }

    #[test]
    fn a_kind_is_known_by_its_media_type() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_media_type(kind.media_type()), Some(kind));
        }
        assert_eq!(Kind::of_media_type("text/html"), None);
    }

    #[test]
    fn a_name_is_made_safe() {
        let long = "é".repeat(500);
        let cut = format!("{}.png", "é".repeat(MAX_STEM_CHARS));
        for (given, expected) in [
            ("photo.png", "photo.png"),
            ("photo.PNG", "photo.png"),
            ("photo.jpeg", "photo.png"),
            ("évil.html", "évil.png"),
            ("évil.png.exe", "évil.png"),
            ("../../etc/passwd", "passwd.png"),
            ("C:\\Users\\ada\\Zip kaputt.jpg", "Zip kaputt.png"),
            ("in\u{202e}gpj.exe", "ingpj.png"),
            ("a\r\nset-cookie: x\0.png", "aset-cookie_ x.png"),
            ("\u{200b}\u{feff}.png", "file.png"),
            ("", "file.png"),
            ("....", "file.png"),
            (".htaccess", ".htaccess.png"),
            ("v1.2 report", "v1.2 report.png"),
            ("scan 2026.11", "scan 2026.11.png"),
            ("a\"b<c>|?*`$(id)%2541.png", "a_b_c______(id)_41.png"),
            ("  many   blanks .png", "many blanks.png"),
            ("写真.png", "写真.png"),
            ("%C3%BC%20%2F%2e%2e%2Fb.png", "b.png"),
            ("%ff%00%0d%0a%zz.png", "_zz.png"),
            ("4111 1111 1111 1111.png", "•••• 1111.png"),
            (&long, &cut),
        ] {
            let expected = expected.trim_start_matches('.');
            assert_eq!(clean_name(given, Kind::Png), expected, "{given:?}");
        }
        assert_eq!(clean_name("x.png", Kind::Pdf), "x.pdf");
    }

    #[test]
    fn only_an_image_is_shown_in_place_and_a_name_cannot_leave_its_header() {
        for (kind, name, expected) in [
            (Some(Kind::Png), "a b.png", "inline; filename=\"a b.png\"; filename*=UTF-8''a%20b.png"),
            (Some(Kind::Pdf), "ü.pdf", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%BC.pdf"),
            (None, "x", "attachment; filename=\"x\"; filename*=UTF-8''x"),
            (None, "\"\\", "attachment; filename=\"__\"; filename*=UTF-8''%22%5C"),
        ] {
            assert_eq!(disposition(kind, name), expected);
        }
    }
}
