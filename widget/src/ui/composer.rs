//! The text field. It belongs to the shell and is never made anew: what is typed, the caret and the focus
//! outlive the take-over.

use crate::app::App;
use crate::browser::{dom, shell, store::Slot};
use crate::leptos::*;
use crate::state::doing::bytes_too_long;
use crate::wire;
use counterbell_protocol::{ClientFrame, Owner};
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTextAreaElement, SubmitEvent};

/// How often the other side is told that the shopper is writing.
const TYPING_EVERY_MS: u64 = 3_000;
const KEEP_AFTER: Duration = Duration::from_millis(400);

pub fn attach(app: App) {
    let (Some(form), Some(field)) = (dom::by_id("form"), field()) else { return };
    if field.value().is_empty()
        && let Some(text) = app.inner().store.get(Slot::Text)
    {
        field.set_value(&text);
    }
    fit(&field);
    dom::on(&form, "submit", move |event| {
        event.prevent_default();
        let pressed = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
        submit(app, &pressed.map(|button| button.id()).unwrap_or_default());
    });
    let told_ms = Cell::new(0);
    dom::on(&field, "input", move |_| {
        typed(app);
        tell_typing(app, &told_ms);
    });
}

/// A button was pressed before we were here.
pub fn take_queued(app: App) {
    if let Some(button) = shell::queued() {
        submit(app, &button);
    }
}

/// The page puts words into the shopper's mouth, but the shopper sends them.
pub fn fill(app: App, text: &str) {
    if let Some(field) = field() {
        field.set_value(text);
        typed(app);
        let _ = field.focus();
    }
}

/// Another tab has typed; the one the shopper is in is left alone.
pub fn mirror(text: &str) {
    let active = document().active_element().is_some_and(|element| element.id() == "text");
    if let Some(field) = field().filter(|_| !active) {
        field.set_value(text);
        fit(&field);
    }
}

fn submit(app: App, button: &str) {
    let Some(field) = field() else { return };
    let text = field.value();
    if bytes_too_long(&text) > 0 {
        return;
    }
    let empty = text.trim().is_empty();
    if !empty {
        app.at_end.set(true);
        app.say(&text);
        field.set_value("");
        typed(app);
    }
    if button == "person" {
        app.ask_person();
    }
    if button != "person" || !empty {
        let _ = field.focus();
    }
}

fn typed(app: App) {
    let Some(field) = field() else { return };
    fit(&field);
    let over = u32::try_from(bytes_too_long(&field.value())).unwrap_or(u32::MAX);
    let hint = if over > 0 { app.plural("too_long", over, ("", "")) } else { String::new() };
    if let Some(place) = dom::by_id("hint") {
        place.set_text_content(Some(&hint));
    }
    keep_soon(app);
}

fn keep_soon(app: App) {
    thread_local! {
        static KEEPING: Cell<bool> = const { Cell::new(false) };
    }
    if KEEPING.replace(true) {
        return;
    }
    let keep = move || {
        KEEPING.set(false);
        let text = field().map(|field| field.value()).filter(|text| !text.is_empty());
        app.inner().store.set(Slot::Text, text.as_deref());
    };
    set_timeout(keep, KEEP_AFTER);
}

fn tell_typing(app: App, told_ms: &Cell<u64>) {
    let now_ms = dom::now_ms();
    let heard = app.chat.with_untracked(|chat| matches!(chat.owner, Owner::Waiting | Owner::Person));
    if heard && now_ms >= told_ms.get() + TYPING_EVERY_MS {
        told_ms.set(now_ms);
        wire::say_once(app, &ClientFrame::Typing);
    }
}

/// As high as its text, where the browser does not do so by itself.
fn fit(field: &HtmlTextAreaElement) {
    let style = field.unchecked_ref::<HtmlElement>().style();
    if style.get_property_value("field-sizing").is_ok_and(|known| !known.is_empty()) {
        return;
    }
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &format!("{}px", field.scroll_height()));
}

fn field() -> Option<HtmlTextAreaElement> {
    dom::by_id_as("text")
}
