//! What a page of the desk is shown. Claims and keys stay behind: a page learns only that it is "mine".

use crate::board::Board;
use crate::case::{Case, End, Stage};
use crate::staff::Staff;
use counterbell_protocol::agent::{Customer, Person, WrittenNote};
use counterbell_protocol::event::{Contact, Event, Rating};
use counterbell_protocol::socket::Page;
use counterbell_protocol::webhook::Line;
use serde::Serialize;
use std::cmp::Reverse;

/// In characters: two lines of the list.
const LONGEST_SUMMARY: usize = 160;

/// One message on the page's socket.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Out<'a> {
    Board { me: &'a Person, on_duty: bool, now_ms: u64, people: Vec<Colleague>, rows: Vec<Row<'a>> },
    Row(Row<'a>),
    Case(Box<Full<'a>>),
    Typing { conversation: &'a str },
}

#[derive(Serialize)]
pub struct Colleague {
    name: String,
    on_duty: bool,
}

/// A line of the list.
#[derive(Serialize)]
pub struct Row<'a> {
    conversation: &'a str,
    queue: &'a str,
    priority: i32,
    reason: Option<&'a str>,
    rule: Option<&'a str>,
    /// What the shopper said last, shortened.
    summary: String,
    language: Option<&'a str>,
    customer: Option<&'a str>,
    tier: Option<&'a str>,
    since_ms: u64,
    deadline_ms: u64,
    overdue: bool,
    callback: bool,
    stage: &'static str,
    /// Who holds it, or how it ended.
    who: Option<&'a str>,
}

/// The open case.
#[derive(Serialize)]
pub struct Full<'a> {
    row: Row<'a>,
    contact: Option<&'a Contact>,
    rating: Option<&'a Rating>,
    customer: Option<&'a Customer>,
    page: Option<&'a Page>,
    notes: &'a [WrittenNote],
    events: Vec<&'a Event>,
    /// From the webhook: only while the log itself has not arrived.
    lines: &'a [Line],
}

impl<'a> Out<'a> {
    pub fn board(me: &'a Person, staff: &Staff, board: &'a Board, now_ms: u64) -> Self {
        let people = staff.here().into_iter().map(|(name, on_duty)| Colleague { name, on_duty }).collect();
        let mut cases: Vec<&Case> = board.cases().collect();
        cases.sort_by_key(|case| (Reverse(case.priority), case.since_ms));
        let rows = cases.into_iter().map(|case| Row::of(case, &me.id)).collect();
        Self::Board { me, on_duty: staff.is_on_duty(&me.id), now_ms, people, rows }
    }

    pub fn case(case: &'a Case, me: &str) -> Self {
        Self::Case(Box::new(Full {
            row: Row::of(case, me),
            contact: case.contact.as_ref(),
            rating: case.rating.as_ref(),
            customer: case.customer.as_ref(),
            page: case.page.as_ref(),
            notes: &case.notes,
            events: case.log.values().collect(),
            lines: if case.log.is_empty() { &case.lines } else { &[] },
        }))
    }
}

impl<'a> Row<'a> {
    pub fn of(case: &'a Case, me: &str) -> Self {
        let (stage, who) = standing(case, me);
        Self {
            conversation: case.conversation.as_str(),
            queue: &case.queue,
            priority: case.priority,
            reason: case.reason.as_ref().map(|reason| reason.words.as_str()),
            rule: case.reason.as_ref().map(|reason| reason.rule.as_str()),
            summary: case.last_words().chars().take(LONGEST_SUMMARY).collect(),
            language: case.language.as_deref(),
            customer: case.customer.as_ref().and_then(|c| c.name.as_deref()),
            tier: case.customer.as_ref().and_then(|c| c.tier.as_deref()),
            since_ms: case.since_ms,
            deadline_ms: case.deadline_ms,
            overdue: case.overdue,
            callback: case.contact.is_some(),
            stage,
            who,
        }
    }
}

fn standing<'a>(case: &'a Case, me: &str) -> (&'static str, Option<&'a str>) {
    match &case.stage {
        Stage::Waiting => ("waiting", None),
        Stage::Held(hold) if hold.by.id == me => ("mine", Some(&hold.by.name)),
        Stage::Held(hold) => ("held", Some(&hold.by.name)),
        Stage::Elsewhere { name } => ("held", name.as_deref()),
        Stage::Done { how, .. } => ("done", Some(ending(*how))),
    }
}

fn ending(how: End) -> &'static str {
    match how {
        End::Resolved => "resolved",
        End::Withdrawn => "withdrawn",
        End::Released => "released",
        End::Closed => "closed",
    }
}
