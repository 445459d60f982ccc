//! Nobody came in time: how the shopper can be reached, and the promise to do so.

use super::kit::{button, el, truth, word};
use crate::app::App;
use crate::browser;
use crate::leptos::*;
use crate::state::Reach;
use crate::state::doing::is_reachable;
use crate::state::glance::Card;
use counterbell_protocol::event::Contact;

const REACH: &str = "reach";
const NAME: &str = "reach-name";

pub fn form(app: App, back_at_ms: Option<u64>) -> AnyView {
    let wrong = Signal::new(false);
    let back = move || match back_at_ms {
        Some(at_ms) => {
            app.fill("contact_back_at", &[("time", &browser::time(&app.language(), at_ms, "full"))])
        }
        None => String::new(),
    };
    browser::say("polite", &untrack(|| app.t("contact_title")));
    let reach = el("input", "").attr("id", REACH).attr("autocomplete", "email").attr("maxlength", "200");
    let reach =
        reach.attr("aria-describedby", "wrong").live("aria-invalid", move || truth(wrong.get()).to_owned());
    let name = el("input", "").attr("id", NAME).attr("autocomplete", "name").attr("maxlength", "100");
    let hint = move || if wrong.get() { app.t("contact_invalid") } else { String::new() };
    let withdraw = button(app, "quiet", "withdraw", move || {
        app.withdraw();
        browser::focus("text");
    });
    let send = el("button", "main").word(app, "contact_send").view();
    el("form", "card")
        .attr("novalidate", "")
        .on("submit", move |event| {
            event.prevent_default();
            wrong.set(!submit(app));
        })
        .child(el("h2", "").word(app, "contact_title").view())
        .child(el("p", "").word(app, "contact_text").view())
        .child(el("p", "soft").text(back).view())
        .child(el("label", "").word(app, "contact_reach").child(reach.attr("dir", "auto").view()).view())
        .child(el("p", "alert").attr("id", "wrong").attr("role", "alert").text(hint).view())
        .child(el("label", "").word(app, "contact_name").child(name.attr("dir", "auto").view()).view())
        .child(el("div", "row").child(send).child(withdraw).view())
        .view()
}

/// Whether what was typed can be used.
fn submit(app: App) -> bool {
    let reach = browser::value(REACH);
    let usable = is_reachable(&reach);
    if usable {
        let name = Some(browser::value(NAME)).filter(|name| !name.is_empty());
        app.leave_contact(Contact { reach, name });
    }
    browser::focus(if usable { "text" } else { REACH });
    usable
}

pub fn promised(app: App) -> AnyView {
    let reach = move || match app.glance.get().card {
        Card::Promised(reach) => reach,
        _ => String::new(),
    };
    let again = button(app, "small", "contact_change", move || {
        app.chat.update(|chat| chat.reach = Reach::Asked { back_at_ms: None });
    });
    el("section", "card")
        .attr("role", "status")
        .child(el("h2", "").child(word(app, "contact_done_title")).view())
        .child(el("p", "").text(move || app.fill("contact_done_text", &[("reach", &reach())])).view())
        .child(el("div", "row").child(again).view())
        .view()
}
