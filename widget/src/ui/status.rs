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
    match (app.trouble.get().line.key(), glance.owner) {
        (Some(key), _) => app.t(key),
        (None, Owner::Assistant) => app.t("status_assistant"),
        (None, Owner::Waiting) => app.t("status_waiting"),
        (None, Owner::Closed) => app.t("status_closed"),
        (None, Owner::Person) => {
            app.fill("status_person", &[("name", &glance.person.unwrap_or_else(|| app.t("person")))])
        }
    }
}
