//! The facts that a rule may read. One table gives the names, the types, the text of `FACTS.md`, the values
//! of a decision, and what a replayed dialogue may set.

mod given;
mod known;
mod markdown;
mod table;
mod value;

pub use given::{FactProblem, Given};
pub use known::Known;
pub use markdown::markdown;
pub(crate) use table::thousandths;
pub use table::{FACTS, GROUPS};
pub use value::{Type, Value};

use crate::names;
use crate::situation::Stage;

/// One thing that is known, e.g. `message.anger`.
#[derive(Debug)]
pub struct Fact {
    pub group: &'static str,
    pub field: &'static str,
    pub kind: Type,
    /// From when on it is known. A rule is judged at the latest stage of the facts it reads.
    pub known: Stage,
    pub doc: &'static str,
    pub(crate) get: fn(&Known<'_>) -> Value,
    pub(crate) give: Option<given::Give>,
}

/// What the facts of a group have in common.
#[derive(Debug)]
pub struct Group {
    pub name: &'static str,
    pub doc: &'static str,
}

impl Fact {
    pub fn name(&self) -> String {
        format!("{}.{}", self.group, self.field)
    }

    pub fn value(&self, known: &Known<'_>) -> Value {
        (self.get)(known)
    }
}

/// The fact of this name, e.g. `customer.tier`.
pub fn find(group: &str, field: &str) -> Option<&'static Fact> {
    FACTS.iter().find(|fact| fact.group == group && fact.field == field)
}

/// The fact that was probably meant.
pub fn closest(group: &str, field: &str) -> Option<String> {
    let in_group = FACTS.iter().filter(|fact| fact.group == group).map(|fact| fact.field);
    if let Some(field) = names::closest(field, in_group) {
        return Some(format!("{group}.{field}"));
    }
    let wanted = format!("{group}.{field}");
    let all: Vec<String> = FACTS.iter().map(Fact::name).collect();
    names::closest(&wanted, all.iter().map(String::as_str)).map(str::to_owned)
}
