//! What the shopper sees. Each region of the shell is filled by one file; the text field stays the shell's.

mod below;
mod body;
pub mod composer;
mod contact;
mod ending;
mod kit;
mod line;
pub mod log;
mod menu;
mod patch;
mod status;
mod transcript;
mod waiting;

use crate::app::App;
use crate::browser;
use crate::browser::store::{Session, Slot};
use crate::leptos::*;
use crate::wire;

/// Takes over the shell. Signals live in the first region's owner, which is never dropped.
pub fn mount() {
    place("status", || {
        let app = App::new();
        place("tools", move || menu::menu(app));
        place("lines", move || log::log(app));
        place("below", move || below::below(app));
        begin(app);
        status::status(app)
    });
}

fn place(id: &str, view: impl FnOnce() -> AnyView + 'static) {
    if let Some(region) = document().get_element_by_id(id) {
        crate::leptos::mount(&region, view);
    }
}

fn begin(app: App) {
    let inner = app.inner();
    let session = transcript::carried_session()
        .or_else(|| inner.store.get(Slot::Session).and_then(|text| Session::from_json(&text)));
    let unsent = app.chat.with_untracked(|chat| chat.outbox.due().next().is_some());
    if session.is_some() {
        wire::set_session(app, session);
    } else if unsent {
        wire::flush(app);
    }
    composer::restore(app);
    app.listen();
    browser::ready();
    composer::take_queued(app);
    browser::post("ready", &[("version", env!("CARGO_PKG_VERSION").into())]);
}
