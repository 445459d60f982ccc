//! Bearer keys, compared in constant time. No key set means that nobody may.

use super::Secrets;
use crate::error::{EdgeError, Result};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// In bytes.
const SHORTEST_KEY: usize = 16;

/// Digests first: the comparison then tells nothing of length or content.
pub fn same(given: &str, expected: &str) -> bool {
    !expected.is_empty() && bool::from(Sha256::digest(given).ct_eq(&Sha256::digest(expected)))
}

/// A key that opens conversations, or says who somebody is, cannot be one that is guessed. An empty text takes
/// a key away and is no key.
pub fn must_be_strong(what: &str, key: Option<&str>) -> Result<()> {
    match key {
        Some(key) if (1..SHORTEST_KEY).contains(&key.len()) => {
            let detail = format!(
                "The {what} key has fewer than {SHORTEST_KEY} characters: take `openssl rand -hex 32`."
            );
            Err(EdgeError::bad_request("weak_key", detail))
        }
        _ => Ok(()),
    }
}

pub fn is_agent(secrets: &Secrets, bearer: Option<&str>) -> bool {
    match (bearer, &secrets.agent_key) {
        (Some(given), Some(expected)) => same(given, expected),
        _ => false,
    }
}

/// Stands for a key where the key itself may not lie about.
pub fn digest(key: &str) -> String {
    Sha256::digest(key).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether it stands for the agent key of now.
pub fn is_digest_of_agent(secrets: &Secrets, digested: &str) -> bool {
    secrets.agent_key.as_deref().is_some_and(|key| !key.is_empty() && same(digested, &digest(key)))
}

/// The token of an `Authorization: Bearer` header.
pub fn bearer(header: Option<&str>) -> Option<&str> {
    let (scheme, token) = header?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_opens_nothing() {
        let with = |key: Option<&str>| Secrets { agent_key: key.map(str::to_owned), ..Secrets::default() };
        let check =
            |key, given, expected| assert_eq!(is_agent(&with(key), given), expected, "{key:?} {given:?}");
        check(Some("k1"), Some("k1"), true);
        check(Some("k1"), Some("k2"), false);
        check(Some("k1"), None, false);
        check(Some(""), Some(""), false);
        check(None, Some(""), false);
        check(None, None, false);
    }

    #[test]
    fn a_digest_stands_for_one_key_and_for_none_where_there_is_none() {
        let check = |key: Option<&str>, digested: &str, expected| {
            let secrets = Secrets { agent_key: key.map(str::to_owned), ..Secrets::default() };
            assert_eq!(is_digest_of_agent(&secrets, digested), expected, "{key:?} {digested}");
        };
        check(Some("k1"), &digest("k1"), true);
        check(Some("k2"), &digest("k1"), false);
        check(Some("k1"), "k1", false);
        check(Some(""), &digest(""), false);
        check(None, &digest("k1"), false);
        check(None, "", false);
    }

    #[test]
    fn a_bearer_header_is_read_whatever_its_case() {
        assert_eq!(bearer(Some("Bearer abc")), Some("abc"));
        assert_eq!(bearer(Some("bearer  abc ")), Some("abc"));
        assert_eq!(bearer(Some("Basic abc")), None);
        assert_eq!(bearer(Some("Bearer ")), None);
        assert_eq!(bearer(None), None);
    }
}
