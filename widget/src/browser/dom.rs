//! Elements, events, time and chance.

use crate::leptos::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, HtmlElement};

pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

pub fn by_id_as<T: JsCast>(id: &str) -> Option<T> {
    by_id(id)?.dyn_into().ok()
}

/// Listens for as long as the frame lives.
pub fn on(target: &EventTarget, name: &str, listener: impl FnMut(Event) + 'static) {
    let listener: Closure<dyn FnMut(Event)> = Closure::new(listener);
    let _ = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    listener.forget();
}

pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// What the local clock is ahead of UTC, in minutes.
pub fn ahead_of_utc_min() -> i64 {
    -(js_sys::Date::new_0().get_timezone_offset() as i64)
}

/// 128 random bits as an id of the wire.
pub fn new_id() -> String {
    let mut bytes = [0_u8; 16];
    let filled = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    if filled.is_err() {
        bytes.fill_with(|| (js_sys::Math::random() * 256.0) as u8);
    }
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

pub fn is_visible() -> bool {
    !document().hidden()
}

pub fn is_online() -> bool {
    window().navigator().on_line()
}

pub fn focus(id: &str) {
    if let Some(element) = by_id(id) {
        let _ = element.focus();
    }
}

/// In a page's iframe, not in a window of its own.
pub fn is_embedded() -> bool {
    let own = window();
    window().parent().ok().flatten().is_some_and(|parent| !js_sys::Object::is(&parent, &own))
}
