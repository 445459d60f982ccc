//! A shop's rules, read once: what is wrong is said then, so that nothing can go wrong later.

use crate::condition::{self, Condition};
use crate::per_language::PerLanguage;
use crate::reason::{BuiltinSettings, Reason};
use crate::situation::Stage;
use cel::Env;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// The most rules that a shop may have.
pub const MAX_RULES: usize = 200;
/// The longest text of a rule to the shopper, in characters.
pub const MAX_TEXT: usize = 2_000;

/// One `[[rules]]` entry as it was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleSource {
    pub name: String,
    /// A CEL expression over the facts of `FACTS.md`.
    pub when: String,
    pub then: Then,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The share of conversations that the rule applies to, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<f64>,
}

fn yes() -> bool {
    true
}

/// What follows when a rule holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    Handoff {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<String>,
        #[serde(default)]
        priority: i32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<PerLanguage>,
    },
    Offer {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<PerLanguage>,
    },
    Answer {
        text: PerLanguage,
    },
    Block {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<PerLanguage>,
    },
    Tag {
        tag: String,
    },
}

/// What is wrong with a rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// Which of the sources, from 0.
    pub index: usize,
    pub part: Part,
    /// Where in that part, in bytes.
    pub offset: usize,
    pub message: String,
    pub suggestion: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Rule,
    Name,
    When,
    Then,
    Sample,
}

impl RuleProblem {
    fn new(index: usize, part: Part, message: &str) -> Self {
        Self { index, part, offset: 0, message: message.to_owned(), suggestion: None }
    }

    fn in_when(index: usize, found: condition::Problem) -> Self {
        let condition::Problem { offset, message, suggestion } = found;
        Self { index, part: Part::When, offset, message, suggestion }
    }
}

/// Rules that can be asked and cannot fail.
pub struct Rules {
    pub(crate) builtins: BuiltinSettings,
    /// The enabled ones, in the order of the file.
    pub(crate) rules: Vec<Rule>,
    pub(crate) env: Arc<Env>,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub source: RuleSource,
    pub when: Condition,
}

impl Rules {
    /// # Errors
    /// Everything that is wrong with any of the rules.
    pub fn compile(sources: &[RuleSource], builtins: &BuiltinSettings) -> Result<Self, Vec<RuleProblem>> {
        let env = condition::environment();
        let mut problems = Vec::new();
        let mut rules = Vec::new();
        let mut names = BTreeSet::new();
        for (index, source) in sources.iter().enumerate() {
            if index == MAX_RULES {
                problems.push(RuleProblem::new(index, Part::Rule, "a shop has at most 200 rules"));
                break;
            }
            let plain = plain_problems(source).into_iter();
            problems.extend(plain.map(|(part, message)| RuleProblem::new(index, part, message)));
            if !names.insert(source.name.as_str()) {
                problems.push(RuleProblem::new(index, Part::Name, "another rule has this name"));
            }
            match Condition::compile(&env, &source.when) {
                Ok(when) if source.enabled => rules.push(Rule { source: source.clone(), when }),
                Ok(_) => {}
                Err(found) => {
                    problems.extend(found.into_iter().map(|found| RuleProblem::in_when(index, found)))
                }
            }
        }
        if problems.is_empty() { Ok(Self { builtins: builtins.clone(), rules, env }) } else { Err(problems) }
    }

    /// When the rule of this name is judged; `None` if there is none, or if it is switched off.
    pub fn stage_of(&self, name: &str) -> Option<Stage> {
        self.rules.iter().find(|rule| rule.source.name == name).map(|rule| rule.when.stage())
    }
}

/// Only the built-in reasons, as they are.
impl Default for Rules {
    fn default() -> Self {
        Self { builtins: BuiltinSettings::new(), rules: Vec::new(), env: condition::environment() }
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules").field("builtins", &self.builtins).field("rules", &self.rules).finish()
    }
}

/// What is wrong apart from the condition.
fn plain_problems(source: &RuleSource) -> Vec<(Part, &'static str)> {
    let mut problems = Vec::new();
    if source.name.trim().is_empty() || source.name.chars().count() > 80 {
        problems.push((Part::Name, "a name has 1 to 80 characters"));
    } else if source.name == "none" || Reason::from_name(&source.name).is_some() {
        problems.push((Part::Name, "a built-in reason has this name; choose another one"));
    }
    if source.sample.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
        problems.push((Part::Sample, "a share is between 0 and 1"));
    }
    let texts: Vec<&String> = match &source.then {
        Then::Handoff { message, .. } | Then::Offer { message } | Then::Block { message } => {
            message.iter().flat_map(PerLanguage::all).collect()
        }
        Then::Answer { text } => text.all().collect(),
        Then::Tag { tag } => vec![tag],
    };
    if texts.iter().any(|text| text.trim().is_empty()) {
        problems.push((Part::Then, "the text is empty"));
    }
    if texts.iter().any(|text| text.chars().count() > MAX_TEXT) {
        problems.push((Part::Then, "a text has at most 2000 characters"));
    }
    problems
}
