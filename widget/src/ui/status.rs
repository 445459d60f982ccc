//! Under the shop's name: who answers, or that the line is down.

use crate::app::{App, Line};
use counterbell_protocol::Owner;
use leptos::prelude::*;

pub fn status(app: App) -> impl IntoView {
    let owner = Memo::new(move |_| app.chat.with(|chat| (chat.owner, chat.person.clone())));
    move || {
        let line = app.line.get();
        let text = match (line, owner.get()) {
            (Line::Offline, _) => app.t("status_offline"),
            (Line::Reconnecting, _) => app.t("status_reconnecting"),
            (Line::Fine, (Owner::Assistant, _)) => app.t("status_assistant"),
            (Line::Fine, (Owner::Waiting, _)) => app.t("status_waiting"),
            (Line::Fine, (Owner::Closed, _)) => app.t("status_closed"),
            (Line::Fine, (Owner::Person, name)) => {
                app.fill("status_person", &[("name", &name.unwrap_or_else(|| app.t("person")))])
            }
        };
        view! { <span class:away=move || line != Line::Fine>{text}</span> }
    }
}
