//! Between the log and the text field: the one thing that matters now. An error, an offer, the wait, the end.

use super::kit::{button, el, part, plain_button};
use super::{contact, ending, log, waiting};
use crate::app::App;
use crate::browser;
use crate::leptos::*;
use crate::state::glance::{Card, OfferWords};
use counterbell_protocol::Owner;

pub fn below(app: App) -> AnyView {
    // A card is made anew only when another kind is due; what changes inside it follows the glance.
    let kind = Memo::new(move || std::mem::discriminant(&app.glance.get().card));
    let card = part(move || {
        kind.try_get();
        card(app, untrack(|| app.glance.get().card))
    });
    effect(move || {
        let owner = app.glance.get().owner;
        browser::hide("person", matches!(owner, Owner::Waiting | Owner::Person));
        log::follow(app);
    });
    el("div", "").child(part(move || pill(app))).child(part(move || error(app))).child(card).view()
}

fn card(app: App, card: Card) -> Option<AnyView> {
    match card {
        Card::None => None,
        Card::Asking => Some(el("p", "card").word(app, "asking_person").view()),
        Card::Offer(words) => Some(offer(app, words)),
        Card::Waiting(_) => Some(waiting::waiting(app)),
        Card::AskContact { back_at_ms } => Some(contact::form(app, back_at_ms)),
        Card::Promised(_) => Some(contact::promised(app)),
        Card::Ended(_) => app.glance.get().live.then(|| ending::ending(app)),
    }
}

fn error(app: App) -> Option<AnyView> {
    let key = app.trouble.get().error?;
    Some(el("p", "card alert").attr("role", "alert").word(app, key).view())
}

fn offer(app: App, words: OfferWords) -> AnyView {
    let words = move || match &words {
        OfferWords::Usual => app.t("offer_text"),
        OfferWords::Slow => app.t("slow_answer"),
        OfferWords::Own(note) => note.clone(),
    };
    browser::say("polite", &untrack(&words));
    let leave = move |act: fn(App)| {
        act(app);
        browser::focus("text");
    };
    let accept = button(app, "main", "offer_accept", move || leave(App::ask_person));
    let decline = button(app, "quiet", "offer_decline", move || leave(App::decline_offer));
    el("div", "card")
        .child(el("p", "").attr("dir", "auto").text(words).view())
        .child(el("div", "row").child(accept).child(decline).view())
        .view()
}

/// New messages that the shopper has not scrolled to.
fn pill(app: App) -> Option<AnyView> {
    let inner = app.inner();
    let total = app.glance.get().committed;
    if app.at_end.get() {
        inner.read.set(total);
        return None;
    }
    let new = u32::try_from(total.saturating_sub(inner.read.get())).unwrap_or(0);
    let words = move || match new {
        0 => app.t("to_newest"),
        new => app.plural("new_messages", new, ("", "")),
    };
    let press = move || {
        app.at_end.set(true);
        browser::to_end();
        browser::focus("text");
    };
    Some(plain_button("pill", press).text(words).view())
}
