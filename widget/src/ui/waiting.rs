//! The wait for a person: only what is known, and by when something happens either way.

use crate::app::App;
use crate::browser::{dom, intl};
use crate::state::words::{Wait, wait_of};
use leptos::prelude::*;

pub fn waiting(app: App) -> impl IntoView {
    let waiting = Memo::new(move |_| app.chat.with(|chat| (chat.waiting.clone(), chat.clock_ahead_ms)));
    let text = move || waiting.get().0.note.unwrap_or_else(|| app.t("waiting_text"));
    let known = move || known(app, &waiting.get().0.queue);
    let deadline = move || {
        let (waiting, ahead_ms) = waiting.get();
        waiting.deadline_ms.map(|at_ms| {
            let here_ms = at_ms.saturating_add_signed(-ahead_ms);
            app.fill("waiting_deadline", &[("time", &intl::clock_time(&app.language(), here_ms))])
        })
    };
    let withdraw = move |_| {
        app.withdraw();
        dom::focus("text");
    };
    view! {
        <section class="card" aria-labelledby="waiting">
            <h2 id="waiting"><i class="bell"></i>{move || app.t("waiting_title")}</h2>
            <p dir="auto">{text}</p>
            <p>{known}</p>
            <p class="soft">{deadline}</p>
            <div class="row">
                <button type="button" class="small" on:click=withdraw>{move || app.t("withdraw")}</button>
            </div>
        </section>
    }
}

/// Position, wait and people, as far as the queue has given them.
fn known(app: App, queue: &counterbell_protocol::socket::QueueStatus) -> String {
    let position = queue.position.map(|position| match position {
        0 | 1 => app.t("waiting_next"),
        _ => app.fill("waiting_position", &[("position", &position.to_string())]),
    });
    let wait = wait_of(queue).map(|wait| match wait {
        Wait::Soon => app.t("waiting_soon"),
        Wait::About(minutes) => app.plural("waiting_about", minutes, ("", "")),
        Wait::Range(low, high) => app.plural("waiting_range", high, ("low", &low.to_string())),
    });
    let people = queue.people_online.filter(|people| *people > 0);
    let people = people.map(|people| app.plural("people_online", people, ("", "")));
    [position, wait, people].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
