//! Which addresses an escalation may be sent to. Checked when the settings are read and again before each
//! send. Names are judged, not resolved: the platform refuses private addresses behind a public name.

use thiserror::Error;
use url::{Host, Url};

/// The longest address, in bytes.
const MAX_BYTES: usize = 2_000;
/// Endings of names that mean something else on every network.
const LOCAL_ENDINGS: [&str; 11] = [
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
    "onion",
];

/// Why an address is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressProblem {
    #[error("an address such as `https://desk.example/escalations` is expected")]
    NotAnAddress,
    #[error("the address is longer than {MAX_BYTES} bytes")]
    TooLong,
    #[error("https is expected")]
    NotHttps,
    #[error("an address holds no user name and no password")]
    UserInfo,
    #[error("a name is expected, not a numeric address")]
    Literal,
    #[error("`{0}` is a name of the local network")]
    LocalName(String),
    #[error("the name must not end in a dot")]
    TrailingDot,
    #[error("the name is written in an unusual way; `{0}` is its plain form")]
    OddSpelling(String),
    #[error("an address to send to has no `#` part")]
    Fragment,
}

/// Whether escalations may be sent there. `allow_loopback` is for local development: it also takes
/// `http://localhost`, `http://127.0.0.1` and `http://[::1]`, with any port, and nothing else beyond.
///
/// # Errors
/// The first reason why not.
pub fn check(address: &str, allow_loopback: bool) -> Result<(), AddressProblem> {
    if address.len() > MAX_BYTES {
        return Err(AddressProblem::TooLong);
    }
    // The parser repairs these silently; a different reader might repair them differently.
    if address.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(AddressProblem::NotAnAddress);
    }
    let url = Url::parse(address).map_err(|_| AddressProblem::NotAnAddress)?;
    let (Some(host), Some(written)) = (url.host(), written_host(address)) else {
        return Err(AddressProblem::NotAnAddress);
    };
    if !url.username().is_empty() || url.password().is_some() || address_part(address).contains('@') {
        return Err(AddressProblem::UserInfo);
    }
    if url.fragment().is_some() {
        return Err(AddressProblem::Fragment);
    }
    if allow_loopback && matches!(url.scheme(), "http" | "https") && is_plain_loopback(written) {
        return Ok(());
    }
    if url.scheme() != "https" {
        return Err(AddressProblem::NotHttps);
    }
    check_host(&host, written)
}

fn check_host(host: &Host<&str>, written: &str) -> Result<(), AddressProblem> {
    let Host::Domain(name) = host else { return Err(AddressProblem::Literal) };
    if name.ends_with('.') {
        return Err(AddressProblem::TrailingDot);
    }
    let ending = name.rsplit('.').next().unwrap_or_default();
    if !name.contains('.') || LOCAL_ENDINGS.contains(&ending) {
        return Err(AddressProblem::LocalName((*name).to_owned()));
    }
    if written.eq_ignore_ascii_case(name) {
        Ok(())
    } else {
        Err(AddressProblem::OddSpelling((*name).to_owned()))
    }
}

fn is_plain_loopback(written: &str) -> bool {
    matches!(written, "localhost" | "127.0.0.1" | "[::1]")
}

/// Between `://` and the path, as it was written.
fn address_part(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

fn written_host(address: &str) -> Option<&str> {
    let part = address_part(address);
    let part = part.rsplit_once('@').map_or(part, |(_, host)| host);
    let host = match part.rfind(']') {
        Some(end) => part.get(..=end)?,
        None => part.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::{AddressProblem as P, check};

    #[test]
    fn only_public_names_by_https() {
        let local = |name: &str| Err(P::LocalName(name.to_owned()));
        let odd = |name: &str| Err(P::OddSpelling(name.to_owned()));
        let table = [
            ("https://desk.example/hook", Ok(())),
            ("https://DESK.Example:8443/hook?key=1", Ok(())),
            ("https://xn--bcher-kva.example/", Ok(())),
            ("http://desk.example/", Err(P::NotHttps)),
            ("ftp://desk.example/", Err(P::NotHttps)),
            ("javascript:alert(1)", Err(P::NotAnAddress)),
            ("data:text/plain,x", Err(P::NotAnAddress)),
            ("file:///etc/passwd", Err(P::NotAnAddress)),
            ("//desk.example/", Err(P::NotAnAddress)),
            ("desk.example/hook", Err(P::NotAnAddress)),
            ("", Err(P::NotAnAddress)),
            ("https://", Err(P::NotAnAddress)),
            ("https:///desk.example", Err(P::NotAnAddress)),
            ("https:desk.example", Err(P::NotAnAddress)),
            (" https://desk.example/", Err(P::NotAnAddress)),
            ("https://desk.exa\nmple/", Err(P::NotAnAddress)),
            ("https://desk.example\\@127.0.0.1/", Err(P::NotAnAddress)),
            ("https://me@desk.example/", Err(P::UserInfo)),
            ("https://me:secret@desk.example/", Err(P::UserInfo)),
            ("https://@desk.example/", Err(P::UserInfo)),
            ("https://desk.example@127.0.0.1/", Err(P::UserInfo)),
            ("https://desk.example/#here", Err(P::Fragment)),
            // Numeric, however it is spelt.
            ("https://127.0.0.1/", Err(P::Literal)),
            ("https://8.8.8.8/", Err(P::Literal)),
            ("https://10.0.0.1/", Err(P::Literal)),
            ("https://169.254.169.254/latest/meta-data", Err(P::Literal)),
            ("https://2130706433/", Err(P::Literal)),
            ("https://0x7f000001/", Err(P::Literal)),
            ("https://0x7f.1/", Err(P::Literal)),
            ("https://0177.0.0.1/", Err(P::Literal)),
            ("https://127.1/", Err(P::Literal)),
            ("https://127.0.0.1./", Err(P::Literal)),
            ("https://%31%32%37.0.0.1/", Err(P::Literal)),
            ("https://１２７.０.０.１/", Err(P::Literal)),
            ("https://127。0。0。1/", Err(P::Literal)),
            ("https://0/", Err(P::Literal)),
            ("https://[::1]/", Err(P::Literal)),
            ("https://[::]/", Err(P::Literal)),
            ("https://[::ffff:127.0.0.1]/", Err(P::Literal)),
            ("https://[::ffff:7f00:1]/", Err(P::Literal)),
            ("https://[fe80::1]/", Err(P::Literal)),
            ("https://[fc00::1]:8080/", Err(P::Literal)),
            ("https://[64:ff9b::7f00:1]/", Err(P::Literal)),
            ("https://256.1.1.1/", Err(P::NotAnAddress)),
            // Names of the local network.
            ("https://localhost/", local("localhost")),
            ("https://LOCALHOST:443/", local("localhost")),
            ("https://shop.localhost/", local("shop.localhost")),
            ("https://printer.local/", local("printer.local")),
            ("https://metadata.google.internal/", local("metadata.google.internal")),
            ("https://intranet/", local("intranet")),
            ("https://1.0.0.127.in-addr.arpa/", local("1.0.0.127.in-addr.arpa")),
            // Unusual spellings of names.
            ("https://desk.example./", Err(P::TrailingDot)),
            ("https://localhost./", Err(P::TrailingDot)),
            ("https://d%65sk.example/", odd("desk.example")),
            ("https://bücher.example/", odd("xn--bcher-kva.example")),
            ("https://ｄｅｓｋ.example/", odd("desk.example")),
        ];
        for (address, expected) in table {
            assert_eq!(check(address, false), expected, "{address}");
        }
        assert_eq!(check(&format!("https://desk.example/{}", "a".repeat(2_000)), false), Err(P::TooLong));
    }

    #[test]
    fn the_switch_opens_the_loopback_and_nothing_else() {
        for address in
            ["http://127.0.0.1:8787/hook", "http://localhost/", "https://localhost:1/", "http://[::1]:9/"]
        {
            assert_eq!(check(address, true), Ok(()), "{address}");
            assert!(check(address, false).is_err(), "{address}");
        }
        for address in [
            "http://127.0.0.2/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://[::ffff:127.0.0.1]/",
            "http://localhost./",
            "http://me@localhost/",
            "http://10.0.0.1/",
            "http://desk.example/",
            "http://localhost.desk.example/",
            "ftp://localhost/",
        ] {
            assert!(check(address, true).is_err(), "{address}");
        }
        assert_eq!(check("https://desk.example/", true), Ok(()));
    }
}
