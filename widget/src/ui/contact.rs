//! Nobody came in time: how the shopper can be reached, and the promise to do so.

use crate::app::App;
use crate::browser::{dom, intl};
use crate::state::Reach;
use crate::state::doing::is_reachable;
use counterbell_protocol::event::Contact;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

const REACH: &str = "reach";
const NAME: &str = "reach-name";

pub fn form(app: App) -> impl IntoView {
    let wrong = RwSignal::new(false);
    let back = move || {
        let at_ms = app.chat.with(|chat| match chat.reach {
            Reach::Asked { back_at_ms } => back_at_ms,
            _ => None,
        });
        at_ms.map(|at_ms| {
            app.fill("contact_back_at", &[("time", &intl::day_and_time(&app.language(), at_ms))])
        })
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let reach = value(REACH);
        wrong.set(!is_reachable(&reach));
        if wrong.get_untracked() {
            return dom::focus(REACH);
        }
        let name = Some(value(NAME)).filter(|name| !name.is_empty());
        app.leave_contact(Contact { reach, name });
        dom::focus("text");
    };
    crate::app::say_aloud("polite", &untrack(|| app.t("contact_title")));
    view! {
        <form class="card" novalidate on:submit=submit>
            <h2>{move || app.t("contact_title")}</h2>
            <p>{move || app.t("contact_text")}" "{back}</p>
            <label>
                {move || app.t("contact_reach")}
                <input id=REACH dir="auto" autocomplete="email" maxlength="200" aria-describedby="reach-wrong"
                    aria-invalid=move || wrong.get().to_string() />
            </label>
            <p id="reach-wrong" class="alert" role="alert">{move || wrong.get().then(|| app.t("contact_invalid"))}</p>
            <label>
                {move || app.t("contact_name")}
                <input id=NAME dir="auto" autocomplete="name" maxlength="100" />
            </label>
            <div class="row">
                <button class="main">{move || app.t("contact_send")}</button>
                <button type="button" class="quiet" on:click=move |_| {
                    app.withdraw();
                    dom::focus("text");
                }>{move || app.t("withdraw")}</button>
            </div>
        </form>
    }
}

pub fn promised(app: App) -> impl IntoView {
    let reach = move || {
        app.chat.with(|chat| match &chat.reach {
            Reach::Left(contact) => contact.reach.clone(),
            _ => String::new(),
        })
    };
    let again = move |_| app.chat.update(|chat| chat.reach = Reach::Asked { back_at_ms: None });
    view! {
        <section class="card" role="status">
            <h2>{move || app.t("contact_done_title")}</h2>
            <p>{move || app.fill("contact_done_text", &[("reach", &reach())])}</p>
            <div class="row">
                <button type="button" class="small" on:click=again>{move || app.t("contact_change")}</button>
            </div>
        </section>
    }
}

fn value(id: &str) -> String {
    dom::by_id_as::<HtmlInputElement>(id).map(|field| field.value().trim().to_owned()).unwrap_or_default()
}
