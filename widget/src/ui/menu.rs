//! What is needed now and then: download, sound, a window of its own, the end.

use super::kit::{button, el, part, plain_button, truth};
use super::transcript;
use crate::app::App;
use crate::browser::{self, store::Slot};
use crate::leptos::*;
use counterbell_protocol::Owner;

pub fn menu(app: App) -> AnyView {
    let open = app.menu;
    let more = plain_button("icon", move || open.update(|open| *open = !*open))
        .attr("id", "more")
        .attr("aria-controls", "menu")
        .live("title", move || app.t("menu"))
        .live("aria-label", move || app.t("menu"))
        .live("aria-expanded", move || truth(open.get()).to_owned());
    el("div", "").child(more.view()).child(part(move || open.get().then(|| items(app)))).view()
}

fn items(app: App) -> AnyView {
    let (empty, closed) = app.chat.with_untracked(|chat| (chat.is_empty(), chat.owner == Owner::Closed));
    let item = move |shown: bool, key: &'static str, action: fn(App)| {
        let press = move || {
            app.menu.set(false);
            browser::focus("more");
            action(app);
        };
        shown.then(|| button(app, "", key, press))
    };
    let sound_key = if app.inner().sound.get() { "sound_off" } else { "sound_on" };
    el("div", "")
        .attr("id", "menu")
        .maybe(item(!empty, "download", transcript::download))
        .maybe(item(true, sound_key, switch_sound))
        .maybe(item(browser::is_embedded(), "popout", transcript::pop_out))
        .maybe(item(!empty && !closed, "end_chat", App::end))
        .view()
}

fn switch_sound(app: App) {
    let inner = app.inner();
    let on = !inner.sound.get();
    inner.sound.set(on);
    inner.store.set(Slot::Sound, on.then_some("on"));
    if on {
        browser::ring();
    }
}
