//! The harness tested on itself: a fault that the harness cannot play, no test can see.

mod browser;
mod receiver;
mod upstream;
