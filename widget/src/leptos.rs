//! Leptos without its facade: the same signals (`reactive_graph`), views (`tachys`) and helpers
//! (`leptos_dom`) as in `leptos` 0.8.23. The `leptos` crate itself always brings server functions, whose
//! exported stream classes no linker can drop; measured here they cost every shopper 14 kB of brotli.

pub use leptos_dom::helpers::{
    TimeoutHandle, document, queue_microtask, request_animation_frame, set_interval, set_timeout,
    set_timeout_with_handle,
};
pub use reactive_graph::computed::Memo;
pub use reactive_graph::effect::Effect;
pub use reactive_graph::graph::untrack;
pub use reactive_graph::owner::{LocalStorage, Owner, StoredValue};
pub use reactive_graph::prelude::*;
pub use reactive_graph::signal::RwSignal;
pub use tachys::html::element::custom;
pub use tachys::prelude::*;
pub use tachys::view::any_view::{AnyView, IntoAny};

use tachys::reactive_graph::OwnedView;
use tachys::view::keyed::keyed;
use web_sys::Element;

/// Shows a view inside `parent` for as long as the document lives.
pub fn mount(parent: &Element, view: impl FnOnce() -> AnyView) {
    // It fails only if it has been done before.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let state = owner.with(|| {
        let mut state = view().build();
        state.mount(parent, None);
        state
    });
    std::mem::forget((owner, state));
}

/// One view an item, kept while its key is there. `Owner::current` is always there inside a view.
pub fn for_each<T>(items: Memo<Vec<T>>, view: impl Fn(T) -> AnyView + Clone + Send + 'static) -> AnyView
where
    T: Clone + Eq + std::hash::Hash + Send + Sync + 'static,
{
    let parent = Owner::current().unwrap_or_default();
    let child = move |_place: usize, item: T| {
        let owner = parent.with(Owner::new);
        let view = owner.with(|| view(item));
        (|_: usize| {}, OwnedView::new_with_owner(view, owner))
    };
    (move || keyed(items.get(), T::clone, child.clone())).into_any()
}
