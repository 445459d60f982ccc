//! What goes out to the human queue: its shape, its signature, and what an answer means. Sending itself is
//! the shell's.

pub mod payload;
pub mod shape;
pub mod sign;
pub mod verdict;
