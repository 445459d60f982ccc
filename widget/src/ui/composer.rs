//! The text field. It belongs to the shell and is never made anew: what is typed, the caret and the focus
//! outlive the take-over.

use crate::app::App;
use crate::browser::{self, store::Slot};
use crate::leptos::*;
use crate::state::doing::bytes_too_long;
use crate::wire;
use counterbell_protocol::{ClientFrame, Owner};
use std::time::Duration;

const FIELD: &str = "text";
/// Below it: by how much the text is too long.
const HINT: &str = "hint";
/// How often the other side is told that the shopper is writing.
const TYPING_EVERY_MS: u64 = 3_000;
const KEEP_AFTER: Duration = Duration::from_millis(400);

/// What was typed on an earlier page comes back, unless something has been typed here already.
pub fn restore(app: App) {
    if browser::value(FIELD).is_empty()
        && let Some(text) = app.inner().store.get(Slot::Text)
    {
        browser::set_value(FIELD, &text);
    }
}

/// A button was pressed before we were here.
pub fn take_queued(app: App) {
    if let Some(button) = browser::queued() {
        submit(app, &button);
    }
}

/// The page puts words into the shopper's mouth, but the shopper sends them.
pub fn fill(app: App, text: &str) {
    browser::set_value(FIELD, text);
    typed(app);
    browser::focus(FIELD);
}

/// Another tab has typed; the one the shopper is in is left alone.
pub fn mirror(text: &str) {
    if !browser::has_focus(FIELD) {
        browser::set_value(FIELD, text);
    }
}

pub fn submit(app: App, button: &str) {
    let text = browser::value(FIELD);
    if bytes_too_long(&text) > 0 {
        return browser::say("polite", &browser::words_of(HINT));
    }
    if !text.is_empty() {
        app.at_end.set(true);
        app.say(&text);
        browser::set_value(FIELD, "");
        typed(app);
    }
    if button == "person" {
        app.ask_person();
    }
    if button != "person" || !text.is_empty() {
        browser::focus(FIELD);
    }
}

pub fn typed(app: App) {
    let text = browser::value(FIELD);
    let over = u32::try_from(bytes_too_long(&text)).unwrap_or(u32::MAX);
    let hint = if over > 0 { app.plural("too_long", over, ("", "")) } else { String::new() };
    // Read aloud when it begins, and where it keeps something from being sent: not with each key.
    if browser::words_of(HINT).is_empty() && over > 0 {
        browser::say("polite", &hint);
    }
    browser::put(HINT, &hint);
    keep_soon(app);
    if !text.is_empty() {
        tell_typing(app);
    }
}

fn keep_soon(app: App) {
    if app.inner().keeping.replace(true) {
        return;
    }
    let keep = move || {
        let inner = app.inner();
        inner.keeping.set(false);
        let text = browser::value(FIELD);
        inner.store.set(Slot::Text, Some(text.as_str()).filter(|text| !text.is_empty()));
    };
    set_timeout(keep, KEEP_AFTER);
}

fn tell_typing(app: App) {
    let now_ms = browser::now_ms();
    let inner = app.inner();
    let heard = app.chat.with_untracked(|chat| matches!(chat.owner, Owner::Waiting | Owner::Person));
    if heard && now_ms >= inner.told_typing_ms.get() + TYPING_EVERY_MS {
        inner.told_typing_ms.set(now_ms);
        wire::say_once(app, &ClientFrame::Typing);
    }
}
