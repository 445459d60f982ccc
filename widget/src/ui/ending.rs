//! The end: whether it helped, in two taps, and a way to begin anew.

use super::kit::{button, el, part};
use crate::app::App;
use crate::browser;
use crate::leptos::*;
use crate::state::glance::Card;
use counterbell_protocol::event::Rating;

const COMMENT: &str = "rating-comment";

pub fn ending(app: App) -> AnyView {
    let again = button(app, "small", "start_again", move || {
        app.start_again();
        browser::focus("text");
    });
    let asked = part(move || match app.glance.get().card {
        Card::Ended(None) => Some(question(app)),
        Card::Ended(Some(rating)) => Some(thanks(app, rating)),
        _ => None,
    });
    el("section", "card")
        .attr("aria-labelledby", "ending")
        .child(asked)
        .child(el("div", "row").child(again).view())
        .view()
}

fn question(app: App) -> AnyView {
    let choice = move |key: &'static str, solved: bool| {
        button(app, "", key, move || {
            app.rate(Rating { solved, comment: None });
            browser::say("polite", &app.t("rating_thanks"));
            set_timeout(|| browser::focus(COMMENT), std::time::Duration::ZERO);
        })
    };
    let choices = el("div", "row").child(choice("rating_yes", true)).child(choice("rating_no", false));
    el("div", "")
        .child(el("h2", "").attr("id", "ending").word(app, "rating_question").view())
        .child(choices.view())
        .view()
}

/// The vote counts at once; words may follow.
fn thanks(app: App, rating: Rating) -> AnyView {
    let solved = rating.solved;
    let thanks = el("h2", "").attr("id", "ending").word(app, "rating_thanks").view();
    let comment = rating.comment.is_none().then(|| {
        let field = el("textarea", "")
            .attr("id", COMMENT)
            .attr("rows", "2")
            .attr("maxlength", "1000")
            .attr("dir", "auto");
        el("form", "")
            .on("submit", move |event| {
                event.prevent_default();
                comment(app, solved);
            })
            .child(el("label", "").word(app, "rating_comment").child(field.view()).view())
            .child(el("button", "small").word(app, "rating_send").view())
            .view()
    });
    el("div", "").child(thanks).maybe(comment).view()
}

fn comment(app: App, solved: bool) {
    let comment = browser::value(COMMENT);
    if !comment.is_empty() {
        app.rate(Rating { solved, comment: Some(comment) });
    }
    browser::focus("text");
}
