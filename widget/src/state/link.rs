//! When to connect again, by which way, and when a silent line is a dead one. Arithmetic only.

use counterbell_protocol::Owner;

const BASE_MS: f64 = 500.0;
const CAP_MS: f64 = 20_000.0;
/// So many sockets in a row that never opened: they are blocked, and HTTP takes over.
const BLOCKED_AFTER: u32 = 3;
/// In HTTP mode every so many polls a socket is tried again.
const POLLS_PER_TRY: u32 = 40;
/// Silence while something is pending.
pub const SILENCE_MS: u64 = 15_000;
pub const PING_EVERY_MS: u64 = 25_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    failures: u32,
    never_opened: u32,
    polls: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Socket,
    Http,
}

impl Link {
    pub fn way(&self) -> Way {
        if self.never_opened >= BLOCKED_AFTER { Way::Http } else { Way::Socket }
    }

    /// The edge has said `ready`.
    pub fn is_ready(&mut self) {
        *self = Self::default();
    }

    /// A socket is gone; returns how long to wait before the next try. `random` is in 0..1.
    pub fn lost(&mut self, opened: bool, random: f64) -> u32 {
        self.never_opened = if opened { 0 } else { self.never_opened.saturating_add(1) };
        self.delay(random)
    }

    /// A request has failed; as with a socket, with ever longer pauses.
    pub fn delay(&mut self, random: f64) -> u32 {
        let delay = delay_ms(self.failures, random);
        self.failures = self.failures.saturating_add(1);
        delay
    }

    /// Whether the next poll should be a try with a socket instead.
    pub fn polled(&mut self) -> bool {
        self.failures = 0;
        self.polls += 1;
        let again = self.polls >= POLLS_PER_TRY;
        if again {
            self.polls = 0;
            self.never_opened = BLOCKED_AFTER - 1;
        }
        again
    }

    pub fn has_failed(&self) -> bool {
        self.failures > 0
    }
}

/// Full jitter: anything up to the doubled base, so that a thousand frames do not return at once.
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
pub fn delay_ms(failures: u32, random: f64) -> u32 {
    let ceiling = (BASE_MS * 2_f64.powi(failures.min(10).cast_signed())).min(CAP_MS);
    (ceiling * random.clamp(0.0, 1.0)) as u32
}

/// How long until the next poll.
pub fn poll_delay_ms(owner: Owner, visible: bool, expecting: bool) -> u32 {
    match (visible, owner) {
        (false, Owner::Waiting | Owner::Person) => 10_000,
        (false, _) => 30_000,
        (true, _) if expecting => 1_500,
        (true, Owner::Person) => 1_500,
        (true, Owner::Waiting) => 3_000,
        (true, Owner::Assistant | Owner::Closed) => 6_000,
    }
}

/// A line that owes an answer and says nothing is dead, whatever the socket thinks.
pub fn is_dead(now_ms: u64, last_heard_ms: u64, last_said_ms: u64, expecting: bool) -> bool {
    let since = last_heard_ms.max(last_said_ms);
    expecting && now_ms.saturating_sub(since) >= SILENCE_MS
        || now_ms.saturating_sub(last_heard_ms) >= 2 * PING_EVERY_MS + SILENCE_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_cap_and_are_spread_over_all_of_it() {
        for (failures, random, expected) in [
            (0, 1.0, 500),
            (0, 0.0, 0),
            (1, 0.5, 500),
            (3, 1.0, 4_000),
            (6, 1.0, 20_000),
            (u32::MAX, 1.0, 20_000),
            (6, 0.25, 5_000),
            (0, 7.0, 500),
        ] {
            assert_eq!(delay_ms(failures, random), expected, "{failures} {random}");
        }
    }

    #[test]
    fn three_sockets_that_never_open_mean_http_until_one_is_tried_again() {
        let mut link = Link::default();
        link.lost(false, 0.5);
        link.lost(false, 0.5);
        assert_eq!(link.way(), Way::Socket);
        link.lost(false, 0.5);
        assert_eq!(link.way(), Way::Http);
        let tries = (0..POLLS_PER_TRY).filter(|_| link.polled()).count();
        assert_eq!((tries, link.way()), (1, Way::Socket));
        link.lost(false, 0.5);
        assert_eq!(link.way(), Way::Http, "one more failure and it is HTTP again");
        link.is_ready();
        assert_eq!(link, Link::default());
    }

    #[test]
    fn a_socket_that_opened_and_fell_is_not_a_blocked_one() {
        let mut link = Link::default();
        for _ in 0..10 {
            link.lost(true, 0.5);
        }
        assert_eq!(link.way(), Way::Socket);
        assert_eq!(link.lost(true, 1.0), 20_000);
    }

    #[test]
    fn silence_is_death_only_when_something_is_owed() {
        for (now, heard, said, expecting, expected) in [
            (14_999, 0, 0, true, false),
            (15_000, 0, 0, true, true),
            (15_000, 0, 10_000, true, false),
            (15_000, 0, 0, false, false),
            (65_000, 0, 65_000, false, true),
        ] {
            assert_eq!(is_dead(now, heard, said, expecting), expected, "{now} {heard} {said} {expecting}");
        }
    }
}
