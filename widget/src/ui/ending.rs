//! The end: whether it helped, in two taps, and a way to begin anew.

use crate::app::App;
use crate::browser::dom;
use counterbell_protocol::event::Rating;
use leptos::prelude::*;
use web_sys::HtmlTextAreaElement;

const COMMENT: &str = "rating-comment";
const MAX_COMMENT_CHARS: &str = "1000";

pub fn ending(app: App) -> impl IntoView {
    let rated = Memo::new(move |_| app.chat.with(|chat| chat.rating.clone()));
    let again = move |_| {
        app.start_again();
        dom::focus("text");
    };
    view! {
        <section class="card" aria-labelledby="ending">
            {move || rated.get().is_none().then(|| question(app))}
            {move || rated.get().map(|rating| thanks(app, rating))}
            <div class="row">
                <button type="button" class="small" on:click=again>{move || app.t("start_again")}</button>
            </div>
        </section>
    }
}

fn question(app: App) -> impl IntoView {
    let choose = move |solved: bool| {
        app.rate(Rating { solved, comment: None });
        dom::focus(COMMENT);
    };
    view! {
        <h2 id="ending">{move || app.t("rating_question")}</h2>
        <div class="row">
            <button type="button" on:click=move |_| choose(true)>{move || app.t("rating_yes")}</button>
            <button type="button" on:click=move |_| choose(false)>{move || app.t("rating_no")}</button>
        </div>
    }
}

/// The vote counts at once; words may follow.
fn thanks(app: App, rating: Rating) -> impl IntoView {
    let solved = rating.solved;
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let text = dom::by_id_as::<HtmlTextAreaElement>(COMMENT).map(|field| field.value().trim().to_owned());
        if let Some(comment) = text.filter(|text| !text.is_empty()) {
            app.rate(Rating { solved, comment: Some(comment) });
        }
        dom::focus("text");
    };
    let comment = rating.comment.is_none().then(|| {
        view! {
            <form on:submit=send>
                <label>
                    {move || app.t("rating_comment")}
                    <textarea id=COMMENT rows="2" maxlength=MAX_COMMENT_CHARS dir="auto"></textarea>
                </label>
                <button class="small">{move || app.t("rating_send")}</button>
            </form>
        }
    });
    view! {
        <h2 id="ending" role="status">{move || app.t("rating_thanks")}</h2>
        {comment}
    }
}
