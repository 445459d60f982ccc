//! What may happen next.

use super::world::World;
use super::*;
use crate::store::Store;
use counterbell_policy::ModelFacts;
use counterbell_protocol::agent::{Note, Replay, Transfer};
use counterbell_protocol::event::{Contact, Rating};
use counterbell_protocol::{Attachment, FileId};

#[derive(Clone, Copy, Debug)]
pub enum Step {
    Say,
    Ask,
    Withdraw,
    Contact,
    Rate,
    End,
    Attach,
    SendAgain,
    Grow,
    Finish,
    Claim,
    Renew,
    Reply,
    Note,
    Transfer,
    Release,
    Resolve,
    Answered,
    Ring,
    Seconds,
    ToTheAlarm,
    Minutes,
    Days,
    ClockBack,
    AlarmLost,
    Poke,
    Kill,
    DiskFails,
    Push,
    Replay,
    ReplayAll,
    Erase,
}

pub const STEPS: &[(u64, Step)] = &[
    (12, Step::Say),
    (12, Step::Ask),
    (4, Step::Withdraw),
    (5, Step::Contact),
    (2, Step::Rate),
    (3, Step::End),
    (2, Step::Attach),
    (5, Step::SendAgain),
    (4, Step::Grow),
    (8, Step::Finish),
    (12, Step::Claim),
    (4, Step::Renew),
    (10, Step::Reply),
    (2, Step::Note),
    (6, Step::Transfer),
    (3, Step::Release),
    (3, Step::Resolve),
    (40, Step::Answered),
    (12, Step::Ring),
    (12, Step::Seconds),
    (12, Step::ToTheAlarm),
    (6, Step::Minutes),
    (1, Step::Days),
    (1, Step::ClockBack),
    (2, Step::AlarmLost),
    (6, Step::Poke),
    (6, Step::Kill),
    (10, Step::DiskFails),
    (3, Step::Push),
    (2, Step::Replay),
    (2, Step::ReplayAll),
    (2, Step::Erase),
];

/// In place of a status: nothing more is heard of the attempt, nor recorded.
const LOST: u16 = 1;

/// Each holds a mark that nothing may hold any more once it is erased.
const TEXTS: [&str; 4] = [
    "zqx where is my parcel?",
    "zqx can I talk to a human please",
    "zqx this is the worst shop ever!!!",
    "zqx and to Norway?",
];

impl World {
    pub fn take(&mut self, step: Step) {
        match step {
            Step::Say => {
                let (id, text) = (MessageId(self.id()), self.dice.one_of(&TEXTS).to_owned());
                self.send(ClientFrame::Say { id, text, page: None });
            }
            Step::Ask => {
                let id = MessageId(self.id());
                self.send(ClientFrame::AskPerson { id });
            }
            Step::Withdraw => {
                let id = MessageId(self.id());
                self.send(ClientFrame::Withdraw { id });
            }
            Step::Contact => {
                let id = MessageId(self.id());
                let contact = Contact { reach: format!("{id}@zqx.example"), name: None };
                self.send(ClientFrame::LeaveContact { id, contact });
            }
            Step::Rate => {
                let id = MessageId(self.id());
                let rating = Rating { solved: true, comment: Some("zqx".into()) };
                self.send(ClientFrame::Rate { id, rating });
            }
            Step::End => {
                let id = MessageId(self.id());
                self.send(ClientFrame::End { id });
            }
            Step::SendAgain if !self.sent.is_empty() => self.send_again(),
            Step::Attach => self.attach(),
            Step::Grow | Step::Finish if !self.turns.is_empty() => self.write(step),
            Step::Claim => {
                let who = self.dice.one_of(&["Ada", "Bob", "Eve"]);
                let claimed = self.bench.with(|core, cx| core.claim(cx, &person(who)));
                if let Some((claimed, effects)) = self.note(claimed) {
                    self.claims.push(claimed.claim);
                    self.follow(effects);
                }
            }
            Step::Renew | Step::Reply | Step::Note | Step::Transfer | Step::Release | Step::Resolve
                if !self.claims.is_empty() =>
            {
                self.person_does(step);
            }
            Step::Answered if !self.under_way.is_empty() => self.receivers_answer(),
            Step::Ring if self.alarm_is_due() => self.ring(),
            Step::Poke => self.poke(),
            Step::Kill => self.restart(),
            Step::DiskFails => self.disk_fails(),
            Step::Push => {
                let place = usize::try_from(self.dice.below(self.views.len() as u64)).unwrap();
                std::mem::swap(&mut self.bench.view, &mut self.views[place]);
            }
            Step::Replay => {
                self.replayed = true;
                let replayed = self.bench.core.replay(self.now_ms());
                self.note(replayed);
                self.deliver();
            }
            Step::ReplayAll => {
                self.replayed = true;
                let all = Replay { all: true, ..Replay::default() };
                self.shop.ask_replay(self.now_ms(), &all).unwrap();
                self.poke();
            }
            Step::Erase if self.dice.one_in(6) => {
                let erased = self.bench.with(|core, cx| core.erase(cx));
                if let Some(effects) = self.note(erased) {
                    self.turns.clear();
                    self.follow(effects);
                }
            }
            _ => self.time_passes(step),
        }
    }

    fn time_passes(&mut self, step: Step) {
        let now = self.now_ms();
        let then = match step {
            Step::Seconds => now + self.dice.below(5_000),
            Step::ToTheAlarm => self.bench.core.store.alarm_ms.get().map_or(now, |at| at.max(now)),
            Step::Minutes => now + self.dice.below(10 * 60_000),
            Step::Days => now + self.dice.below(80 * 3_600_000),
            Step::ClockBack => {
                let back_ms = self.dice.below(3_000);
                self.set_back_ms += back_ms;
                now - back_ms
            }
            Step::AlarmLost => {
                self.bench.core.store.set_alarm(None).unwrap();
                self.alarm_lost = true;
                now
            }
            _ => now,
        };
        self.bench.now_ms.set(then);
        if self.alarm_is_due() && !self.dice.one_in(4) {
            self.ring();
        }
    }

    fn alarm_is_due(&self) -> bool {
        self.bench.core.store.alarm_ms.get().is_some_and(|at| at <= self.now_ms())
    }

    fn send(&mut self, frame: ClientFrame) {
        // As the object does it: a plan first, where there is one.
        let sent = self.bench.with(|core, cx| {
            let plan = if core.exists()? { core.plan(cx, &frame)? } else { None };
            core.receive_as_planned(cx, frame.clone(), plan.as_ref())
        });
        if let Some(effects) = self.note(sent) {
            self.sent.push(frame);
            self.follow(effects);
        }
    }

    fn send_again(&mut self) {
        let place = usize::try_from(self.dice.below(self.sent.len() as u64)).unwrap();
        let again = self.bench.send(self.sent[place].clone());
        if let Some(effects) = self.note(again) {
            self.say_unless(effects == Effects::default(), "a frame took effect twice");
        }
    }

    fn attach(&mut self) {
        let id = MessageId(self.id());
        let attachment = Attachment {
            file: FileId(self.id()),
            name: "zqx.png".into(),
            media_type: "image/png".into(),
            size_bytes: 7,
        };
        let attached = self.bench.with(|core, cx| core.attach(cx, &id, attachment));
        if let Some(effects) = self.note(attached).flatten() {
            self.follow(effects);
        }
    }

    fn write(&mut self, step: Step) {
        let place = usize::try_from(self.dice.below(self.turns.len() as u64)).unwrap();
        let text = "zqx It is on its way.".to_owned();
        if let Step::Grow = step {
            let grown = self.bench.core.grow(self.now_ms(), &self.turns[place], &text);
            self.note(grown);
            return;
        }
        let turn = self.turns.remove(place);
        let finished = self.finished(text);
        let finished = self.bench.with(|core, cx| core.finish(cx, &turn, &finished));
        if let Some(effects) = self.note(finished) {
            self.follow(effects);
        }
    }

    fn finished(&mut self, text: String) -> Finished {
        let down = ModelFacts { down: true, ..ModelFacts::default() };
        match self.dice.below(6) {
            0 => Finished { model: down, ..Finished::default() },
            1 => Finished { text, cut: true, model: down, ..Finished::default() },
            2 => Finished { claim: Some("I have refunded you.".into()), text, ..Finished::default() },
            3 => Finished { refused: true, text, ..Finished::default() },
            _ => grounded(&text),
        }
    }

    fn person_does(&mut self, step: Step) {
        // Mostly who has it now, but people come late as well.
        let late = self.dice.one_in(4);
        let any = usize::try_from(self.dice.below(self.claims.len() as u64)).unwrap();
        let claim = self.claims[if late { any } else { self.claims.len() - 1 }].clone();
        let queue = self.dice.one_of(&["default", "billing", "nobody's"]).to_owned();
        let done = match step {
            Step::Reply => return self.reply(claim),
            Step::Renew => self.bench.with(|core, cx| core.renew(cx, &claim)).map(|_| Effects::default()),
            Step::Note => self.bench.with(|core, cx| core.note(cx, &Note { claim, text: "zqx rude".into() })),
            Step::Transfer => self.bench.with(|core, cx| core.transfer(cx, &Transfer { claim, queue })),
            Step::Release => self.bench.with(|core, cx| core.release(cx, &claim)),
            _ => self.bench.with(|core, cx| core.resolve(cx, &claim)),
        };
        if let Some(effects) = self.note(done) {
            self.follow(effects);
        }
    }

    fn reply(&mut self, claim: String) {
        let again = !self.replied.is_empty() && self.dice.one_in(4);
        let (id, text) = if again {
            self.replied[usize::try_from(self.dice.below(self.replied.len() as u64)).unwrap()].clone()
        } else {
            let id = self.id();
            (id.clone(), format!("zqx reply {id}"))
        };
        let reply = Reply { claim, id: MessageId(id.clone()), text: text.clone() };
        let replied = self.bench.with(|core, cx| core.reply(cx, &reply));
        match self.note(replied) {
            Some((_, effects)) => {
                self.replied.push((id, text));
                self.follow(effects);
            }
            None => self.say_unless(again || !self.is_in_log(&id), "a refused reply was sent"),
        }
    }

    fn receivers_answer(&mut self) {
        for _ in 0..=self.dice.below(4) {
            if self.under_way.is_empty() {
                return;
            }
            let place = usize::try_from(self.dice.below(self.under_way.len() as u64)).unwrap();
            let due = self.under_way.remove(place);
            let kind = self.dice.pick(&[(60, 200), (20, 500), (3, 410), (6, 0), (4, 429), (3, LOST)]);
            match kind {
                0 => self.answer(&due, None, None),
                429 => self.answer(&due, Some(429), Some("900")),
                LOST => {}
                status => self.answer(&due, Some(status), None),
            }
        }
    }

    /// The second clock.
    fn poke(&mut self) {
        if !self.shop.take_pokes(self.now_ms()).unwrap().is_empty() {
            if self.dice.one_in(2) {
                self.restart();
            }
            self.ring();
        }
        for asked in self.shop.take_replays(self.now_ms()).unwrap() {
            let replayed = self.bench.core.replay_rows(self.now_ms(), &asked.rows);
            if self.note(replayed).is_some() {
                self.shop.replay_asked(&asked).unwrap();
                self.deliver();
            }
        }
    }

    /// One statement of whatever comes next fails.
    fn disk_fails(&mut self) {
        let step = self.dice.pick(STEPS);
        if matches!(step, Step::DiskFails | Step::Kill | Step::Poke | Step::AlarmLost) {
            return;
        }
        self.story.push(format!("{:>15} {step:?}", "failing in"));
        self.bench.core.store.fail_after.set(Some(u32::try_from(self.dice.below(60)).unwrap()));
        self.take(step);
        self.bench.core.store.fail_after.set(None);
    }
}
