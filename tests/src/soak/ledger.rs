//! What was acknowledged in one conversation, and what has become of it.

use crate::receiver::Recorded;
use counterbell_protocol::event::EventBody;
use counterbell_protocol::{Author, Event, MessageId, Owner};
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Everything that the edge acknowledged to a shopper or to a person of the queue.
#[derive(Default)]
pub struct Ledger {
    /// Shopper's messages, in the order of their acknowledgement.
    pub said: Vec<MessageId>,
    pub replied: Vec<MessageId>,
    /// Requests for a person that were acknowledged.
    pub asked: u64,
    pub stalls: AtomicU64,
}

/// The sum over runs.
#[derive(Default)]
pub struct Tally {
    pub messages: u64,
    pub messages_lost: u64,
    pub messages_doubled: u64,
    pub replies: u64,
    pub replies_lost: u64,
    pub escalations: u64,
    pub escalations_lost: u64,
    /// Deliveries that came again after the receiver had accepted them.
    pub duplicates: u64,
    /// Of these, how many did not carry the same id and the same bytes.
    pub duplicates_unlike: u64,
    pub order_violations: u64,
    /// Requests that had no answer within 10 s, though the edge was there.
    pub stalls: u64,
    pub first_attempts: Vec<Duration>,
}

impl Tally {
    /// Holds a ledger against the final log and against what the receiver saw.
    pub fn of(ledger: &Ledger, log: &[Event], attempts: &[Recorded]) -> Self {
        let mut tally = Self::default();
        tally.check_messages(ledger, log);
        tally.check_order(ledger, log);
        tally.check_escalations(log, attempts);
        tally.check_duplicates(attempts);
        tally.stalls = ledger.stalls.load(Ordering::Relaxed);
        tally
    }

    pub fn add(&mut self, other: Self) {
        self.messages += other.messages;
        self.messages_lost += other.messages_lost;
        self.messages_doubled += other.messages_doubled;
        self.replies += other.replies;
        self.replies_lost += other.replies_lost;
        self.escalations += other.escalations;
        self.escalations_lost += other.escalations_lost;
        self.duplicates += other.duplicates;
        self.duplicates_unlike += other.duplicates_unlike;
        self.order_violations += other.order_violations;
        self.stalls += other.stalls;
        self.first_attempts.extend(other.first_attempts);
    }

    pub fn is_clean(&self) -> bool {
        let bad = [
            self.messages_lost,
            self.messages_doubled,
            self.replies_lost,
            self.escalations_lost,
            self.duplicates_unlike,
            self.order_violations,
        ];
        bad.iter().all(|count| *count == 0)
    }

    pub fn print(&self, runs: u64, kills: u64) {
        let rows = [
            ("runs", runs),
            ("kills (SIGKILL)", kills),
            ("escalations acknowledged", self.escalations),
            ("escalations lost", self.escalations_lost),
            ("duplicate deliveries", self.duplicates),
            ("duplicates with another id or body", self.duplicates_unlike),
            ("shopper messages acknowledged", self.messages),
            ("shopper messages lost", self.messages_lost),
            ("shopper messages stored twice", self.messages_doubled),
            ("people's replies acknowledged", self.replies),
            ("people's replies lost", self.replies_lost),
            ("order violations", self.order_violations),
            ("requests unanswered for 10 s", self.stalls),
        ];
        for (name, count) in rows {
            println!("| {name:<36} | {count:>8} |");
        }
        println!("{}", spread("first attempt after the commit", &self.first_attempts));
    }

    fn check_messages(&mut self, ledger: &Ledger, log: &[Event]) {
        let stored = crate::shopper::messages(log);
        let times =
            |id: &MessageId, author| stored.iter().filter(|m| m.id == *id && m.from == author).count();
        for id in &ledger.said {
            self.messages += 1;
            self.messages_lost += u64::from(times(id, Author::Shopper) == 0);
            self.messages_doubled += u64::from(times(id, Author::Shopper) > 1);
        }
        for id in &ledger.replied {
            self.replies += 1;
            self.replies_lost += u64::from(times(id, Author::Person) != 1);
        }
    }

    fn check_order(&mut self, ledger: &Ledger, log: &[Event]) {
        let gaps = log.iter().zip(1..).filter(|(event, seq)| event.seq != *seq).count();
        let stored = crate::shopper::messages(log).into_iter().map(|message| message.id);
        let in_log: Vec<MessageId> = stored.filter(|id| ledger.said.contains(id)).collect();
        let swapped = in_log.iter().zip(&ledger.said).filter(|(a, b)| a != b).count();
        self.order_violations += (gaps + swapped) as u64;
    }

    fn check_escalations(&mut self, log: &[Event], attempts: &[Recorded]) {
        let requests: Vec<&Recorded> =
            attempts.iter().filter(|a| a.kind() == "escalation.requested").collect();
        let accepted: HashSet<String> = requests
            .iter()
            .filter(|attempt| attempt.was_accepted())
            .map(|attempt| attempt.requested().about.escalation.to_string())
            .collect();
        for (id, at_ms) in escalations(log) {
            self.escalations += 1;
            self.escalations_lost += u64::from(!accepted.contains(&id));
            let first = requests.iter().find(|a| a.requested().about.escalation.as_str() == id);
            let after_ms = first.map(|attempt| attempt.0.at_ms.saturating_sub(at_ms));
            self.first_attempts.extend(after_ms.map(Duration::from_millis));
        }
    }

    fn check_duplicates(&mut self, attempts: &[Recorded]) {
        let mut by_id: BTreeMap<&str, Vec<&Recorded>> = BTreeMap::new();
        for attempt in attempts {
            by_id.entry(attempt.id()).or_default().push(attempt);
        }
        for same in by_id.values() {
            let accepted = same.iter().position(|attempt| attempt.was_accepted());
            self.duplicates += accepted.map_or(0, |first| same.len() - first - 1) as u64;
            self.duplicates_unlike += same.iter().filter(|a| a.0.body != same[0].0.body).count() as u64;
        }
    }
}

/// The escalations that a log tells of, and when each was committed first.
pub fn escalations(log: &[Event]) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for event in log {
        if let EventBody::Owner(change) = &event.event
            && change.owner == Owner::Waiting
            && let Some(id) = &change.escalation
        {
            found.entry(id.to_string()).or_insert(event.at_ms);
        }
    }
    found
}

/// The median, the 99th percentile and the longest of some times.
pub fn spread(name: &str, times: &[Duration]) -> String {
    let mut times = times.to_vec();
    times.sort();
    let at =
        |share: f64| times.get(((times.len() as f64 - 1.0) * share) as usize).map_or(0, Duration::as_millis);
    format!(
        "{name}: median {} ms, p99 {} ms, longest {} ms (n = {})",
        at(0.5),
        at(0.99),
        at(1.0),
        times.len()
    )
}
