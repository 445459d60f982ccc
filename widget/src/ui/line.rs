//! One line of the log: a note, or something said with who, when and how it was delivered.

use super::body::body;
use super::transcript::copy;
use crate::app::App;
use crate::browser::{dom, intl};
use crate::state::doing::Row;
use crate::state::outbox::{Failure, SendState};
use crate::state::{Delivery, Entry, Note, Said, What};
use counterbell_protocol::event::{Author, Source};
use leptos::either::Either;
use leptos::prelude::*;

pub fn line(app: App, row: Row) -> impl IntoView {
    let key = row.key.clone();
    let entry = Memo::new(move |_| app.chat.try_with(|chat| chat.entry(&key)).flatten());
    let day = row.new_day.map(|day| view! { <p class="day">{move || day_text(app, day)}</p> });
    let first = entry.get_untracked().map(|entry| entry.what);
    let inner = match first {
        Some(What::Said(said)) => Either::Left(said_view(app, entry, &said, row)),
        Some(What::Note(note)) => Either::Right(note_view(app, note)),
        None => Either::Right(note_view(app, Note::Words(String::new()))),
    };
    view! { <li>{day}{inner}</li> }
}

fn note_view(app: App, note: Note) -> impl IntoView {
    view! { <p class="note" dir="auto">{move || app.note_text(&note)}</p> }
}

fn said_view(app: App, entry: Memo<Option<Entry>>, said: &Said, row: Row) -> impl IntoView + use<> {
    let from = said.from;
    let class = match (from, row.opens_group) {
        (Author::Shopper, true) => "line mine opens",
        (Author::Shopper, false) => "line mine",
        (Author::Person, true) => "line human opens",
        (Author::Person, false) => "line human",
        (_, true) => "line opens",
        (_, false) => "line",
    };
    let name = said.name.clone();
    let who = row.opens_group.then(|| {
        let hidden = from == Author::Shopper;
        view! { <p class="who" class:unseen=hidden>{move || author(app, from, name.clone())}</p> }
    });
    view! {
        <div class=class>
            {who}
            <div class="bubble">
                {body(app, entry)}
                {move || said_now(entry).map(|said| sources(app, said.sources))}
            </div>
            {move || entry.try_get().flatten().map(|entry| meta(app, entry))}
        </div>
    }
}

fn said_now(entry: Memo<Option<Entry>>) -> Option<Said> {
    match entry.try_get().flatten()?.what {
        What::Said(said) => Some(said),
        What::Note(_) => None,
    }
}

fn author(app: App, from: Author, name: Option<String>) -> String {
    match from {
        Author::Shopper => app.t("you"),
        Author::Person => name.unwrap_or_else(|| app.t("person")),
        Author::Assistant | Author::Unknown => app.t("assistant"),
    }
}

fn sources(app: App, sources: Vec<Source>) -> Option<impl IntoView> {
    let safe = |source: Source| {
        let url = crate::state::markdown::safe_url(&source.url)?;
        let host = url.host.unwrap_or_default();
        Some(view! {
            <li>
                <a href=url.href target="_blank" rel="noopener" title=host>{source.title}</a>
            </li>
        })
    };
    let links: Vec<_> = sources.into_iter().filter_map(safe).collect();
    (!links.is_empty()).then(|| {
        view! {
            <div class="sources">
                <p>{move || app.t("sources")}</p>
                <ul role="list">{links}</ul>
            </div>
        }
    })
}

fn meta(app: App, entry: Entry) -> Option<impl IntoView> {
    let What::Said(said) = entry.what else { return None };
    if said.delivery == Delivery::Streaming {
        return None;
    }
    let time = intl::clock_time(&app.language(), entry.at_ms);
    let cut = said.cut.then(|| view! { <span class="failed">{app.t("cut")}</span> });
    let right = match said.from {
        Author::Shopper => Either::Left(delivery(app, entry.key, &said.delivery)),
        _ => Either::Right(copy_button(app, said.text)),
    };
    Some(view! { <div class="meta">{cut}<time>{time}</time>{right}</div> })
}

fn delivery(app: App, id: String, delivery: &Delivery) -> impl IntoView + use<> {
    let (key, failed) = match delivery {
        Delivery::Outgoing(SendState::Sending) => ("sending", false),
        Delivery::Outgoing(SendState::Failed(failure)) => (failure_key(*failure), true),
        _ => ("sent", false),
    };
    let again = id.clone();
    let buttons = failed.then(move || {
        view! {
            <button type="button" class="small" on:click=move |_| app.retry(again.clone())>{app.t("retry")}</button>
            <button type="button" class="small quiet" on:click=move |_| {
                app.discard(id.clone());
                dom::focus("text");
            }>{app.t("discard")}</button>
        }
    });
    view! { <span class=if failed { "failed" } else { key }>{app.t(key)}</span>{buttons} }
}

fn failure_key(failure: Failure) -> &'static str {
    match failure {
        Failure::TooLong => "failed_too_long",
        Failure::TooFast => "failed_too_fast",
        Failure::Ended => "failed_ended",
        Failure::Other => "failed",
    }
}

fn copy_button(app: App, text: String) -> impl IntoView {
    let label = move || app.t("copy");
    view! {
        <button type="button" class="icon copy" title=label aria-label=label on:click=move |_| copy(app, &text)>
        </button>
    }
}

fn day_text(app: App, day: i64) -> String {
    let now_ms = i64::try_from(dom::now_ms()).unwrap_or(0);
    let today = (now_ms + dom::ahead_of_utc_min() * 60_000).div_euclid(86_400_000);
    match today - day {
        0 => app.t("today"),
        1 => app.t("yesterday"),
        _ => intl::day(&app.language(), day),
    }
}
