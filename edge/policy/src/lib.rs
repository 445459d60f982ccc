//! Facts to decision: who speaks next, and why.
//!
//! [`decide()`] is total and pure: no IO, no clock, no randomness. The same [`Rules`] and [`Situation`] give
//! the same [`Decision`], byte for byte, natively, in WASM, on the command line and at the edge.
//! This crate knows nothing of Workers, HTTP, TOML or the widget.

mod condition;
pub mod decide;
pub mod decision;
pub mod delivery;
pub mod detect;
pub mod facts;
pub mod names;
pub mod per_language;
pub mod reason;
pub mod replay;
pub mod rules;
pub mod sample;
pub mod situation;

pub use decide::decide;
pub use decision::{Action, Decision, RunnerUp, Score};
pub use per_language::PerLanguage;
pub use reason::{BuiltinChange, BuiltinSettings, Reason};
pub use rules::{Part, RuleProblem, RuleSource, Rules, Then};
pub use situation::{
    AnswerFacts, CartFacts, Claimed, CustomerFacts, ModelFacts, OrderFacts, PageFacts, PeopleFacts, Role,
    Situation, Stage, Turn, Verified,
};
