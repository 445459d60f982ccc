//! Standard Webhooks signatures: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
//!
//! The official Rust crate signs rightly on WASM, but its `verify` needs a clock that traps there and it
//! takes an empty secret; these few lines do neither.

use crate::error::{EdgeError, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The specification asks for 24 to 64 bytes; shorter keys are refused.
const MIN_KEY_BYTES: usize = 24;
/// How far a timestamp may be off, in seconds.
pub const TOLERANCE_S: u64 = 300;

/// A signing key, as it is written: `whsec_` and base64.
#[derive(Clone)]
pub struct Key(Vec<u8>);

impl Key {
    pub fn parse(text: &str) -> Result<Self> {
        let encoded = text.strip_prefix("whsec_").unwrap_or(text);
        match STANDARD.decode(encoded) {
            Ok(bytes) if bytes.len() >= MIN_KEY_BYTES => Ok(Self(bytes)),
            _ => Err(EdgeError::bad_request(
                "bad_webhook_key",
                "A webhook key is `whsec_` and the base64 of at least 24 random bytes.",
            )),
        }
    }

    fn signature(&self, id: &str, timestamp_s: u64, body: &[u8]) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(format!("{id}.{timestamp_s}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// The `webhook-signature` header: one signature a key, so that a receiver may rotate.
pub fn header(keys: &[Key], id: &str, timestamp_s: u64, body: &[u8]) -> String {
    let signatures: Vec<String> = keys.iter().map(|key| key.signature(id, timestamp_s, body)).collect();
    signatures.join(" ")
}

/// Is one of the signatures made with one of the keys, within the tolerance of time?
pub fn verify(keys: &[Key], id: &str, timestamp_s: u64, body: &[u8], header: &str, now_s: u64) -> bool {
    let in_time = now_s.abs_diff(timestamp_s) <= TOLERANCE_S;
    let signed = keys.iter().any(|key| {
        let expected = key.signature(id, timestamp_s, body);
        header.split(' ').any(|given| bool::from(given.as_bytes().ct_eq(expected.as_bytes())))
    });
    in_time && signed
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: u64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn key() -> Key {
        Key::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()
    }

    #[test]
    fn it_makes_the_vector_of_the_specification() {
        assert_eq!(header(&[key()], ID, AT, BODY), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn it_holds_within_five_minutes_and_for_either_key() {
        let other = Key::parse(&format!("whsec_{}", STANDARD.encode([7; 32]))).unwrap();
        let both = header(&[key(), other.clone()], ID, AT, BODY);
        let check = |keys: &[Key], now_s: u64, expected: bool| {
            assert_eq!(verify(keys, ID, AT, BODY, &both, now_s), expected, "at {now_s}");
        };
        check(&[key()], AT + 299, true);
        check(&[key()], AT - 299, true);
        check(&[key()], AT + 301, false);
        check(&[key()], AT - 301, false);
        check(&[other], AT, true);
        check(&[Key::parse(&STANDARD.encode([8; 32])).unwrap()], AT, false);
        assert!(!verify(&[key()], ID, AT, b"{}", &both, AT));
    }

    #[test]
    fn what_the_official_packages_signed_is_verified() {
        // Made by `standardwebhooks` 1.1.1 of npm and 1.1.0 of PyPI, which agree.
        for (secret, id, at_s, body, signature) in [
            (
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "msg_1",
                AT,
                "{\"type\":\"escalation.requested\",\"text\":\"Grüße – 暖かい 🧥\"}",
                "v1,dmVKJ2vsWXmZby79Z8XFFpkw4zJ1HqiSY0RZ6chHVOU=",
            ),
            (
                "whsec_//////////////////////////////////////////8=",
                "msg_esc_A-b_9",
                1,
                "",
                "v1,6z6F3qrZaF8Dq5nUFQVnTIXylk77sFVkVjK34lXRh90=",
            ),
            (
                "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==",
                "m",
                4_102_444_800,
                "line\r\nline\n\0",
                "v1,d6w/IV766+Jc4Y48AihfQiz2XMKgE5Vx3qEQp9+jN/Q=",
            ),
        ] {
            let key = [Key::parse(secret).unwrap()];
            assert!(verify(&key, id, at_s, body.as_bytes(), signature, at_s), "{id}");
            assert!(!verify(&key, id, at_s + 1, body.as_bytes(), signature, at_s), "{id} at another time");
            assert_eq!(header(&key, id, at_s, body.as_bytes()), signature, "{id}");
        }
    }

    #[test]
    fn weak_keys_are_refused() {
        for weak in ["", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64 at all, however long it may be"] {
            assert!(Key::parse(weak).is_err(), "{weak}");
        }
    }
}
