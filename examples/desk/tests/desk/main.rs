//! The desk from outside: webhooks in, the page's calls, and what reaches a scripted edge.

mod fake_edge;
mod house;

mod cases;
mod webhooks;
