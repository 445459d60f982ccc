//! The few calls of the platform that the `worker` crate does not wrap, and the clock and the dice.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Durable Object storage, for `transactionSync` and an alarm that is set within it.
    #[derive(Clone)]
    pub type SyncStorage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    pub fn transaction_sync(
        this: &SyncStorage,
        work: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    pub fn set_alarm(this: &SyncStorage, at_ms: f64) -> Result<js_sys::Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = deleteAlarm)]
    pub fn delete_alarm(this: &SyncStorage) -> Result<js_sys::Promise, JsValue>;

    /// A "bring your own buffer" reader with workerd's `readAtLeast`, which wakes us for every few tokens
    /// instead of for every one.
    pub type ByobReader;

    #[wasm_bindgen(method, catch, js_name = readAtLeast)]
    pub fn read_at_least(
        this: &ByobReader,
        bytes: u32,
        buffer: &js_sys::Uint8Array,
    ) -> Result<js_sys::Promise, JsValue>;

    /// What a read gives.
    pub type Read;

    #[wasm_bindgen(method, getter)]
    pub fn done(this: &Read) -> bool;

    #[wasm_bindgen(method, getter)]
    pub fn value(this: &Read) -> Option<js_sys::Uint8Array>;

    pub type ByteStream;

    #[wasm_bindgen(method, catch, js_name = getReader)]
    pub fn get_reader(this: &ByteStream, options: &JsValue) -> Result<ByobReader, JsValue>;

    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    fn random_uuid() -> String;
}

/// Milliseconds since the Unix epoch. It stands still between two waits.
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// 122 random bits.
pub fn fresh_id() -> String {
    random_uuid()
}

/// Uniform in 0..1.
pub fn dice() -> f64 {
    js_sys::Math::random()
}

/// As it is written in a language.
pub fn megabytes(language: &str, number: f64) -> String {
    let plain = || format!("{number} MB");
    let options = js_sys::Object::new();
    for (name, value) in [("style", "unit"), ("unit", "megabyte")] {
        if js_sys::Reflect::set(&options, &name.into(), &value.into()).is_err() {
            return plain();
        }
    }
    let format = js_sys::Intl::NumberFormat::new(&js_sys::Array::of1(&language.into()), &options).format();
    format
        .call1(&JsValue::UNDEFINED, &number.into())
        .ok()
        .and_then(|said| said.as_string())
        .unwrap_or_else(plain)
}
