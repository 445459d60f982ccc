//! Under the shop's name: who answers, or that the line is down.

use super::kit::el;
use crate::app::{App, Line};
use crate::leptos::*;
use counterbell_protocol::Owner;

pub fn status(app: App) -> AnyView {
    let class = move || if app.trouble.get().line == Line::Fine { String::new() } else { "away".to_owned() };
    el("span", "").live("class", class).text(move || words(app)).view()
}

fn words(app: App) -> String {
    let glance = app.glance.get();
    match (app.trouble.get().line, glance.owner) {
        (Line::Offline, _) => app.t("status_offline"),
        (Line::Reconnecting, _) => app.t("status_reconnecting"),
        (Line::Fine, Owner::Assistant) => app.t("status_assistant"),
        (Line::Fine, Owner::Waiting) => app.t("status_waiting"),
        (Line::Fine, Owner::Closed) => app.t("status_closed"),
        (Line::Fine, Owner::Person) => {
            app.fill("status_person", &[("name", &glance.person.unwrap_or_else(|| app.t("person")))])
        }
    }
}
