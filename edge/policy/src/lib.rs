//! Facts to decision: the handoff rules and the detectors behind them. Pure: no IO, no clock, no randomness.

pub mod detect;
