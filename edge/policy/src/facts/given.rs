//! Facts that a dialogue file states: `{"customer": {"verified": true, "tier": "vip"}}`, or with dots.

use super::{FACTS, Fact, closest, find};
use crate::situation::Situation;
use serde_json::{Map, Value};
use std::fmt;

/// How a stated value enters a situation.
#[derive(Clone, Copy, Debug)]
pub enum Give {
    Bool(fn(&mut Situation, bool)),
    Int(fn(&mut Situation, i64)),
    Number(fn(&mut Situation, f64)),
    Text(fn(&mut Situation, String)),
}

/// Stated facts, checked against the table.
#[derive(Clone, Debug, Default)]
pub struct Given(Vec<(&'static Fact, Value)>);

/// Why a stated fact cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactProblem(pub String);

impl fmt::Display for FactProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Given {
    /// # Errors
    /// The first fact that is unknown, of the wrong type, or computed from the text.
    pub fn read(facts: &Map<String, Value>) -> Result<Self, FactProblem> {
        let mut given = Vec::new();
        for (name, value) in facts {
            match (name.split_once('.'), value) {
                (Some((group, field)), value) => given.push((stated(group, field, value)?, value.clone())),
                (None, Value::Object(fields)) => {
                    for (field, value) in fields {
                        given.push((stated(name, field, value)?, value.clone()));
                    }
                }
                (None, _) => return Err(FactProblem(format!("`{name}` is no fact: write `group.fact`"))),
            }
        }
        // In the table's order, so that `verified` is settled before what depends on it.
        given.sort_by_key(|(fact, _)| FACTS.iter().position(|known| std::ptr::eq(known, *fact)));
        Ok(Self(given))
    }

    /// Puts them into a situation.
    pub fn apply(&self, situation: &mut Situation) {
        for (fact, value) in &self.0 {
            match (fact.give, value) {
                (Some(Give::Bool(give)), Value::Bool(value)) => give(situation, *value),
                (Some(Give::Int(give)), Value::Number(value)) => give(situation, value.as_i64().unwrap_or(0)),
                (Some(Give::Number(give)), Value::Number(value)) => {
                    give(situation, value.as_f64().unwrap_or(0.0));
                }
                (Some(Give::Text(give)), Value::String(value)) => give(situation, value.clone()),
                _ => {}
            }
        }
    }
}

fn stated(group: &str, field: &str, value: &Value) -> Result<&'static Fact, FactProblem> {
    let Some(fact) = find(group, field) else {
        let meant = closest(group, field).map(|name| format!(", did you mean `{name}`?")).unwrap_or_default();
        return Err(FactProblem(format!("unknown fact `{group}.{field}`{meant}")));
    };
    let fits = match (fact.give, value) {
        (None, _) => {
            return Err(FactProblem(format!("`{group}.{field}` is worked out and cannot be stated")));
        }
        (Some(Give::Bool(_)), Value::Bool(_))
        | (Some(Give::Number(_)), Value::Number(_))
        | (Some(Give::Text(_)), Value::String(_)) => true,
        (Some(Give::Int(_)), Value::Number(number)) => number.is_i64(),
        _ => false,
    };
    if fits {
        Ok(fact)
    } else {
        Err(FactProblem(format!("`{group}.{field}` is a {}, not {value}", fact.kind.name())))
    }
}

#[cfg(test)]
mod tests {
    use super::Given;
    use crate::situation::Situation;
    use serde_json::{Value, json};

    fn read(facts: Value) -> Result<Situation, String> {
        let given = Given::read(facts.as_object().unwrap()).map_err(|problem| problem.to_string())?;
        let mut situation = Situation::default();
        given.apply(&mut situation);
        Ok(situation)
    }

    #[test]
    fn nested_and_dotted_names_say_the_same() {
        let nested = read(json!({"customer": {"tier": "vip", "verified": true}, "cart": {"total": 12}}));
        let dotted = read(json!({"customer.tier": "vip", "customer.verified": true, "cart.total": 12.0}));
        assert_eq!(nested, dotted);
        assert_eq!(nested.unwrap().customer.unwrap().0.tier, "vip");
    }

    #[test]
    fn a_tier_without_proof_is_not_kept() {
        assert_eq!(read(json!({"customer": {"tier": "vip"}})).unwrap().customer, None);
        assert_eq!(read(json!({"order": {"total": 900.0}})).unwrap().order, None);
    }

    #[test]
    fn what_cannot_be_taken_is_named() {
        for (facts, expected) in [
            (
                json!({"customer": {"teir": "vip"}}),
                "unknown fact `customer.teir`, did you mean `customer.tier`?",
            ),
            (json!({"cart.items": "two"}), "`cart.items` is a whole number, not \"two\""),
            (json!({"cart.items": 1.5}), "`cart.items` is a whole number, not 1.5"),
            (json!({"message.anger": true}), "`message.anger` is worked out and cannot be stated"),
            (json!({"vip": true}), "`vip` is no fact: write `group.fact`"),
        ] {
            assert_eq!(read(facts).unwrap_err(), expected);
        }
    }
}
