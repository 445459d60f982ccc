//! The words of one message. A growing answer changes only the nodes that must change.

use super::log::follow;
use super::patch::patch;
use crate::app::App;
use crate::state::markdown::{Stream, plain};
use crate::state::{Delivery, Entry, Said, What};
use counterbell_protocol::event::Author;
use leptos::html;
use leptos::prelude::*;
use web_sys::Node;

pub fn body(app: App, entry: Memo<Option<Entry>>) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |painted: Option<Stream>| {
        let mut painted = painted.unwrap_or_else(|| Stream::new(app.allowed()));
        let Some(host) = node.get() else { return painted };
        if let Some(What::Said(said)) = entry.try_get().flatten().map(|entry| entry.what) {
            paint(app, &host, &said, &mut painted);
            follow(app);
        }
        painted
    });
    view! { <div class="body" dir="auto" node_ref=node></div> }
}

fn paint(app: App, host: &Node, said: &Said, painted: &mut Stream) {
    if said.from != Author::Assistant {
        host.set_text_content(None);
        return patch(host, 0, &[], plain(&said.text).iter());
    }
    let changed = if said.delivery == Delivery::Streaming {
        app.draft.track();
        let text = app.chat.with_untracked(|chat| chat.draft.as_ref().map(|draft| draft.text.clone()));
        painted.set(&text.unwrap_or_default())
    } else {
        painted.set(&said.text)
    };
    patch(host, changed.from, &changed.before, painted.blocks().skip(changed.from));
}
