//! The wait for a person: only what is known, and by when something happens either way.

use super::kit::{button, el};
use crate::app::App;
use crate::browser;
use crate::leptos::*;
use crate::state::chat::Waiting;
use crate::state::glance::Card;
use crate::state::number::written;
use crate::state::words::{Wait, wait_of};
use counterbell_protocol::socket::QueueStatus;

pub fn waiting(app: App) -> AnyView {
    let note = move || now(app).note.unwrap_or_else(|| app.t("waiting_text"));
    let withdraw = button(app, "small", "withdraw", move || {
        app.withdraw();
        browser::focus("text");
    });
    let title = el("h2", "").attr("id", "waiting").child(el("i", "bell").view()).word(app, "waiting_title");
    el("section", "card")
        .attr("aria-labelledby", "waiting")
        .child(title.view())
        .child(el("p", "").attr("dir", "auto").text(note).view())
        .child(el("p", "").text(move || known(app, &now(app).queue)).view())
        .child(el("p", "soft").text(move || deadline(app)).view())
        .child(el("div", "row").child(withdraw).view())
        .view()
}

fn now(app: App) -> Waiting {
    match app.glance.get().card {
        Card::Waiting(waiting) => waiting,
        _ => Waiting::default(),
    }
}

/// In the shopper's own time, also where their clock is wrong.
fn deadline(app: App) -> String {
    let Some(at_ms) = now(app).deadline_ms else { return String::new() };
    let here_ms = at_ms.saturating_add_signed(-app.glance.get().clock_ahead_ms);
    app.fill("waiting_deadline", &[("time", &browser::time(&app.language(), here_ms, "clock"))])
}

/// Position, wait and people, as far as the queue has given them.
fn known(app: App, queue: &QueueStatus) -> String {
    let position = queue.position.map(|position| match position {
        0 | 1 => app.t("waiting_next"),
        _ => app.fill("waiting_position", &[("position", &written(position.into()))]),
    });
    let wait = wait_of(queue).map(|wait| match wait {
        Wait::Soon => app.t("waiting_soon"),
        Wait::About(minutes) => app.plural("waiting_about", minutes, ("", "")),
        Wait::Range(low, high) => app.plural("waiting_range", high, ("low", &written(low.into()))),
    });
    let people = queue.people_online.filter(|people| *people > 0);
    let people = people.map(|people| app.plural("people_online", people, ("", "")));
    [position, wait, people].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
