//! What is needed now and then: download, sound, a window of its own, the end.

use super::transcript;
use crate::app::App;
use crate::browser::{dom, sound, store::Slot};
use counterbell_protocol::Owner;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, Node};

pub fn menu(app: App) -> impl IntoView {
    let open = RwSignal::new(false);
    let place = NodeRef::<html::Div>::new();
    dom::on(&document(), "click", move |event| {
        let inside = place.get_untracked().zip(event.target()).is_some_and(|(place, target)| {
            target.dyn_ref::<Node>().is_some_and(|target| place.contains(Some(target)))
        });
        if !inside && open.get_untracked() {
            open.set(false);
        }
    });
    let key = move |event: KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.prevent_default();
            open.set(false);
            dom::focus("more");
        }
    };
    let label = move || app.t("menu");
    view! {
        <div node_ref=place on:keydown=key>
            <button id="more" type="button" class="icon" title=label aria-label=label aria-controls="menu"
                aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
            </button>
            {move || open.get().then(|| items(app, open))}
        </div>
    }
}

fn items(app: App, open: RwSignal<bool>) -> impl IntoView {
    let (empty, closed) = app.chat.with_untracked(|chat| (chat.is_empty(), chat.owner == Owner::Closed));
    let act = move |action: fn(App)| {
        open.set(false);
        dom::focus("more");
        action(app);
    };
    let item = move |key: &'static str, action: fn(App)| {
        view! { <button type="button" on:click=move |_| act(action)>{app.t(key)}</button> }
    };
    let sound_key = if app.sound.get_untracked() { "sound_off" } else { "sound_on" };
    view! {
        <div id="menu">
            {(!empty).then(|| item("download", transcript::download))}
            {item(sound_key, switch_sound)}
            {dom::is_embedded().then(|| item("popout", transcript::pop_out))}
            {(!empty && !closed).then(|| item("end_chat", App::end))}
        </div>
    }
}

fn switch_sound(app: App) {
    let on = !app.sound.get_untracked();
    app.sound.set(on);
    app.inner().store.set(Slot::Sound, on.then_some("on"));
    if on {
        sound::ring();
    }
}
