//! What a receiver's answer means. 2xx is accepted, not taken: only a claim proves that a person has it.

use counterbell_policy::delivery::retry_after_ms;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    /// 410: the target wants nothing more.
    Gone,
    /// To be tried again, at the earliest after so long.
    Failed {
        retry_after_ms: Option<u64>,
    },
}

/// `status` is `None` where there was no answer. Redirects are failures: they are never followed.
pub fn verdict(status: Option<u16>, retry_after: Option<&str>, now_ms: u64) -> Verdict {
    match status {
        Some(200..=299) => Verdict::Accepted,
        Some(410) => Verdict::Gone,
        _ => {
            Verdict::Failed { retry_after_ms: retry_after.and_then(|header| retry_after_ms(header, now_ms)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_means() {
        let failed = |retry_after_ms| Verdict::Failed { retry_after_ms };
        let check = |status, retry_after, expected| {
            assert_eq!(verdict(status, retry_after, 1_000), expected, "{status:?} {retry_after:?}");
        };
        check(Some(200), None, Verdict::Accepted);
        check(Some(204), Some("120"), Verdict::Accepted);
        check(Some(410), None, Verdict::Gone);
        check(Some(301), None, failed(None));
        check(Some(404), None, failed(None));
        check(Some(503), Some("120"), failed(Some(120_000)));
        check(Some(429), Some("1000000000"), failed(Some(900_000)));
        check(Some(429), Some("soon"), failed(None));
        check(None, None, failed(None));
    }
}
