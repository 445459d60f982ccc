//! What the plain form needs beside the platform: room for forms with a file, which are read whole; the end of
//! one that is not read to its own; and ids by which a form that is sent twice takes effect once.

use counterbell_protocol::MessageId;
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

/// So many forms with a file are in an isolate's memory at once: some 20 MB each, of 128 MB for all that it does.
const PLACES: usize = 4;
/// So long a place is held by a form that nobody hears of again. Longer uploads are rare, and lose nothing.
const HELD_MS: u64 = 180_000;
/// Of a form's own id, so that there is space for what makes it a message's.
const MAX_FORM_ID: usize = 40;

/// The places of one isolate. An upload that its shopper breaks off is never heard of again, so a place has an end.
pub struct Room {
    /// When it was taken; 0 is free.
    since_ms: [AtomicU64; PLACES],
}

/// Free again when it is dropped.
pub struct Place<'a> {
    slot: &'a AtomicU64,
    since_ms: u64,
}

impl Room {
    pub const fn new() -> Self {
        Self { since_ms: [const { AtomicU64::new(0) }; PLACES] }
    }

    pub fn enter(&self, now_ms: u64) -> Option<Place<'_>> {
        let is_free = |slot: &&AtomicU64| {
            let since_ms = slot.load(Ordering::Relaxed);
            since_ms == 0 || now_ms.saturating_sub(since_ms) > HELD_MS
        };
        let slot = self.since_ms.iter().find(is_free)?;
        slot.store(now_ms, Ordering::Relaxed);
        Some(Place { slot, since_ms: now_ms })
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // Unless somebody else has it by now.
        let _ = self.slot.compare_exchange(self.since_ms, 0, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// The beginning of a `multipart/form-data` body made a whole one, in which the last part is cut (RFC 7578). The
/// fields before it are whole. `None` if the content type does not say what parts them.
pub fn closed(mut beginning: Vec<u8>, content_type: &str) -> Option<Vec<u8>> {
    let is_boundary = |(name, _): &(&str, &str)| name.trim().eq_ignore_ascii_case("boundary");
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, boundary) = parameters.into_iter().find(is_boundary)?;
    beginning.extend(format!("\r\n--{}--\r\n", boundary.trim().trim_matches('"')).bytes());
    Some(beginning)
}

/// By the form that it was filled into and by what was filled in: the same form sent twice says it once, and the
/// same form with other words, as one that a browser has gone back to, says something else.
pub fn message_id(form: &str, content: &[&str]) -> Option<MessageId> {
    if form.len() > MAX_FORM_ID || !MessageId::new(form).is_well_formed() {
        return None;
    }
    let mut hash = Sha256::new();
    for part in content {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let short: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Some(MessageId(format!("{form}-{short}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_have_room_and_who_leaves_makes_some() {
        let room = Room::new();
        let mut inside: Vec<_> = (0..PLACES).filter_map(|_| room.enter(1_000)).collect();
        assert_eq!(inside.len(), PLACES);
        assert!(room.enter(1_000 + HELD_MS).is_none());
        inside.pop();
        assert!(room.enter(2_000).is_some());
    }

    #[test]
    fn who_is_never_heard_of_again_keeps_nobody_out() {
        let room = Room::new();
        let lost: Vec<_> = (0..PLACES).filter_map(|_| room.enter(1_000)).collect();
        let later = 1_001 + HELD_MS;
        let found: Vec<_> = (0..PLACES).filter_map(|_| room.enter(later)).collect();
        assert_eq!(found.len(), PLACES);
        // And takes no place from who has it now.
        drop(lost);
        assert!(room.enter(later).is_none());
    }

    #[test]
    fn a_cut_body_is_closed_by_what_parts_its_fields() {
        for (content_type, expected) in [
            ("multipart/form-data; boundary=xyz", Some("a\r\n--xyz--\r\n")),
            ("multipart/form-data; charset=utf-8; BOUNDARY=\"x=y z\"", Some("a\r\n--x=y z--\r\n")),
            ("multipart/form-data", None),
            ("boundary=xyz", None),
        ] {
            let found = closed(b"a".to_vec(), content_type);
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{content_type}");
        }
    }

    #[test]
    fn the_same_form_says_the_same_once() {
        let form = "0f8fad5b-d9cb-469f-a165-70867728950e";
        let id = message_id(form, &["text", "Hello"]).expect("an id");
        assert!(id.is_well_formed() && id.as_str().starts_with(form), "{id}");
        assert_eq!(message_id(form, &["text", "Hello"]), Some(id.clone()));
        for other in [
            message_id(form, &["text", "Hello!"]),
            message_id(form, &["textH", "ello"]),
            message_id("another", &["text", "Hello"]),
        ] {
            assert_ne!(other, Some(id.clone()));
        }
        for odd in ["", "a b", "../x", &"x".repeat(MAX_FORM_ID + 1)] {
            assert_eq!(message_id(odd, &["text", "Hello"]), None, "{odd}");
        }
    }
}
