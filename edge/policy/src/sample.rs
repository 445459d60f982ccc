//! Who is in a sample: decided by the conversation's id and the rule's name alone, so that it never changes
//! within a conversation and two rules draw independently.

/// Whether this conversation belongs to the share (0 to 1) that the rule applies to.
pub fn is_in(conversation_id: &str, rule: &str, share: f64) -> bool {
    draw(conversation_id, rule) < share
}

/// A number of 0 to 1: FNV-1a (64 bit) over `id`, a zero byte and `rule`, finished with the `MurmurHash3`
/// mixer because FNV leaves the high bits of similar short inputs alike; its upper 53 bits as a fraction.
fn draw(conversation_id: &str, rule: &str) -> f64 {
    let bytes = conversation_id.bytes().chain([0]).chain(rule.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (mix(hash) >> 11) as f64 / (1_u64 << 53) as f64
}

const fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::{draw, is_in};

    #[test]
    fn the_share_is_kept_and_rules_draw_independently() {
        for share in [0.1, 0.5, 0.9] {
            let hits = (0..10_000).filter(|i| is_in(&format!("conversation-{i}"), "a", share)).count();
            assert!((hits as f64 / 10_000.0 - share).abs() < 0.02, "{share}: {hits}");
        }
        let both = (0..10_000)
            .filter(|i| {
                let id = format!("conversation-{i}");
                is_in(&id, "a", 0.5) && is_in(&id, "b", 0.5)
            })
            .count();
        assert!((2_300..2_700).contains(&both), "{both}");
    }

    #[test]
    fn nobody_and_everybody() {
        assert!((0..1_000).all(|i| !is_in(&i.to_string(), "a", 0.0) && is_in(&i.to_string(), "a", 1.0)));
    }

    /// Pinned: another hash would move running experiments.
    #[test]
    fn the_draw_does_not_move_between_versions() {
        assert_eq!(format!("{:.6}", draw("c_1", "vip")), "0.280540");
    }
}
