//! One line of the log: a note, or something said with who, when and how it was delivered.

use super::body::body;
use super::kit::{El, button, el, part, plain_button};
use super::transcript::copy;
use crate::app::App;
use crate::browser;
use crate::leptos::*;
use crate::state::doing::Row;
use crate::state::markdown::safe_url;
use crate::state::outbox::{Failure, SendState};
use crate::state::{Delivery, Entry, Said, What};
use counterbell_protocol::event::{Author, Source};

pub fn line(app: App, row: Row) -> AnyView {
    let key = row.key.clone();
    let entry = Memo::new(move || app.chat.try_with(|chat| chat.entry(&key)).flatten());
    let day = row.new_day.map(|day| el("p", "day").text(move || day_text(app, day)).view());
    let inner = untrack(|| entry.try_get()).flatten().map(|entry| entry.what).map(|what| match what {
        What::Said(said) => said_view(app, entry, &said, &row),
        What::Note(note) => el("p", "note").attr("dir", "auto").text(move || app.note_text(&note)).view(),
    });
    // By its key `files.js` finds the line of a file, and makes a picture of its name.
    el("li", "").attr("data-key", &row.key).maybe(day).maybe(inner).view()
}

fn said_view(app: App, entry: Memo<Option<Entry>>, said: &Said, row: &Row) -> AnyView {
    let from = said.from;
    let class = match from {
        Author::Shopper => "line mine",
        Author::Person => "line human",
        _ => "line",
    };
    let name = said.name.clone();
    let hidden = if from == Author::Shopper { "who unseen" } else { "who" };
    let who = row.opens_group.then(|| el("p", hidden).text(move || author(app, from, name.clone())).view());
    let sources = part(move || sources(app, said_now(entry)?.sources));
    let bubble = el("div", "bubble").child(body(app, entry)).child(sources).view();
    el("div", &if row.opens_group { [class, " opens"].concat() } else { class.to_owned() })
        .maybe(who)
        .child(bubble)
        .child(part(move || meta(app, entry.try_get().flatten()?)))
        .view()
}

fn said_now(entry: Memo<Option<Entry>>) -> Option<Said> {
    match entry.try_get().flatten()?.what {
        What::Said(said) => Some(said),
        What::Note(_) => None,
    }
}

pub fn author(app: App, from: Author, name: Option<String>) -> String {
    match from {
        Author::Shopper => app.t("you"),
        Author::Person => name.unwrap_or_else(|| app.t("person")),
        Author::Assistant | Author::Unknown => app.t("assistant"),
    }
}

fn sources(app: App, sources: Vec<Source>) -> Option<AnyView> {
    let links: Vec<AnyView> = sources.into_iter().filter_map(link).collect();
    if links.is_empty() {
        return None;
    }
    let list = el("ul", "").attr("role", "list").children(links).view();
    Some(el("div", "sources").child(el("p", "").word(app, "sources").view()).child(list).view())
}

fn link(source: Source) -> Option<AnyView> {
    let url = safe_url(&source.url)?;
    let link = el("a", "").attr("href", &url.href).attr("target", "_blank").attr("rel", "noopener");
    let link = link.attr("title", &url.host.unwrap_or_default()).text(move || source.title.clone());
    Some(el("li", "").child(link.view()).view())
}

fn meta(app: App, entry: Entry) -> Option<AnyView> {
    let What::Said(said) = entry.what else { return None };
    if said.delivery == Delivery::Streaming {
        return None;
    }
    let at_ms = entry.at_ms;
    let cut = said.cut.then(|| el("span", "failed").word(app, "cut").view());
    let time = el("time", "").text(move || browser::time(&app.language(), at_ms, "clock")).view();
    let meta = el("div", "meta").maybe(cut).child(time);
    Some(
        match said.from {
            Author::Shopper => delivery(app, meta, entry.key, &said.delivery),
            _ => meta.child(copy_button(app, said.text)),
        }
        .view(),
    )
}

fn delivery(app: App, meta: El, id: String, delivery: &Delivery) -> El {
    let state = |class: &'static str, key: &'static str| el("span", class).word(app, key).view();
    match delivery {
        Delivery::Outgoing(SendState::Sending) => meta.child(state("", "sending")),
        Delivery::Outgoing(SendState::Failed(failure)) => {
            let again = id.clone();
            meta.child(state("failed", failure_key(*failure)))
                .child(button(app, "small", "retry", move || app.retry(again.clone())))
                .child(button(app, "small quiet", "discard", move || {
                    app.discard(id.clone());
                    browser::focus("text");
                }))
        }
        _ => meta.child(state("sent", "sent")),
    }
}

fn failure_key(failure: Failure) -> &'static str {
    match failure {
        Failure::TooLong => "failed_too_long",
        Failure::TooFast => "failed_too_fast",
        Failure::Ended => "failed_ended",
        Failure::Other => "failed",
    }
}

fn copy_button(app: App, words: String) -> AnyView {
    plain_button("icon copy", move || copy(app, &words))
        .live("title", move || app.t("copy"))
        .live("aria-label", move || app.t("copy"))
        .view()
}

fn day_text(app: App, day: i64) -> String {
    let now_ms = i64::try_from(browser::now_ms()).unwrap_or(0);
    let today = (now_ms + i64::from(browser::ahead_min()) * 60_000).div_euclid(86_400_000);
    match today - day {
        0 => app.t("today"),
        1 => app.t("yesterday"),
        _ => {
            let noon_ms = u64::try_from(day * 86_400_000 + 43_200_000).unwrap_or(0);
            browser::time(&app.language(), noon_ms, "day")
        }
    }
}
