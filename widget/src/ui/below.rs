//! Between the log and the text field: the one thing that matters now. An error, an offer, the wait, the end.

use super::{contact, ending, log, waiting};
use crate::app::App;
use crate::browser::dom;
use crate::state::Reach;
use counterbell_protocol::Owner;
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Card {
    None,
    Asking,
    Offer,
    Waiting,
    AskContact,
    Promised,
    Ended,
}

pub fn below(app: App) -> impl IntoView {
    let card = Memo::new(move |_| {
        app.chat.with(|chat| match (chat.owner, &chat.reach) {
            (Owner::Waiting, Reach::NotAsked) => Card::Waiting,
            (Owner::Waiting, Reach::Asked { .. }) => Card::AskContact,
            (Owner::Waiting, Reach::Left(_)) => Card::Promised,
            (Owner::Person, _) => Card::None,
            _ if chat.outbox.asks_person() => Card::Asking,
            (Owner::Closed, _) if chat.live => Card::Ended,
            _ if chat.offer.is_some() => Card::Offer,
            _ => Card::None,
        })
    });
    Effect::new(move |_| {
        let with_person = matches!(card.get(), Card::Waiting | Card::AskContact | Card::Promised)
            || app.chat.with(|chat| chat.owner == Owner::Person);
        if let Some(button) = dom::by_id("person") {
            button.set_hidden(with_person);
        }
        log::follow(app);
    });
    let only = move |wanted: Card| card.get() == wanted;
    view! {
        {pill(app)}
        {error(app)}
        {move || only(Card::Asking).then(|| view! { <div class="card"><p>{app.t("asking_person")}</p></div> })}
        {move || only(Card::Offer).then(|| offer(app))}
        {move || only(Card::Waiting).then(|| waiting::waiting(app))}
        {move || only(Card::AskContact).then(|| contact::form(app))}
        {move || only(Card::Promised).then(|| contact::promised(app))}
        {move || only(Card::Ended).then(|| ending::ending(app))}
    }
}

fn error(app: App) -> impl IntoView {
    move || {
        app.error.get().map(|key| view! { <div class="card alert" role="alert"><p>{app.t(key)}</p></div> })
    }
}

fn offer(app: App) -> impl IntoView {
    let words = move || {
        app.chat.with(|chat| match &chat.offer {
            Some(offer) if offer.reason == crate::state::chat::SLOW => app.t("slow_answer"),
            Some(offer) => offer.note.clone().unwrap_or_else(|| app.t("offer_text")),
            None => String::new(),
        })
    };
    crate::app::say_aloud("polite", &untrack(words));
    let leave = move |act: fn(App)| {
        act(app);
        dom::focus("text");
    };
    view! {
        <div class="card">
            <p dir="auto">{words}</p>
            <div class="row">
                <button type="button" class="main" on:click=move |_| leave(App::ask_person)>
                    {move || app.t("offer_accept")}
                </button>
                <button type="button" class="quiet" on:click=move |_| leave(App::decline_offer)>
                    {move || app.t("offer_decline")}
                </button>
            </div>
        </div>
    }
}

/// New messages that the shopper has not scrolled to.
fn pill(app: App) -> impl IntoView {
    let total = Memo::new(move |_| app.chat.with(|chat| chat.committed.len()));
    let at_end = app.at_end;
    // What was there when the shopper last looked at the end.
    let read = Memo::new(move |before: Option<&usize>| {
        let now = total.get();
        if at_end.get() { now } else { before.copied().unwrap_or(now).min(now) }
    });
    let press = move |_| {
        at_end.set(true);
        log::to_end();
        dom::focus("text");
    };
    move || {
        let new = u32::try_from(total.get() - read.get().min(total.get())).unwrap_or(0);
        (!at_end.get()).then(|| {
            let label = if new > 0 { app.plural("new_messages", new, ("", "")) } else { app.t("to_newest") };
            view! { <button type="button" class="pill" on:click=press>{label}</button> }
        })
    }
}
