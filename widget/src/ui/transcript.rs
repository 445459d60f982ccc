//! Taking the conversation elsewhere: to the clipboard, into a file, into a window of its own.

use super::line::author;
use crate::app::{App, say_aloud};
use crate::browser::intl;
use crate::browser::store::Session;
use crate::leptos::*;
use crate::state::What;
use crate::wire;
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, HtmlAnchorElement, Url};

pub fn copy(app: App, text: &str) {
    let writing = window().navigator().clipboard().write_text(text);
    spawn_local(async move {
        let key = if JsFuture::from(writing).await.is_ok() { "copied" } else { "copy_failed" };
        say_aloud("polite", &app.t(key));
    });
}

/// As plain text: who, when, what.
pub fn download(app: App) {
    let _ = save(app, &transcript(app));
}

fn transcript(app: App) -> String {
    let language = app.language();
    let entries: Vec<_> = app.chat.with_untracked(|chat| chat.entries().collect());
    let mut out = String::new();
    for entry in entries {
        let when = intl::day_and_time(&language, entry.at_ms);
        let (who, text) = match entry.what {
            What::Note(note) => (String::new(), app.note_text(&note)),
            What::Said(said) => {
                let who = author(app, said.from, said.name);
                (format!(" {who}:"), said.text)
            }
        };
        out.push_str(&format!("[{when}]{who} {text}\r\n\r\n"));
    }
    out
}

fn save(app: App, text: &str) -> Result<(), wasm_bindgen::JsValue> {
    let blob = Blob::new_with_str_sequence(&Array::of1(&text.into()))?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(&format!("{}.txt", app.inner().config.shop));
    link.click();
    Url::revoke_object_url(&url)
}

/// A window of its own may have a storage of its own, so the conversation travels in the address, behind
/// the `#`, where no server sees it.
pub fn pop_out(app: App) {
    let session = wire::session(app).map(|session| session.to_json());
    let fragment = session.map(|json| format!("#{}", String::from(js_sys::encode_uri_component(&json))));
    let place = window().location();
    let (path, query) = (place.pathname().unwrap_or_default(), place.search().unwrap_or_default());
    let address = format!("{path}{query}{}", fragment.unwrap_or_default());
    let _ = window().open_with_url_and_target_and_features(&address, "_blank", "popup,width=420,height=680");
    crate::browser::shell::post("close", &[]);
}

/// The conversation that came in the address; it is taken out of it at once.
pub fn carried_session() -> Option<Session> {
    let place = window().location();
    let fragment = place.hash().ok().filter(|hash| hash.len() > 1)?;
    let json = js_sys::decode_uri_component(fragment.strip_prefix('#')?).ok().map(String::from)?;
    let bare = format!("{}{}", place.pathname().ok()?, place.search().ok()?);
    let history = window().history().ok()?;
    let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&bare));
    Session::from_json(&json)
}
