//! What the frame knows, as plain data: no DOM, no clock, no randomness, so that it is tested natively.

pub mod markdown;
