//! The list of lines: the newest ones, more on request, the view kept at the end unless the shopper has
//! scrolled away.

use super::kit::{button, el, part, plain_button};
use super::line::line;
use crate::app::App;
use crate::browser;
use crate::leptos::*;
use crate::state::Chat;
use crate::state::glance::Writing;
use crate::state::json::parse;

/// How many lines a long conversation opens with, and how many more a press brings.
const PAGE_LINES: usize = 40;
/// Above so many the oldest are let go while the shopper reads the newest.
const MAX_LINES: usize = 150;

/// The history has not been read yet: the first line to show is not known.
const UNKNOWN: usize = usize::MAX;

pub fn log(app: App) -> AnyView {
    let first = Signal::new(UNKNOWN);
    let ahead_min = i64::from(browser::ahead_min());
    let rows = Memo::new(move || {
        let first = first.get();
        app.chat.with(|chat| chat.rows(first_shown(chat, first), ahead_min))
    });
    effect(move || {
        let shown = rows.get().len();
        let (live, total) = app.chat.with_untracked(|chat| (chat.live, chat.len()));
        let known = first.get_untracked() <= total;
        if live && (!known || shown > MAX_LINES && app.at_end.get_untracked()) {
            first.set(total.saturating_sub(PAGE_LINES));
        }
        follow(app);
    });
    let earlier = part(move || {
        let hidden = app.glance.get().live && (1..UNKNOWN).contains(&first.get());
        let press = move || first.update(|first| *first = first.saturating_sub(PAGE_LINES));
        hidden.then(|| button(app, "quiet small", "show_earlier", press))
    });
    let list = el("ol", "lines")
        .attr("role", "list")
        .made(move |host| for_each(host, rows, move |row| line(app, row)))
        .view();
    let typing = part(move || typing(app, app.glance.get().writing));
    // The shop's own: where they are the same in another language, their buttons stay, and the focus on one of them.
    let questions = Memo::new(move || {
        app.words.with(|_| ());
        parse(&browser::words_of("shop")).map(|shop| shop.get("suggestions").texts()).unwrap_or_default()
    });
    let suggestions =
        part(move || app.glance.get().is_empty.then(|| suggestions(app, questions.get())).flatten());
    el("div", "").child(earlier).child(list).child(typing).child(suggestions).view()
}

fn first_shown(chat: &Chat, first: usize) -> usize {
    match first {
        _ if !chat.live => chat.committed.len(),
        first if first <= chat.len() => first,
        _ => chat.len().saturating_sub(PAGE_LINES),
    }
}

/// Somebody is writing, or an answer is due.
fn typing(app: App, writing: Writing) -> Option<AnyView> {
    let words = move || match &writing {
        Writing::Person(name) => {
            let name = name.clone().unwrap_or_else(|| app.t("person"));
            Some(app.fill("typing_person", &[("name", &name)]))
        }
        Writing::Assistant => Some(app.t("typing_assistant")),
        Writing::Nobody => None,
    };
    untrack(&words)?;
    follow(app);
    let dots = (0..3).map(|_| el("i", "").view());
    let words = el("span", "unseen").text(move || words().unwrap_or_default()).view();
    Some(el("p", "typing bubble").children(dots).child(words).view())
}

/// To tap, while nothing has been said.
fn suggestions(app: App, questions: Vec<String>) -> Option<AnyView> {
    if questions.is_empty() || crate::wire::session(app).is_some() {
        return None;
    }
    let item = move |question: String| {
        let said = question.clone();
        let press = move || {
            app.say(&said);
            browser::focus("text");
        };
        let button = plain_button("", press).attr("dir", "auto").text(move || question.clone());
        el("li", "").child(button.view()).view()
    };
    let list =
        el("ul", "suggestions").attr("role", "list").live("aria-label", move || app.t("suggestions_label"));
    Some(list.children(questions.into_iter().map(item)).view())
}

/// Keeps the newest line in sight, if it was.
pub fn follow(app: App) {
    if app.at_end.get_untracked() {
        browser::follow();
    }
}
