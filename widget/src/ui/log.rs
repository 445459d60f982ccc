//! The list of lines: the newest ones, more on request, the view kept at the end unless the shopper has
//! scrolled away.

use super::line::line;
use crate::app::App;
use crate::browser::dom;
use crate::state::Chat;
use counterbell_protocol::Owner;
use leptos::prelude::*;
use std::cell::Cell;

/// How many lines a long conversation opens with, and how many more a press brings.
const PAGE_LINES: usize = 40;
/// Above so many the oldest are let go while the shopper reads the newest.
const MAX_LINES: usize = 150;
/// So near to the end counts as the end.
const END_PX: i32 = 48;

pub fn log(app: App) -> impl IntoView {
    // The first line shown; unknown until the history has been read.
    let first = RwSignal::new(None::<usize>);
    let from = move |chat: &Chat| match first.get() {
        _ if !chat.live => chat.committed.len(),
        Some(first) if first <= chat.len() => first,
        _ => chat.len().saturating_sub(PAGE_LINES),
    };
    let ahead_min = dom::ahead_of_utc_min();
    let rows = Memo::new(move |_| app.chat.with(|chat| chat.rows(from(chat), ahead_min)));
    let hidden = Memo::new(move |_| app.chat.with(|chat| chat.live && from(chat) > 0));
    Effect::new(move |_| {
        let shown = rows.with(Vec::len);
        let (live, total) = app.chat.with_untracked(|chat| (chat.live, chat.len()));
        let known = first.get_untracked().is_some_and(|first| first <= total);
        if live && (!known || shown > MAX_LINES && app.at_end.get_untracked()) {
            first.set(Some(total.saturating_sub(PAGE_LINES)));
        }
        follow(app);
    });
    let earlier = move |_| first.update(|first| *first = first.map(|at| at.saturating_sub(PAGE_LINES)));
    view! {
        {move || hidden.get().then(|| view! {
            <button type="button" class="quiet small" on:click=earlier>{app.t("show_earlier")}</button>
        })}
        <ol class="lines" role="list">
            <For each=move || rows.get() key=Clone::clone children=move |row| line(app, row) />
        </ol>
        {typing(app)}
        {suggestions(app)}
    }
}

/// Somebody is writing, or an answer is due.
fn typing(app: App) -> impl IntoView {
    let who = Memo::new(move |_| {
        app.chat.with(|chat| match (&chat.typing, chat.owner) {
            (Some(typing), Owner::Person) => Some(typing.name.clone().or(chat.person.clone())),
            _ if chat.answer_due() => Some(None),
            _ => None,
        })
    });
    let text = move |name: Option<String>| match name {
        Some(name) => app.fill("typing_person", &[("name", &name)]),
        None => app.t("typing_assistant"),
    };
    move || {
        who.get().map(|name| {
            follow(app);
            view! {
                <p class="typing bubble">
                    <i></i>
                    <i></i>
                    <i></i>
                    <span class="unseen">{text(name)}</span>
                </p>
            }
        })
    }
}

/// The shop's own questions, while nothing has been said.
fn suggestions(app: App) -> impl IntoView {
    let empty = Memo::new(move |_| app.chat.with(Chat::is_empty) && crate::wire::session(app).is_none());
    move || {
        let questions = app.inner().config.suggestions.clone();
        (empty.get() && !questions.is_empty()).then(|| {
            let button = move |question: String| {
                let text = question.clone();
                let press = move |_| {
                    app.say(&text);
                    dom::focus("text");
                };
                view! { <li><button type="button" dir="auto" on:click=press>{question}</button></li> }
            };
            view! {
                <ul class="suggestions" role="list" aria-label=move || app.t("suggestions_label")>
                    {questions.into_iter().map(button).collect::<Vec<_>>()}
                </ul>
            }
        })
    }
}

/// Watches where the shopper has scrolled to.
pub fn attach(app: App) {
    let Some(log) = dom::by_id("log") else { return };
    dom::on(&log.clone(), "scroll", move |_| {
        let rest = log.scroll_height() - log.scroll_top() - log.client_height();
        let at_end = rest <= END_PX;
        if app.at_end.get_untracked() != at_end {
            app.at_end.set(at_end);
        }
    });
    dom::on(&window(), "resize", move |_| follow(app));
}

pub fn to_end() {
    if let Some(log) = dom::by_id("log") {
        log.set_scroll_top(log.scroll_height());
    }
}

thread_local! {
    static FOLLOWING: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the newest line in sight, once a frame, if it was.
pub fn follow(app: App) {
    if app.at_end.get_untracked() && !FOLLOWING.replace(true) {
        request_animation_frame(|| {
            FOLLOWING.set(false);
            to_end();
        });
    }
}
