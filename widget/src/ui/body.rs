//! The words of one message. A growing answer changes only the nodes that must change.

use super::kit::el;
use super::log::follow;
use super::patch::patch;
use crate::app::App;
use crate::leptos::*;
use crate::state::markdown::{Stream, plain};
use crate::state::{Delivery, Entry, Said, What};
use counterbell_protocol::event::Author;
use web_sys::Element;

pub fn body(app: App, entry: Memo<Option<Entry>>) -> AnyView {
    el("div", "body")
        .attr("dir", "auto")
        .made(move |host| {
            let mut painted = Stream::new(app.allowed());
            let mut is_first = true;
            effect(move || {
                if std::mem::take(&mut is_first) {
                    // Leptos marks the place of children; here there are only ours.
                    host.set_text_content(None);
                }
                if let Some(What::Said(said)) = entry.try_get().flatten().map(|entry| entry.what) {
                    paint(app, &host, &said, &mut painted);
                    follow(app);
                }
            });
        })
        .view()
}

fn paint(app: App, host: &Element, said: &Said, painted: &mut Stream) {
    if said.from != Author::Assistant {
        host.set_text_content(None);
        return patch(host, 0, &[], plain(&said.text).iter());
    }
    let changed = if said.delivery == Delivery::Streaming {
        app.draft.get();
        let text = app.chat.with_untracked(|chat| chat.draft.as_ref().map(|draft| draft.text.clone()));
        painted.set(&text.unwrap_or_default())
    } else {
        painted.set(&said.text)
    };
    patch(host, changed.from, &changed.before, painted.blocks().skip(changed.from));
}
