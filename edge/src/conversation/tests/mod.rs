//! The conversation, natively: real SQL in memory, a clock that is set by hand, and faults on demand.

mod attach;
mod changes;
mod clock;
mod delivery;
mod erase;
mod fallback;
mod lanes;
mod owner;
mod plan;
mod repeat;
mod report;
mod simulation;
mod told;
mod turns;
mod waiting;

use super::answer::Finished;
use super::outbox::Lane;
use super::read::DeliveryRecord;
use super::{About, Context, Conversation, Effects, Turn};
use crate::error::Result;
use crate::shop::{Secrets, View};
use crate::store::memory::Memory;
use counterbell_protocol::agent::{Claimed, Person, Reply};
use counterbell_protocol::socket::Page;
use counterbell_protocol::{ClientFrame, ConversationId, Event, EventBody, MessageId, Owner, ShopId};
use counterbell_shop::Settings;
use std::cell::Cell;

pub const SHOP: &str = r#"
id = "demo"
name = "Demo"
origins = ["https://shop.example"]

[handoff]
deadline_s = 180
lease_s = 60

[[targets]]
url = "https://desk.example/webhook"
fallback = "https://pager.example/webhook"
"#;

/// One conversation with its shop and its clock.
pub struct Bench {
    pub core: Conversation<Memory>,
    pub view: View,
    pub now_ms: Cell<u64>,
    ids: Cell<u32>,
}

impl Bench {
    pub fn new(toml: &str) -> Self {
        let settings = Settings::parse(toml).unwrap_or_else(|problems| panic!("{problems:?}")).settings;
        let rules = settings.rules().unwrap();
        let view = View {
            shop: ShopId::new("demo"),
            version: 1,
            settings,
            rules,
            secrets: Secrets::default(),
            edge: "https://edge.example".into(),
            help_passages: 0,
            people: None,
            allow_loopback: false,
        };
        let core = Conversation::new(Memory::default(), 0).unwrap();
        let bench = Self { core, view, now_ms: Cell::new(1_000_000), ids: Cell::new(0) };
        let about = About {
            shop: ShopId::new("demo"),
            id: ConversationId::new("c1"),
            language: Some("en".into()),
            page: None,
            customer: None,
        };
        bench.with(|core, cx| core.open(cx, &about)).unwrap();
        bench
    }

    pub fn with<T>(&self, work: impl FnOnce(&Conversation<Memory>, &Context) -> T) -> T {
        let fresh_id = || {
            self.ids.set(self.ids.get() + 1);
            format!("id{}", self.ids.get())
        };
        work(&self.core, &Context { now_ms: self.now_ms.get(), fresh_id: &fresh_id, shop: &self.view })
    }

    pub fn pass_ms(&self, ms: u64) {
        self.now_ms.set(self.now_ms.get() + ms);
    }

    pub fn send(&self, frame: ClientFrame) -> Result<Effects> {
        self.with(|core, cx| core.receive(cx, frame))
    }

    pub fn say(&self, id: &str, text: &str) -> Effects {
        self.send(say(id, text)).unwrap()
    }

    pub fn ask_person(&self) -> Effects {
        self.send(ClientFrame::AskPerson { id: MessageId(format!("ask{}", self.ids.get())) }).unwrap()
    }

    pub fn finish(&self, turn: &Turn, finished: &Finished) -> Effects {
        self.with(|core, cx| core.finish(cx, turn, finished)).unwrap()
    }

    pub fn claim(&self, who: &str) -> Result<Claimed> {
        self.with(|core, cx| core.claim(cx, &person(who))).map(|(claimed, _)| claimed)
    }

    pub fn reply(&self, claim: &str, id: &str, text: &str) -> Result<u64> {
        let reply = Reply { claim: claim.into(), id: MessageId::new(id), text: text.into() };
        self.with(|core, cx| core.reply(cx, &reply)).map(|(replied, _)| replied.seq)
    }

    pub fn tick(&self) -> Effects {
        let (effects, done) = self.with(|core, cx| core.tick(cx));
        done.unwrap();
        effects
    }

    pub fn owner(&self) -> Owner {
        self.core.state().unwrap().owner()
    }

    pub fn epoch(&self) -> u64 {
        self.core.state().unwrap().epoch()
    }

    pub fn log(&self) -> Vec<Event> {
        self.core.events_after(0).unwrap()
    }

    /// The kinds and ids in the outbox, without what goes to the shop's own object.
    pub fn outbox(&self) -> Vec<String> {
        let deliveries = self.core.deliveries().unwrap();
        let for_webhooks = |row: &DeliveryRecord| !matches!(row.lane, Lane::Shop | Lane::Reports);
        deliveries.into_iter().filter(for_webhooks).map(|row| row.kind).collect()
    }
}

pub fn say(id: &str, text: &str) -> ClientFrame {
    ClientFrame::Say { id: MessageId::new(id), text: text.into(), page: None }
}

pub fn person(who: &str) -> Person {
    Person { id: who.to_lowercase(), name: who.into() }
}

pub fn texts(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .filter_map(|event| match &event.event {
            EventBody::Message(message) => Some(message.text.clone()),
            _ => None,
        })
        .collect()
}

/// The types of the events, in order.
pub fn kinds(events: &[Event]) -> Vec<String> {
    let kind =
        |event: &Event| serde_json::to_value(&event.event).unwrap()["type"].as_str().unwrap().to_owned();
    events.iter().map(kind).collect()
}

pub fn grounded(text: &str) -> Finished {
    Finished { text: text.into(), grounded: true, ..Finished::default() }
}
