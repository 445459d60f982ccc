//! One seeded conversation: a shopper, a person, a moody receiver, over an edge that dies meanwhile.

use super::ledger::{Ledger, Tally, escalations};
use crate::dice::Dice;
use crate::edge::{Edge, Shop, ShopSetup};
use crate::http::Response;
use crate::receiver::{Answer, Receiver};
use crate::shopper::{Shopper, fresh_id, id_of, say};
use crate::unique;
use counterbell_protocol::agent::Claimed;
use counterbell_protocol::event::Contact;
use counterbell_protocol::{ClientFrame, Event, MessageId};
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// As long as any wish may take to be granted, with an edge that dies every few seconds.
const PATIENCE: Duration = Duration::from_secs(120);
/// As long as an escalation may take to arrive after all faults are over.
const SETTLE: Duration = Duration::from_secs(150);

#[derive(Clone, Copy, Debug)]
enum Step {
    Say,
    Ask,
    Withdraw,
    Contact,
    Person,
    Resume,
    Outage,
}

const STEPS: [(u64, Step); 7] = [
    (6, Step::Say),
    (4, Step::Ask),
    (1, Step::Withdraw),
    (1, Step::Contact),
    (3, Step::Person),
    (2, Step::Resume),
    (1, Step::Outage),
];

struct Story {
    shop: Shop,
    shopper: Shopper,
    receiver: Receiver,
    ledger: Ledger,
    dice: Dice,
}

pub async fn tell(edge: Arc<Edge>, dice: Dice) -> Tally {
    let mut story = Story::begin(&edge, dice).await;
    for _ in 0..6 + story.dice.below(6) {
        story.step().await;
        // Shoppers read and think; meanwhile the edge dies.
        tokio::time::sleep(Duration::from_millis(story.dice.below(500))).await;
    }
    // Whatever else happened, each story has an escalation.
    story.deliver(&ClientFrame::AskPerson { id: fresh_id() }).await;
    let log = story.settle().await;
    Tally::of(&story.ledger, &log, &story.receiver.attempts())
}

impl Story {
    async fn begin(edge: &Edge, mut dice: Dice) -> Self {
        let receiver = Receiver::start().await;
        for _ in 0..dice.below(4) {
            receiver.next(fault(&mut dice));
        }
        let setup = ShopSetup::new().target(&receiver.url());
        let shop = insist("shop", || async { edge.try_shop(&setup).await.ok_or("no".to_owned()) }).await;
        let shopper = insist("conversation", || async {
            Shopper::open_if_up(&shop.edge, &shop.id).await.ok_or("no".to_owned())
        })
        .await;
        Self { shop, shopper, receiver, ledger: Ledger::default(), dice }
    }

    async fn step(&mut self) {
        match self.dice.pick(&STEPS) {
            Step::Say => {
                let text = format!("message {}", self.dice.below(1_000_000));
                let frame = say(&text);
                if self.deliver(&frame).await {
                    self.ledger.said.extend(id_of(&frame).cloned());
                }
            }
            Step::Ask => {
                let asked = self.deliver(&ClientFrame::AskPerson { id: fresh_id() }).await;
                self.ledger.asked += u64::from(asked);
            }
            Step::Withdraw => drop(self.deliver(&ClientFrame::Withdraw { id: fresh_id() }).await),
            Step::Contact => {
                let contact = Contact { reach: "kari@example.no".to_owned(), name: None };
                self.deliver(&ClientFrame::LeaveContact { id: fresh_id(), contact }).await;
            }
            Step::Person => self.person().await,
            Step::Resume => self.resume().await,
            Step::Outage => {
                self.receiver.down();
                tokio::time::sleep(Duration::from_millis(self.dice.below(2_000))).await;
                self.receiver.up();
            }
        }
    }

    /// Sends a frame until it is answered, as a widget does: whether it was accepted.
    async fn deliver(&self, frame: &ClientFrame) -> bool {
        insist("answer", || async { self.settled(self.shopper.try_post(frame).await, &[429]) }).await.status
            < 300
    }

    /// Somebody claims, answers and goes: resolving, releasing, or without a word.
    async fn person(&mut self) {
        let conversation = self.shopper.conversation.clone();
        let Some(held) = self.claim(&conversation).await else { return };
        let id = MessageId(unique("r"));
        let reply = serde_json::json!({"claim": held.claim, "id": id, "text": "I am here."});
        if self.call("reply", &reply).await {
            self.ledger.replied.push(id);
        }
        let last = self.dice.pick(&[(2, Some("resolve")), (1, Some("release")), (1, None)]);
        if let Some(last) = last {
            self.call(last, &serde_json::json!({"claim": held.claim})).await;
        }
    }

    async fn claim(&self, conversation: &str) -> Option<Claimed> {
        let call = unique("call");
        let person = serde_json::json!({"person": {"id": "mina", "name": "Mina"}});
        let queue = &self.shop.queue;
        let answer = insist("answer to a claim", || async {
            self.settled(queue.try_call(conversation, "claim", &person, &call).await, &[])
        });
        let answer = answer.await;
        (answer.status == 200).then(|| answer.json())
    }

    /// One call under one idempotency id, until it is answered: whether it was accepted.
    async fn call(&self, what: &str, body: &serde_json::Value) -> bool {
        let call = unique("call");
        let (queue, conversation) = (&self.shop.queue, &self.shopper.conversation);
        let answer = insist(what, || async {
            self.settled(queue.try_call(conversation, what, body, &call).await, &[])
        });
        answer.await.status < 300
    }

    /// What a client that was away gets over the socket is the end of what HTTP tells.
    async fn resume(&mut self) {
        let share = self.dice.below(100);
        insist("resumed socket", || async {
            let whole = self.shopper.try_missed(0).await.ok_or("no log")?.events;
            let after = whole.len() as u64 * share / 100;
            let mut socket =
                self.shopper.try_connect(&format!("after={after}")).await.map_err(|e| e.to_string())?;
            let rest = socket.try_missed().await.ok_or("the socket broke")?;
            crate::shopper::assert_no_gaps(&rest, after);
            let known = &whole[after as usize..];
            assert_eq!(&rest[..known.len()], known, "the socket tells another story than HTTP");
            Ok(())
        })
        .await;
    }

    /// An answer that will not change when the same is sent again; else what was wrong with it.
    fn settled(&self, answer: std::io::Result<Response>, passing: &[u16]) -> Result<Response, String> {
        let stalled = answer.as_ref().is_err_and(|e| e.kind() == ErrorKind::TimedOut);
        self.ledger.stalls.fetch_add(u64::from(stalled), Ordering::Relaxed);
        let answer = answer.map_err(|e| e.to_string())?;
        let again = answer.status >= 500 || passing.contains(&answer.status);
        if again { Err(format!("{} {}", answer.status, answer.text())) } else { Ok(answer) }
    }

    /// All faults end; waits until every escalation has arrived, and gives the final log.
    async fn settle(&self) -> Vec<Event> {
        self.receiver.up();
        self.receiver.calm();
        let started = Instant::now();
        loop {
            let log = insist("log", || async { self.shopper.try_missed(0).await.ok_or("no".to_owned()) })
                .await
                .events;
            let arrived: Vec<String> = self
                .receiver
                .attempts_of("escalation.requested")
                .iter()
                .filter(|attempt| attempt.was_accepted())
                .map(|attempt| attempt.requested().about.escalation.to_string())
                .collect();
            let all = escalations(&log).keys().all(|id| arrived.contains(id));
            if all || started.elapsed() > SETTLE {
                return log;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn fault(dice: &mut Dice) -> Answer {
    let faults: [(u64, fn() -> Answer); 6] = [
        (3, || Answer::status(500, &[])),
        (2, Answer::reset),
        (2, Answer::ok_then_reset),
        (1, || Answer::slow(Duration::from_millis(700))),
        (1, || Answer::retry_after(503, "1")),
        (1, || Answer::moved_to("http://127.0.0.1:9/")),
    ];
    dice.pick(&faults)()
}

/// Tries until it works: the edge is away now and then, and that is the point.
async fn insist<T, F, Fut>(what: &str, mut look: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, String>>,
{
    let started = Instant::now();
    let mut tries = 0;
    loop {
        match look().await {
            Ok(found) => return found,
            Err(last) => assert!(started.elapsed() < PATIENCE, "after {tries} tries no {what}: {last}"),
        }
        tries += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
