//! The script in `index.html` that was here first: it talks to the shop's page and guards the plain form.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = counterbell, js_name = post)]
    fn post_js(kind: &str, more: &JsValue);
    /// Leptos has taken over.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn ready();
    /// Something broke: the plain form is back.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn fell();
    #[wasm_bindgen(thread_local_v2, js_name = counterbell)]
    static SHELL: JsValue;
}

/// False once the shell has given up on us.
pub fn is_waiting() -> bool {
    read("state").as_string().as_deref() == Some("loading")
}

/// What the page said before we were here, as JSON.
pub fn early() -> Vec<String> {
    Array::from(&read("early")).iter().filter_map(|data| json_of(&data)).collect()
}

/// The id of the button that was pressed before we were here.
pub fn queued() -> Option<String> {
    read("queued").as_string().filter(|id| !id.is_empty())
}

pub fn json_of(data: &JsValue) -> Option<String> {
    js_sys::JSON::stringify(data).ok().and_then(|text| text.as_string())
}

/// To the shop's page; goes nowhere if nobody has embedded us.
pub fn post(kind: &str, fields: &[(&str, JsValue)]) {
    post_js(kind, &object(fields));
}

/// One of the events that a page can listen to.
pub fn event(name: &str, detail: &[(&str, JsValue)]) {
    post("event", &[("name", name.into()), ("detail", object(detail))]);
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object.into()
}

fn read(field: &str) -> JsValue {
    SHELL.with(|shell| Reflect::get(shell, &field.into()).unwrap_or(JsValue::UNDEFINED))
}
