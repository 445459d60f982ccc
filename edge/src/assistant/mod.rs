//! The assistant: two providers behind one shape. `help_pages` answers from the shop's own pages; `openai`
//! asks any OpenAI-compatible server. Here is all of it but the network: prompts, parsing, and the screen
//! between the model and the shopper.

pub mod help_pages;
pub mod openai;
pub mod screen;
pub mod sse;
