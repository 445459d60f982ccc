//! A shop's own script tag: the loader that was built, with what `shop.toml` says of the launcher written in the
//! place of the arguments at its end. So it costs the page no request. It must not know where the files come from.

use counterbell_protocol::frame::{Side, Theme};

/// The longest block that brotli takes as it is, in the shortest form of its head.
const MAX_BLOCK: usize = 1 << 16;

/// What the launcher is called in the shop's own language or the page's, where that is not the usual name.
pub struct Name<'a> {
    pub language: &'a str,
    pub name: &'a str,
}

/// The arguments, in the loader's order, and the end of the file. The shop it knows by its address. A page asks for
/// its own language: the name counts where the first two letters agree.
pub fn end(theme: &Theme, name: Option<&Name<'_>>) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let names = name.and_then(|Name { language, name }| {
        let primary = language.get(..2).filter(|code| code.bytes().all(|b| b.is_ascii_alphabetic()))?;
        Some(format!("{{{}:{}}}", primary.to_ascii_lowercase(), text(name)))
    });
    let (accent, radius) = (text(&theme.accent), theme.radius_px);
    let names = names.as_deref().unwrap_or("0");
    let side = text(if theme.side == Side::Start { "start" } else { "" });
    let (x, y) = (theme.offset_x_px, theme.offset_y_px);
    format!("{accent},{radius},{names},{side},{x},{y});\n")
}

/// How the built loader ends.
fn usual_end() -> String {
    end(&Theme::default(), None)
}

/// The loader as it is, with another end. Nothing if it is not the loader that we know.
pub fn plain(loader: &[u8], end: &str) -> Option<Vec<u8>> {
    let open = loader.strip_suffix(usual_end().as_bytes())?;
    Some([open, end.as_bytes()].concat())
}

/// The same for the compressed loader, whose stream the build has left open there, at a whole byte: a block of bytes as
/// they are, and the block that ends a stream (RFC 7932, section 9.2).
pub fn brotli(open: &[u8], end: &str) -> Option<Vec<u8>> {
    let length = end.len().checked_sub(1).filter(|length| *length < MAX_BLOCK)?;
    // From the lowest bit: not the last block; a length of four nibbles; that length less one; not compressed.
    let head = (length << 3) | (1 << 19);
    let head = [head & 0xff, (head >> 8) & 0xff, (head >> 16) & 0xff].map(|byte| byte as u8);
    // Last, and empty.
    Some([open, &head, end.as_bytes(), &[3]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(change: impl FnOnce(&mut Theme)) -> Theme {
        let mut theme = Theme::default();
        change(&mut theme);
        theme
    }

    #[test]
    fn the_shops_theme_and_the_launchers_name_are_written() {
        let check = |theme: Theme, expected: &str| {
            assert_eq!(end(&theme, None), format!("{expected});\n"));
        };
        check(Theme::default(), r##""#1f5f5b",14,0,"",20,20"##);
        check(theme(|theme| theme.accent = "#24483e".into()), r##""#24483e",14,0,"",20,20"##);
        check(theme(|theme| theme.side = Side::Start), r##""#1f5f5b",14,0,"start",20,20"##);
        check(theme(|theme| theme.offset_y_px = 0), r##""#1f5f5b",14,0,"",20,0"##);
        let name = Name { language: "zh-Hans", name: "聊\"天" };
        let said = end(&Theme::default(), Some(&name));
        assert_eq!(said, "\"#1f5f5b\",14,{zh:\"聊\\\"天\"},\"\",20,20);\n");
        // A key stands there as it is.
        let odd = Name { language: "},", name: "Chat" };
        assert_eq!(end(&Theme::default(), Some(&odd)), usual_end());
    }

    #[test]
    fn the_loader_itself_ends_in_the_usual_arguments() {
        let source = include_str!("../../widget/loader.js").replace('\'', "\"").replace(", ", ",");
        assert!(source.ends_with(&format!("}})({}", usual_end())), "{}", usual_end());
    }

    #[test]
    fn the_end_takes_the_place_of_the_built_one() {
        let built = format!("(a=>{{}})({}", usual_end());
        assert_eq!(plain(built.as_bytes(), "1);\n").as_deref(), Some(&b"(a=>{})(1);\n"[..]));
        assert_eq!(plain(b"something else", "1);\n"), None);
    }

    #[test]
    fn the_block_has_the_head_of_the_specification() {
        // ISLAST 0, MNIBBLES 00, MLEN - 1 = 3 in 16 bits, ISUNCOMPRESSED 1, padding.
        assert_eq!(
            brotli(b"~", "1);\n").as_deref(),
            Some(&[b'~', 0b0001_1000, 0, 0b1000, b'1', b')', b';', b'\n', 3][..])
        );
        assert_eq!(brotli(b"~", ""), None);
        assert_eq!(brotli(b"~", &" ".repeat(MAX_BLOCK + 1)), None);
    }
}
