//! When an escalation is delivered again. Pure arithmetic: the caller brings the clock and the dice.

/// Past this age, in milliseconds, a delivery is `undeliverable`: kept and replayable, not tried again.
pub const GIVE_UP_AFTER_MS: u64 = 72 * 3_600_000;
/// The longest that a receiver's `Retry-After` is obeyed, in milliseconds.
pub const RETRY_AFTER_CAP_MS: u64 = 15 * 60_000;

/// Delays after the previous try: how many tries, and how long before each, in milliseconds.
const SCHEDULE: [(u32, u64); 14] = [
    (1, 0),
    (1, 1_000),
    (1, 2_000),
    (1, 5_000),
    (1, 10_000),
    (1, 20_000),
    (1, 30_000),
    (12, 60_000),
    (5, 120_000),
    (6, 300_000),
    (4, 900_000),
    (6, 3_600_000),
    (u32::MAX, 4 * 3_600_000),
    (0, 0),
];

/// How long to wait before the next try, in milliseconds, after `tries` tries and `elapsed_ms` since the
/// first was due. `jitter` is a random number of 0 to 1 and moves the delay by up to a fifth either way.
/// `None`: that delay would end past 72 h, so it is undeliverable.
pub fn next_delay_ms(tries: u32, elapsed_ms: u64, jitter: f64) -> Option<u64> {
    let delay_ms = spread(base_delay_ms(tries), jitter);
    (elapsed_ms.saturating_add(delay_ms) <= GIVE_UP_AFTER_MS).then_some(delay_ms)
}

fn base_delay_ms(tries: u32) -> u64 {
    let mut left = tries;
    for (count, delay_ms) in SCHEDULE {
        if left < count {
            return delay_ms;
        }
        left -= count;
    }
    4 * 3_600_000
}

fn spread(delay_ms: u64, jitter: f64) -> u64 {
    let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.5 };
    (delay_ms as f64 * (0.8 + 0.4 * jitter)).round() as u64
}

/// A `Retry-After` header as milliseconds from now: seconds or an HTTP date; `None` for anything else.
pub fn retry_after_ms(header: &str, now_ms: u64) -> Option<u64> {
    let header = header.trim();
    let wait_ms = if !header.is_empty() && header.bytes().all(|b| b.is_ascii_digit()) {
        header.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1_000)
    } else {
        let at = httpdate::parse_http_date(header).ok()?;
        let at = at.duration_since(std::time::UNIX_EPOCH).ok()?;
        u64::try_from(at.as_millis()).ok()?.saturating_sub(now_ms)
    };
    Some(wait_ms.min(RETRY_AFTER_CAP_MS))
}
