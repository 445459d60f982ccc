//! Which addresses may become links, and which host a reader is told.

/// An address that is safe to put into `href`, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeUrl {
    pub href: String,
    /// The host of a web address; nothing for e-mail and telephone.
    pub host: Option<String>,
}

/// Longer addresses stay text.
const MAX_URL_BYTES: usize = 2_000;

/// Only http, https, mailto and tel; no user info, no backslashes, no control characters or spaces.
pub fn safe_url(text: &str) -> Option<SafeUrl> {
    let href = text.trim();
    if href.is_empty() || href.len() > MAX_URL_BYTES || href.chars().any(is_unsafe) {
        return None;
    }
    let (scheme, rest) = href.split_once(':')?;
    let host = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => Some(host_of(rest.strip_prefix("//")?)?),
        "mailto" | "tel" if !rest.is_empty() && !rest.starts_with('/') => None,
        _ => return None,
    };
    Some(SafeUrl { href: href.to_owned(), host })
}

/// The part of a bare address in running text: trailing punctuation belongs to the sentence.
pub fn bare_url_len(text: &str) -> usize {
    let end =
        text.find(|c: char| is_unsafe(c) || matches!(c, '<' | '>' | '"' | '`' | '*')).unwrap_or(text.len());
    if end > MAX_URL_BYTES {
        return 0;
    }
    let mut url = text.get(..end).unwrap_or("");
    while let Some(last) = url.chars().next_back() {
        let closes_more = match last {
            ')' => url.matches(')').count() > url.matches('(').count(),
            ']' => !url.bytes().any(|byte| byte == b'['),
            _ => matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '_' | '~' | '…' | '。' | '،'),
        };
        if !closes_more {
            break;
        }
        url = url.get(..url.len() - last.len_utf8()).unwrap_or("");
    }
    url.len()
}

fn is_unsafe(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c == '\\' || is_bidi_control(c)
}

/// Marks that could make an address read as another one.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn host_of(rest: &str) -> Option<String> {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    if authority.contains('@') {
        return None;
    }
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    if host.is_empty() || host.starts_with('.') {
        return None;
    }
    Some(host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_addresses_become_links() {
        let host = |text: &str| safe_url(text).map(|url| url.host);
        let web = |name: &str| Some(Some(name.to_owned()));
        for (text, expected) in [
            ("https://shop.example/a?b#c", web("shop.example")),
            ("HTTP://Shop.Example:8080/", web("shop.example")),
            ("mailto:a@b.example", Some(None)),
            ("tel:+49301234", Some(None)),
            ("javascript:alert(1)", None),
            ("JaVaScRiPt:alert(1)", None),
            ("java\nscript:alert(1)", None),
            (" javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("vbscript:x", None),
            ("//evil.example", None),
            ("/relative", None),
            ("https:evil.example", None),
            ("https://shop.example@evil.example/", None),
            ("https:\\\\evil.example", None),
            ("https://", None),
            ("https://a.example/\u{202e}moc", None),
            ("mailto:", None),
            ("", None),
        ] {
            assert_eq!(host(text), expected, "{text:?}");
        }
    }

    #[test]
    fn bare_addresses_end_before_the_sentence_does() {
        for (text, expected) in [
            ("https://a.example.", "https://a.example"),
            ("https://a.example/x) and", "https://a.example/x"),
            ("https://a.example/x_(y) and", "https://a.example/x_(y)"),
            ("https://a.example/x?", "https://a.example/x"),
            ("https://a.example/**bold", "https://a.example/"),
            ("https://a.example/x…", "https://a.example/x"),
        ] {
            assert_eq!(&text[..bare_url_len(text)], expected);
        }
    }
}
