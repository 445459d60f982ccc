//! Dates, clock times and plural forms, as the browser knows them. `language` must be one whose file was
//! found: the browser throws at tags that are none.

use js_sys::Intl::{DateTimeFormat, PluralRules};
use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::JsValue;

pub fn clock_time(language: &str, at_ms: u64) -> String {
    format(language, at_ms, &[("hour", "numeric"), ("minute", "2-digit")])
}

/// Day, month and clock time.
pub fn day_and_time(language: &str, at_ms: u64) -> String {
    let fields = [("weekday", "long"), ("day", "numeric"), ("month", "long"), ("hour", "numeric")];
    format(language, at_ms, &[fields.as_slice(), &[("minute", "2-digit")]].concat())
}

/// A day given in days since the Unix epoch.
pub fn day(language: &str, day: i64) -> String {
    let noon_ms = u64::try_from(day * 86_400_000 + 43_200_000).unwrap_or(0);
    let fields = [("weekday", "long"), ("day", "numeric"), ("month", "long"), ("timeZone", "UTC")];
    format(language, noon_ms, &fields)
}

/// The plural category of a number: `one`, `few`, `other`…
pub fn plural(language: &str, number: u32) -> String {
    let rules = PluralRules::new(&Array::of1(&language.into()), &Object::new());
    rules.select(f64::from(number)).as_string().unwrap_or_default()
}

fn format(language: &str, at_ms: u64, fields: &[(&str, &str)]) -> String {
    let options = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    let format: Function = DateTimeFormat::new(&Array::of1(&language.into()), &options).format();
    let date = Date::new(&JsValue::from_f64(at_ms as f64));
    format.call1(&JsValue::NULL, &date).ok().and_then(|text| text.as_string()).unwrap_or_default()
}
