//! What a person may do: claim, renew, reply, note, transfer, release, resolve. A claim is a lease; its
//! token is the owner's token, and whoever does not hold it is refused.

use super::{Context, Conversation, Effects, change, log};
use crate::error::{EdgeError, Result};
use crate::store::Store;
use crate::webhook::payload;
use counterbell_owner::{Held, State, Waiting};
use counterbell_protocol::agent::{Claimed, Lease, Note, Person, Replied, Reply, Transfer, WrittenNote};
use counterbell_protocol::event::{Author, OwnerCause};
use counterbell_protocol::webhook::What;
use counterbell_protocol::{Event, EventBody, MAX_TEXT_BYTES, Message, Owner};
use subtle::ConstantTimeEq;

impl<S: Store> Conversation<S> {
    /// One person gets it; the other is told who has it. Who has it already gets the same claim again.
    pub fn claim(&self, cx: &Context, person: &Person) -> Result<(Claimed, Effects)> {
        check_person(person)?;
        self.step(|| {
            let lapsed = self.lapse(cx)?;
            let (held, effects) = match self.state()? {
                State::Waiting(waiting) => self.take(cx, waiting, person)?,
                State::Person(held) if held.person.id == person.id => (held, Effects::default()),
                State::Person(_) => {
                    return Err(EdgeError::conflict("held", "Somebody else has this conversation."));
                }
                State::Assistant(_) | State::Closed(_) => {
                    let detail = "This conversation does not wait for a person.";
                    return Err(EdgeError::conflict("not_waiting", detail));
                }
            };
            Ok((self.claimed(cx, &held), lapsed.and(effects)))
        })
    }

    fn take(&self, cx: &Context, waiting: Waiting, person: &Person) -> Result<(Held, Effects)> {
        let before = self.supersede(cx)?;
        let held = waiting.claim(person.clone(), (cx.fresh_id)(), self.lease_end_ms(cx));
        let state = State::Person(held.clone());
        let event = self.become_state(cx, &state, change(&state, OwnerCause::Claimed))?;
        if let Some(escalation) = self.escalation(&held.escalation)? {
            self.register(cx, &escalation, Owner::Person, Some(person.name.clone()))?;
        }
        let effects = Effects { events: vec![event], deliver: true, ..Effects::default() };
        Ok((held, before.and(effects)))
    }

    /// Who has it now, for the one who came too late.
    pub fn held_by(&self) -> Result<Option<Person>> {
        Ok(self.state()?.held().map(|held| held.person.clone()))
    }

    /// A sign of life.
    pub fn renew(&self, cx: &Context, claim: &str) -> Result<Lease> {
        self.step(|| {
            let held = self.holder(cx, claim)?.renew(self.lease_end_ms(cx));
            self.store_held(&held)?;
            Ok(self.lease(cx, &held))
        })
    }

    pub fn reply(&self, cx: &Context, reply: &Reply) -> Result<(Replied, Effects)> {
        check_text(&reply.text)?;
        if !reply.id.is_well_formed() {
            return Err(EdgeError::bad_request("bad_id", "A reply's id is 1 to 64 of A–Z a–z 0–9 _ -."));
        }
        self.step(|| {
            if let Some((seq, text)) = self.replied(reply)? {
                if text != reply.text {
                    let detail = "This id was used for another reply. Nothing was sent.";
                    return Err(EdgeError::new(422, "id_reused", detail));
                }
                return Ok((Replied { seq }, Effects::default()));
            }
            let held = self.holder(cx, &reply.claim)?.renew(self.lease_end_ms(cx));
            self.store_held(&held)?;
            let message = Message {
                id: reply.id.clone(),
                from: Author::Person,
                text: reply.text.clone(),
                name: Some(held.person.name),
                sources: Vec::new(),
                cut: false,
                attachment: None,
            };
            let event = log::append(&self.store, cx.now_ms, EventBody::Message(message))?;
            let seq = event.seq;
            Ok((Replied { seq }, Effects { events: vec![event], ..Effects::default() }))
        })
    }

    /// For people only: it is kept beside the log, not in it.
    pub fn note(&self, cx: &Context, note: &Note) -> Result<Effects> {
        check_text(&note.text)?;
        self.step(|| {
            let by = self.holder(cx, &note.claim)?.person.name;
            let sql = "INSERT INTO note (at_ms, author, text) VALUES (?, ?, ?)";
            self.store.run(sql, &[cx.now_ms.into(), by.as_str().into(), note.text.as_str().into()])?;
            let note = WrittenNote { at_ms: cx.now_ms, by, text: note.text.clone() };
            Ok(Effects { notes: vec![note], ..Effects::default() })
        })
    }

    /// To another queue, at the same place in time.
    pub fn transfer(&self, cx: &Context, transfer: &Transfer) -> Result<Effects> {
        let named = !transfer.queue.is_empty() && transfer.queue.len() <= 64;
        if !named {
            return Err(EdgeError::bad_request("bad_queue", "Name the queue to transfer to."));
        }
        self.step(|| {
            let held = self.holder(cx, &transfer.claim)?;
            self.back_to_queue(cx, held, OwnerCause::Transferred, Some(&transfer.queue))
        })
    }

    /// Back to the assistant.
    pub fn release(&self, cx: &Context, claim: &str) -> Result<Effects> {
        self.step(|| {
            let held = self.holder(cx, claim)?;
            let escalation = held.escalation.clone();
            let state = State::Assistant(held.release());
            let event = self.become_state(cx, &state, change(&state, OwnerCause::Released))?;
            self.close_escalation(cx, &escalation, Owner::Assistant)?;
            Ok(Effects { events: vec![event], deliver: true, ..Effects::default() })
        })
    }

    pub fn resolve(&self, cx: &Context, claim: &str) -> Result<Effects> {
        self.step(|| {
            let held = self.holder(cx, claim)?;
            let escalation = held.escalation.clone();
            let state = State::Closed(held.resolve());
            let event = self.become_state(cx, &state, change(&state, OwnerCause::Resolved))?;
            let what = What::Closed(payload::about(&self.about()?, &escalation));
            self.tell(cx, &escalation, &payload::now(cx.now_ms, what))?;
            self.close_escalation(cx, &escalation, Owner::Closed)?;
            Ok(Effects { events: vec![event], deliver: true, ..Effects::default() })
        })
    }

    /// Is `claim` the token of the person who holds this conversation now?
    pub fn check_holder(&self, cx: &Context, claim: &str) -> Result<()> {
        self.holder(cx, claim).map(|_| ())
    }

    fn holder(&self, cx: &Context, claim: &str) -> Result<Held> {
        match self.state()? {
            State::Person(held)
                if held.expires_at_ms > cx.now_ms
                    && bool::from(held.claim.as_bytes().ct_eq(claim.as_bytes())) =>
            {
                Ok(held)
            }
            _ => Err(EdgeError::conflict(
                "claim_lapsed",
                "This claim no longer holds the conversation. Nothing was sent.",
            )),
        }
    }

    fn store_held(&self, held: &Held) -> Result<()> {
        let state = crate::store::json(&State::Person(held.clone()))?;
        self.change_head("UPDATE conversation SET state = ?", state)
    }

    fn replied(&self, reply: &Reply) -> Result<Option<(u64, String)>> {
        let sql = "SELECT seq, json_extract(body, '$.text') FROM log WHERE json_extract(body, '$.type') = 'message' \
                   AND json_extract(body, '$.from') = 'person' AND json_extract(body, '$.id') = ?";
        let row = self.store.row(sql, &[reply.id.as_str().into()])?;
        row.map(|row| Ok((row.count(0)?, row.text(1)?))).transpose()
    }

    fn lease_end_ms(&self, cx: &Context) -> u64 {
        cx.now_ms + lease_ms(cx)
    }

    fn lease(&self, cx: &Context, held: &Held) -> Lease {
        Lease { expires_at_ms: held.expires_at_ms, lease_ms: lease_ms(cx) }
    }

    fn claimed(&self, cx: &Context, held: &Held) -> Claimed {
        Claimed {
            claim: held.claim.clone(),
            escalation: held.escalation.clone(),
            lease: self.lease(cx, held),
        }
    }
}

/// Reading for the agent API.
impl<S: Store> Conversation<S> {
    pub fn notes(&self) -> Result<Vec<WrittenNote>> {
        let rows = self.store.rows("SELECT at_ms, author, text FROM note ORDER BY rowid", &[])?;
        rows.iter()
            .map(|row| Ok(WrittenNote { at_ms: row.count(0)?, by: row.text(1)?, text: row.text(2)? }))
            .collect()
    }

    pub fn events_after(&self, seq: u64) -> Result<Vec<Event>> {
        log::after(&self.store, seq)
    }
}

fn lease_ms(cx: &Context) -> u64 {
    u64::from(cx.shop.settings.handoff.lease_s) * 1_000
}

fn check_text(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(EdgeError::bad_request("empty", "A message needs at least one character."));
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(EdgeError::new(413, "too_long", format!("At most {MAX_TEXT_BYTES} bytes.")));
    }
    Ok(())
}

fn check_person(person: &Person) -> Result<()> {
    let fine = |text: &str| !text.trim().is_empty() && text.len() <= 80;
    if fine(&person.id) && fine(&person.name) {
        Ok(())
    } else {
        Err(EdgeError::bad_request("bad_person", "A person has an id and a name of 1 to 80 bytes."))
    }
}
