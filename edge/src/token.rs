//! Tokens that prove who asks: the conversation's own, made here, and the shop's identity token, made by
//! the shop's server. Both fail closed: no key, no entry.

use crate::error::{EdgeError, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use counterbell_protocol::agent::Customer;
use counterbell_protocol::{ConversationId, ShopId};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use sha2::Sha256;
use subtle::ConstantTimeEq;

const MIN_KEY_BYTES: usize = 16;
/// An identity token is at most so long ahead, in seconds.
const MAX_IDENTITY_S: u64 = 24 * 3_600;

/// The token of one conversation of one shop.
pub fn conversation(key: &str, shop: &ShopId, conversation: &ConversationId) -> Result<String> {
    let text = format!("counterbell conversation\n{shop}\n{conversation}");
    Ok(URL_SAFE_NO_PAD.encode(mac(key, text.as_bytes())?))
}

/// Refuses made-up tokens, and those of another shop or conversation, before anything is looked up.
pub fn check_conversation(key: &str, shop: &ShopId, id: &ConversationId, given: Option<&str>) -> Result<()> {
    let expected = conversation(key, shop, id)?;
    let fits = given.is_some_and(|given| bool::from(given.as_bytes().ct_eq(expected.as_bytes())));
    if fits { Ok(()) } else { Err(EdgeError::unauthorized()) }
}

/// Reads an identity token: a JWT (RFC 7519) signed with HS256, with `sub` and `exp`, and optionally
/// `name`, `email`, `tier` and `orders`.
pub fn identity(key: Option<&str>, token: &str, now_s: u64) -> Result<Customer> {
    let refuse = || EdgeError::new(401, "bad_identity", "The identity token is not valid for this shop.");
    let key = key.ok_or_else(refuse)?;
    let (signed, signature) = token.rsplit_once('.').ok_or_else(refuse)?;
    let (header, payload) = signed.split_once('.').ok_or_else(refuse)?;
    let expected = URL_SAFE_NO_PAD.encode(mac(key, signed.as_bytes())?);
    if !bool::from(signature.as_bytes().ct_eq(expected.as_bytes())) {
        return Err(refuse());
    }
    let header: Header = decode(header).ok_or_else(refuse)?;
    let claims: Claims = decode(payload).ok_or_else(refuse)?;
    let in_time = claims.exp > now_s && claims.exp <= now_s + MAX_IDENTITY_S;
    if header.alg != "HS256" || !in_time || claims.sub.is_empty() {
        return Err(refuse());
    }
    Ok(Customer {
        id: claims.sub,
        name: claims.name,
        email: claims.email,
        tier: claims.tier,
        orders: claims.orders,
    })
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
    name: Option<String>,
    email: Option<String>,
    tier: Option<String>,
    orders: Option<u32>,
}

fn decode<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn mac(key: &str, text: &[u8]) -> Result<Vec<u8>> {
    if key.len() < MIN_KEY_BYTES {
        return Err(EdgeError::internal("a signing key is missing or shorter than 16 bytes"));
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).map_err(EdgeError::internal)?;
    mac.update(text);
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "a key of at least sixteen bytes";

    #[test]
    fn a_token_opens_its_own_conversation_alone() {
        let (shop, id) = (ShopId::new("a"), ConversationId::new("b"));
        let token = conversation(KEY, &shop, &id).unwrap();
        let check = |shop: &str, id: &str, given: Option<&str>, key: &str| {
            check_conversation(key, &ShopId::new(shop), &ConversationId::new(id), given).is_ok()
        };
        assert!(check("a", "b", Some(&token), KEY));
        assert!(!check("c", "b", Some(&token), KEY));
        assert!(!check("a", "c", Some(&token), KEY));
        assert!(!check("a", "b", Some("made-up"), KEY));
        assert!(!check("a", "b", None, KEY));
        assert!(!check("a", "b", Some(""), ""));
    }

    fn jwt(header: &str, claims: &str, key: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(mac(key, signed.as_bytes()).unwrap());
        format!("{signed}.{signature}")
    }

    #[test]
    fn identity_fails_closed() {
        let header = r#"{"alg":"HS256"}"#;
        let good = jwt(header, r#"{"sub":"u1","exp":2000,"tier":"vip"}"#, KEY);
        assert_eq!(identity(Some(KEY), &good, 1_000).unwrap().tier.as_deref(), Some("vip"));
        let other = "another key of enough bytes";
        let bad = [
            ("no key", None, good.clone()),
            ("wrong key", Some(other), good.clone()),
            ("late", Some(KEY), jwt(header, r#"{"sub":"u1","exp":999}"#, KEY)),
            ("for ever", Some(KEY), jwt(header, r#"{"sub":"u1","exp":99999999}"#, KEY)),
            ("no subject", Some(KEY), jwt(header, r#"{"exp":2000}"#, KEY)),
            ("alg none", Some(KEY), jwt(r#"{"alg":"none"}"#, r#"{"sub":"u1","exp":2000}"#, KEY)),
            ("unsigned", Some(KEY), good.rsplit_once('.').unwrap().0.to_owned() + "."),
            ("nonsense", Some(KEY), "x".to_owned()),
        ];
        for (what, key, token) in bad {
            assert!(identity(key, &token, 1_000).is_err(), "{what}");
        }
    }
}
