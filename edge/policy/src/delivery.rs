//! When an escalation is delivered again. Pure arithmetic: the caller brings the clock and the dice.

/// Past this age, in milliseconds, a delivery is `undeliverable`: kept and replayable, not tried again.
pub const GIVE_UP_AFTER_MS: u64 = 72 * 3_600_000;
/// The longest that a receiver's `Retry-After` is obeyed, in milliseconds.
pub const RETRY_AFTER_CAP_MS: u64 = 15 * 60_000;

/// Delays after the previous try: how many tries, and how long before each, in milliseconds.
const SCHEDULE: [(u32, u64); 12] = [
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
];
/// Every delay after those of the schedule, in milliseconds.
const LATE_DELAY_MS: u64 = 4 * 3_600_000;

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
    LATE_DELAY_MS
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

#[cfg(test)]
mod tests {
    use super::{GIVE_UP_AFTER_MS, next_delay_ms, retry_after_ms};

    /// The delays without jitter, in seconds.
    fn delays_s() -> Vec<u64> {
        let mut elapsed_ms = 0;
        let mut delays = Vec::new();
        while let Some(delay_ms) = next_delay_ms(u32::try_from(delays.len()).unwrap(), elapsed_ms, 0.5) {
            elapsed_ms += delay_ms;
            delays.push(delay_ms / 1_000);
        }
        delays
    }

    #[test]
    fn the_schedule_is_that_of_the_design() {
        let mut expected = vec![0, 1, 2, 5, 10, 20, 30];
        expected
            .extend([60; 12].iter().chain(&[120; 5]).chain(&[300; 6]).chain(&[900; 4]).chain(&[3_600; 6]));
        let delays = delays_s();
        let (scheduled, late) = delays.split_at(expected.len());
        assert_eq!(scheduled, expected);
        assert!(late.iter().all(|delay| *delay == 4 * 3_600) && late.len() == 16, "{late:?}");
    }

    #[test]
    fn jitter_moves_a_delay_by_a_fifth_at_most() {
        for (jitter, expected) in [
            (0.0, 48_000),
            (0.5, 60_000),
            (1.0, 72_000),
            (-3.0, 48_000),
            (9.0, 72_000),
            (f64::NAN, 60_000),
            (f64::INFINITY, 60_000),
        ] {
            assert_eq!(next_delay_ms(7, 0, jitter), Some(expected), "{jitter}");
        }
        assert_eq!(next_delay_ms(0, 0, 1.0), Some(0));
    }

    #[test]
    fn after_72_hours_it_is_undeliverable() {
        for (tries, elapsed_ms, expected) in [
            (7, GIVE_UP_AFTER_MS - 60_000, Some(60_000)),
            (7, GIVE_UP_AFTER_MS - 59_999, None),
            (0, GIVE_UP_AFTER_MS, Some(0)),
            (0, GIVE_UP_AFTER_MS + 1, None),
            (u32::MAX, 0, Some(4 * 3_600_000)),
            (u32::MAX, u64::MAX, None),
        ] {
            assert_eq!(next_delay_ms(tries, elapsed_ms, 0.5), expected, "{tries} {elapsed_ms}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_has_a_bound() {
        // 1994-11-06T08:49:37Z
        let now_ms = 784_111_777_000;
        for (header, expected) in [
            ("0", Some(0)),
            ("120", Some(120_000)),
            (" 7 ", Some(7_000)),
            ("900", Some(900_000)),
            ("901", Some(900_000)),
            ("1000000000", Some(900_000)),
            ("99999999999999999999999999", Some(900_000)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30_000)),
            ("Sunday, 06-Nov-94 08:50:07 GMT", Some(30_000)),
            ("Sun Nov  6 08:50:07 1994", Some(30_000)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 1999 23:59:59 GMT", Some(900_000)),
            ("", None),
            ("soon", None),
            ("-1", None),
            ("1.5", None),
            ("+3", None),
            ("1e3", None),
            ("Sun, 99 Nov 1994 08:50:07 GMT", None),
        ] {
            assert_eq!(retry_after_ms(header, now_ms), expected, "{header}");
        }
    }
}
