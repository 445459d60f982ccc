//! A rule's `when`: parsed by the `cel` crate, type-checked here against the table of facts, evaluated by
//! the `cel` crate. Whatever passes the check evaluates in bounded time, to true or false; only arithmetic
//! can still fail (overflow, division by zero), and then the rule does not hold.

mod check;
mod operators;
mod syntax;

use crate::facts::{Fact, Known, Value};
use crate::situation::Stage;
use cel::{Context, Env, Program};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

/// The longest `when`, in characters.
pub const MAX_LENGTH: usize = 1_000;
/// The deepest nesting of brackets and operators.
pub const MAX_DEPTH: usize = 40;

/// The most of a text that a decision repeats, in characters.
const MAX_SHOWN: usize = 120;

/// What is wrong with a condition, and where, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub offset: usize,
    pub message: String,
    pub suggestion: Option<String>,
}

/// A condition that has been checked.
pub struct Condition {
    program: Program,
    /// The facts that it reads, in the order of the table.
    reads: Vec<&'static Fact>,
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.reads.iter().map(|fact| fact.name())).finish()
    }
}

/// The standard functions without the macros: `has`, `all`, `map` and their like stay unknown calls, so no
/// condition can loop.
pub fn environment() -> Arc<Env> {
    Arc::new(Env::default().with_stdlib())
}

impl Condition {
    /// # Errors
    /// Everything that is wrong with the condition.
    pub fn compile(env: &Env, source: &str) -> Result<Self, Vec<Problem>> {
        syntax::check(source)?;
        let program = env.compile(source).map_err(|errors| syntax::explain(source, &errors))?;
        let reads = check::check(source, &program)?;
        Ok(Self { program, reads })
    }

    pub fn reads(&self) -> &[&'static Fact] {
        &self.reads
    }

    /// The stage at which everything that it reads is known.
    pub fn stage(&self) -> Stage {
        let late = self.reads.iter().any(|fact| fact.known == Stage::Answer);
        if late { Stage::Answer } else { Stage::Message }
    }

    /// # Errors
    /// Why it could not be judged.
    pub fn holds(&self, context: &Context<'_, '_>) -> Result<bool, String> {
        match self.program.execute(context) {
            Ok(cel::Value::Bool(holds)) => Ok(holds),
            Ok(other) => Err(format!("it came out as {other:?}, neither true nor false")),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The values of the given facts, as CEL sees them.
pub fn context(
    env: &Arc<Env>,
    known: &Known<'_>,
    facts: impl Iterator<Item = &'static Fact>,
) -> Context<'static, 'static> {
    let mut groups: BTreeMap<&'static str, HashMap<&'static str, cel::Value>> = BTreeMap::new();
    for fact in facts {
        let group = groups.entry(fact.group).or_default();
        group.entry(fact.field).or_insert_with(|| cel::Value::from(&fact.value(known)));
    }
    let mut context = Context::with_env(Arc::clone(env));
    for (name, fields) in groups {
        context.add_variable_from_value(name, fields);
    }
    context
}

/// The values of the facts that were read, for the decision. It travels and is stored, so texts are cut short.
pub fn values(known: &Known<'_>, facts: &[&'static Fact]) -> BTreeMap<String, serde_json::Value> {
    facts.iter().map(|fact| (fact.name(), serde_json::Value::from(&short(fact.value(known))))).collect()
}

/// The same in words: `customer.tier is “vip”, cart.total is 250`.
pub fn in_words(known: &Known<'_>, facts: &[&'static Fact]) -> String {
    let said = facts.iter().map(|fact| match short(fact.value(known)) {
        Value::Text(text) if text.is_empty() => format!("{} is empty", fact.name()),
        value => format!("{} is {value}", fact.name()),
    });
    said.collect::<Vec<_>>().join(", ")
}

fn short(value: Value) -> Value {
    match value {
        Value::Text(text) if text.chars().count() > MAX_SHOWN => {
            Value::Text(text.chars().take(MAX_SHOWN).chain(['…']).collect())
        }
        value => value,
    }
}

#[cfg(test)]
mod tests;
