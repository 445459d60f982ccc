//! The browser, as `browser.js` and the shell in `index.html` offer it under the name `counterbell`.
//! Nothing of it throws, except where it says so.

pub mod fetch;
pub mod store;

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

/// Told what happens: its kind, and what belongs to it.
pub type Ear = Closure<dyn FnMut(String, String)>;

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
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn listen(ear: &Ear);

    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn is_embedded() -> bool;
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn is_online() -> bool;
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn is_visible() -> bool;
    /// 128 random bits as an id of the wire.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn fresh_id() -> String;
    /// What the local clock is ahead of UTC, in minutes.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn ahead_min() -> i32;

    /// An attribute of the document's root.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn root(name: &str) -> String;
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn words_of(id: &str) -> String;
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn put(id: &str, words: &str);
    /// For screen readers alone, in a live region.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn say(region: &str, words: &str);
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn hide(id: &str, hidden: bool);
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn focus(id: &str);
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn has_focus(id: &str) -> bool;
    /// What stands in a field, without the blanks around it.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn value(id: &str) -> String;
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn set_value(id: &str, value: &str);
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn fit();
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn to_end();
    /// To the newest line, with the next frame.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn follow();

    /// `format` is `clock`, `day` (of a noon in UTC) or `full`. Throws at a language that is none.
    #[wasm_bindgen(js_namespace = counterbell, js_name = time)]
    fn time_js(language: &str, at_ms: f64, format: &str) -> String;
    /// The plural category of a number. Throws at a language that is none.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn plural(language: &str, number: u32) -> String;
    /// Wishes for a language; once it is there the ear is told `words`.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn language(code: &str);

    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn copy(words: &str) -> Promise;
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn save(name: &str, words: &str);
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn pop_out(session: Option<String>);
    /// The conversation that came in the address.
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn carried() -> Option<String>;
    #[wasm_bindgen(js_namespace = counterbell)]
    pub fn ring();

    #[wasm_bindgen(js_namespace = counterbell)]
    fn kept(key: &str) -> Option<String>;
    #[wasm_bindgen(js_namespace = counterbell)]
    fn keep(key: &str, value: Option<String>) -> bool;
    #[wasm_bindgen(js_namespace = counterbell)]
    fn ask(url: &str, body: Option<String>, token: Option<String>) -> Promise;

    pub type Line;
    #[wasm_bindgen(js_namespace = counterbell, catch)]
    pub fn socket(path: &str, protocol: &str, token: &str, ear: &Ear) -> Result<Line, JsValue>;
    #[wasm_bindgen(method)]
    pub fn send(this: &Line, frame: &str);
    /// Closes it; its ear hears no more.
    #[wasm_bindgen(method)]
    pub fn drop(this: &Line);

    #[wasm_bindgen(thread_local_v2, js_name = counterbell)]
    static SHELL: JsValue;
}

/// False once the shell has given up on us.
pub fn is_waited_for() -> bool {
    read("state").as_deref() == Some("loading")
}

/// The id of the button that was pressed before we were here.
pub fn queued() -> Option<String> {
    read("queued").filter(|id| !id.is_empty())
}

pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

pub fn time(language: &str, at_ms: u64, format: &str) -> String {
    time_js(language, at_ms as f64, format)
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

fn read(field: &str) -> Option<String> {
    SHELL.with(|shell| Reflect::get(shell, &field.into()).ok()?.as_string())
}
