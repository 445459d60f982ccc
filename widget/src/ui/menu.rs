//! What is needed now and then: download, sound, a window of its own, the end.

use super::kit::{button, el, part, plain_button};
use super::transcript;
use crate::app::App;
use crate::browser::{dom, sound, store::Slot};
use crate::leptos::*;
use counterbell_protocol::Owner;
use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, Node};

pub fn menu(app: App) -> AnyView {
    let open = RwSignal::new(false);
    dom::on(&document(), "click", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        let inside = dom::by_id("tools").is_some_and(|tools| tools.contains(target.as_ref()));
        if !inside && open.get_untracked() {
            open.set(false);
        }
    });
    let more = plain_button("icon", move || open.update(|open| *open = !*open))
        .attr("id", "more")
        .attr("aria-controls", "menu")
        .live("title", move || app.t("menu"))
        .live("aria-label", move || app.t("menu"))
        .live("aria-expanded", move || open.get().to_string());
    el("div", "")
        .on("keydown", move |event| {
            let escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape");
            if escape && open.get_untracked() {
                event.prevent_default();
                open.set(false);
                dom::focus("more");
            }
        })
        .child(more.view())
        .child(part(move || open.get().then(|| items(app, open))))
        .view()
}

fn items(app: App, open: RwSignal<bool>) -> AnyView {
    let (empty, closed) = app.chat.with_untracked(|chat| (chat.is_empty(), chat.owner == Owner::Closed));
    let item = move |shown: bool, key: &'static str, action: fn(App)| {
        let press = move || {
            open.set(false);
            dom::focus("more");
            action(app);
        };
        shown.then(|| button(app, "", key, press))
    };
    let sound_key = if app.inner().sound.get() { "sound_off" } else { "sound_on" };
    el("div", "")
        .attr("id", "menu")
        .maybe(item(!empty, "download", transcript::download))
        .maybe(item(true, sound_key, switch_sound))
        .maybe(item(dom::is_embedded(), "popout", transcript::pop_out))
        .maybe(item(!empty && !closed, "end_chat", App::end))
        .view()
}

fn switch_sound(app: App) {
    let inner = app.inner();
    let on = !inner.sound.get();
    inner.sound.set(on);
    inner.store.set(Slot::Sound, on.then_some("on"));
    if on {
        sound::ring();
    }
}
