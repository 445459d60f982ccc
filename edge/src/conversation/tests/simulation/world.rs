//! The world of one story: the conversation, its shop, and what is under way between them and the receivers.

use super::dice::Dice;
use super::*;
use crate::conversation::outbox::{Attempt, Due, Lane};
use crate::error::EdgeError;
use crate::shop::{Registration, Report, Shop};
use crate::store::memory::Memory;
use crate::webhook::verdict::{Verdict, verdict};

const SHOPS: [&str; 3] = [
    r#"
id = "demo"
name = "Demo"
origins = ["https://shop.example"]
[assistant]
while_waiting = true
[[targets]]
name = "desk"
url = "https://desk.example/webhook"
fallback = "https://pager.example/webhook"
[[targets]]
name = "billing"
queue = "billing"
url = "https://billing.example/webhook"
"#,
    r#"
id = "demo"
name = "Demo"
origins = ["https://shop.example"]
[hours]
timezone = "Europe/Berlin"
mon = ["09:00-18:00"]
thu = ["00:00-03:00"]
[[targets]]
name = "front"
url = "https://desk.example/webhook"
fallback = "https://pager.example/webhook"
[[targets]]
name = "second"
url = "https://second.example/webhook"
"#,
    "id = \"demo\"\nname = \"Demo\"\norigins = [\"https://shop.example\"]\n",
];

pub struct World {
    pub bench: Bench,
    pub shop: Shop<Memory>,
    pub dice: Dice,
    /// What happened, told when a check fails.
    pub story: Vec<String>,
    /// The shop's settings that are not in force.
    pub views: Vec<View>,
    pub under_way: Vec<Due>,
    pub turns: Vec<Turn>,
    /// Every claim that anybody was ever given.
    pub claims: Vec<String>,
    /// The shopper's frames that were acknowledged.
    pub sent: Vec<ClientFrame>,
    /// What people were told is sent: the reply's id and words.
    pub replied: Vec<(String, String)>,
    /// What receivers took.
    pub taken: Vec<Due>,
    /// The log as it was last seen.
    pub log: Vec<Event>,
    pub erased: bool,
    /// The platform has lost the alarm: until somebody wakes the object it is not there.
    pub alarm_lost: bool,
    /// By so much the clock was set back, all in all.
    pub set_back_ms: u64,
    /// Something was sent again by hand: what was under way then keeps its turn.
    pub replayed: bool,
    /// Receivers that answered 410 at some time.
    pub gone: Vec<Lane>,
    ids: u64,
}

impl World {
    pub fn new(mut dice: Dice) -> Self {
        let shop = Shop::new(Memory::default());
        shop.set_up(0).unwrap();
        let mut views: Vec<View> = SHOPS.iter().map(|toml| Bench::new(toml).view).collect();
        let mut bench = Bench::new(SHOP);
        let first = views.remove(usize::try_from(dice.below(2)).unwrap());
        views.push(std::mem::replace(&mut bench.view, first));
        Self {
            bench,
            shop,
            dice,
            story: vec![],
            views,
            under_way: vec![],
            turns: vec![],
            claims: vec![],
            sent: vec![],
            replied: vec![],
            taken: vec![],
            log: vec![],
            erased: false,
            alarm_lost: false,
            set_back_ms: 0,
            replayed: false,
            gone: vec![],
            ids: 0,
        }
    }

    pub fn now_ms(&self) -> u64 {
        self.bench.now_ms.get()
    }

    pub fn id(&mut self) -> String {
        self.ids += 1;
        format!("f{}", self.ids)
    }

    /// Refusals are part of the story, and so is a disk that fails where it was made to.
    pub fn note<T>(&mut self, done: Result<T>) -> Option<T> {
        match done {
            Ok(done) => Some(done),
            Err(error) => {
                self.note_refusal(&error);
                None
            }
        }
    }

    fn note_refusal(&mut self, error: &EdgeError) {
        let injected = error.inside.as_deref() == Some("injected");
        assert!(error.status < 500 || injected, "{error:?}\n{}", self.story.join("\n"));
        self.story.push(format!("{:>15} {}", "refused", error.code));
    }

    /// What the object does after a commit.
    pub fn follow(&mut self, effects: Effects) {
        self.turns.extend(effects.answer);
        self.erased |= effects.erased;
        if effects.deliver {
            self.deliver();
        }
    }

    /// Starts every attempt that is due.
    pub fn deliver(&mut self) {
        while let Some(due) = self.bench.core.take_due(self.now_ms()).ok().flatten() {
            self.check_order(&due);
            self.under_way.push(due);
        }
    }

    pub fn ring(&mut self) {
        self.deliver();
        let (effects, done) = self.bench.with(|core, cx| core.tick(cx));
        self.follow(effects);
        self.note(done);
        if self.bench.core.files_due(self.now_ms()).unwrap_or(false) && self.dice.one_in(2) {
            let gone = self.bench.core.files_are_gone();
            self.note(gone);
        }
    }

    /// The process dies and comes back: nothing but the store is left.
    pub fn restart(&mut self) {
        self.turns.clear();
        for due in std::mem::take(&mut self.under_way) {
            // Some had arrived, and nobody knows.
            if self.dice.one_in(2) {
                self.arrive(&due);
            }
        }
        let store = std::mem::take(&mut self.bench.core.store);
        self.bench.core = Conversation::new(store, self.now_ms()).unwrap();
        self.bench.core.wake(self.now_ms()).unwrap();
        self.alarm_lost = false;
    }

    /// A receiver has it in its hands, or the shop's object has stored it.
    fn arrive(&mut self, due: &Due) {
        match due.lane {
            Lane::Shop => {
                let told: Registration = serde_json::from_str(&due.body).unwrap();
                self.shop.register(self.now_ms(), &told).unwrap();
            }
            Lane::Reports => {
                let report: Report = serde_json::from_str(&due.body).unwrap();
                self.shop.take_report(self.now_ms(), &report).unwrap();
            }
            _ => self.taken.push(due.clone()),
        }
    }

    /// An attempt ends with this answer.
    pub fn answer(&mut self, due: &Due, status: Option<u16>, retry_after: Option<&str>) {
        let ours = matches!(due.lane, Lane::Shop | Lane::Reports);
        let status = if ours && status == Some(410) { Some(500) } else { status };
        let verdict = verdict(status, retry_after, self.now_ms());
        let attempt =
            Attempt { at_ms: self.now_ms(), duration_ms: 0, status, error: None, answer: None, verdict };
        if verdict == Verdict::Accepted {
            self.arrive(due);
        }
        if verdict == Verdict::Gone {
            self.gone.push(due.lane.clone());
            let gone = self.bench.with(|core, cx| core.target_gone(cx, due, &attempt));
            if let Some(effects) = self.note(gone) {
                self.follow(effects);
            }
        } else {
            let recorded = self.bench.core.record_attempt(due, &attempt, 0.5);
            self.note(recorded);
        }
        self.deliver();
    }
}
