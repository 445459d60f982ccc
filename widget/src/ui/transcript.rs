//! Taking the conversation elsewhere: to the clipboard, into a file, into a window of its own.

use super::line::author;
use crate::app::App;
use crate::browser::{self, store::Session};
use crate::leptos::WithUntracked;
use crate::state::What;
use crate::wire;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::spawn_local;

pub fn copy(app: App, text: &str) {
    let writing = browser::copy(text);
    spawn_local(async move {
        let key = if JsFuture::from(writing).await.is_ok() { "copied" } else { "copy_failed" };
        browser::say("polite", &app.t(key));
    });
}

/// As plain text: who, when, what.
pub fn download(app: App) {
    browser::save(&[&*app.inner().config.shop, ".txt"].concat(), &transcript(app));
}

fn transcript(app: App) -> String {
    let language = app.language();
    let entries: Vec<_> = app.chat.with_untracked(|chat| chat.entries().collect());
    let mut out = String::new();
    for entry in entries {
        let when = browser::time(&language, entry.at_ms, "full");
        let (who, text) = match entry.what {
            What::Note(note) => (String::new(), app.note_text(&note)),
            What::Said(said) => {
                let who = author(app, said.from, said.name);
                ([" ", &who, ":"].concat(), said.text)
            }
        };
        out.push_str(&["[", &when, "]", &who, " ", &text, "\r\n\r\n"].concat());
    }
    out
}

/// The conversation goes along, whatever the other window's storage.
pub fn pop_out(app: App) {
    browser::pop_out(wire::session(app).map(|session| session.to_json()));
    browser::post("close", &[]);
}

pub fn carried_session() -> Option<Session> {
    Session::from_json(&browser::carried()?)
}
