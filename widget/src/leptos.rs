//! Leptos without its facade: the same signals (`reactive_graph`), views (`tachys`) and helpers
//! (`leptos_dom`) as in `leptos` 0.8.23. The `leptos` crate itself always brings server functions, whose
//! exported stream classes no linker can drop; measured here they cost every shopper 14 kB of brotli.

pub use leptos_dom::helpers::{
    TimeoutHandle, document, queue_microtask, request_animation_frame, set_interval, set_timeout,
    set_timeout_with_handle,
};
pub use reactive_graph::graph::untrack;
pub use reactive_graph::owner::{LocalStorage, Owner, StoredValue};
pub use reactive_graph::prelude::*;
pub use reactive_graph::signal::RwSignal;
pub use tachys::html::element::custom;
pub use tachys::prelude::*;
pub use tachys::view::any_view::{AnyView, IntoAny};

use reactive_graph::computed::Memo as AnyMemo;
use reactive_graph::effect::Effect;
use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Arc;
use tachys::view::any_view::AnyViewState;
use web_sys::Element;

/// What a signal or a memo holds. Leptos makes the code of both anew for every type of value; here all are
/// one type inside (measured, with the list below: 5 kB of brotli less).
type Shared = Arc<dyn Any + Send + Sync>;

/// A small value that is replaced as a whole.
pub struct Signal<T> {
    held: RwSignal<Shared>,
    of: PhantomData<fn() -> T>,
}

impl<T: Clone + Send + Sync + 'static> Signal<T> {
    pub fn new(value: T) -> Self {
        Self { held: RwSignal::new(Arc::new(value)), of: PhantomData }
    }

    /// Nothing if the part of the view that it belongs to is gone.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.held.try_get()?.downcast_ref().map(read)
    }

    pub fn get(self) -> T
    where
        T: Default,
    {
        self.with(T::clone).unwrap_or_default()
    }

    pub fn get_untracked(self) -> T
    where
        T: Default,
    {
        untrack(|| self.get())
    }

    pub fn set(self, value: T) {
        self.held.try_set(Arc::new(value));
    }

    pub fn update(self, change: impl FnOnce(&mut T))
    where
        T: Default,
    {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }
}

/// A value that follows the signals it is made from.
pub struct Memo<T> {
    kept: AnyMemo<Kept>,
    of: PhantomData<fn() -> T>,
}

/// What a memo has made, and how two of its kind are compared.
#[derive(Clone)]
struct Kept {
    value: Shared,
    same: fn(&dyn Any, &dyn Any) -> bool,
}

type Make = Box<dyn Fn() -> Kept + Send + Sync>;

impl<T: Clone + PartialEq + Send + Sync + 'static> Memo<T> {
    pub fn new(make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let make = move || Kept { value: Arc::new(make()), same: same::<T> };
        Self { kept: Kept::follow(Box::new(make)), of: PhantomData }
    }

    /// Nothing if the part of the view that it belongs to is gone.
    pub fn try_get(self) -> Option<T> {
        self.kept.try_get()?.value.downcast_ref::<T>().cloned()
    }

    pub fn get(self) -> T
    where
        T: Default,
    {
        self.try_get().unwrap_or_default()
    }
}

impl Kept {
    fn follow(make: Make) -> AnyMemo<Self> {
        AnyMemo::new(move |_| make())
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        (self.same)(&*self.value, &*other.value)
    }
}

fn same<T: PartialEq + 'static>(one: &dyn Any, other: &dyn Any) -> bool {
    one.downcast_ref::<T>() == other.downcast_ref::<T>()
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

/// Runs now and whenever a signal that it reads has changed.
pub fn effect(run: impl FnMut() + 'static) {
    follow(Box::new(run));
}

/// Made once: Leptos' own is made anew for every closure.
fn follow(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| run());
}

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

/// What is shown of one item, and what belongs to it.
struct Shown<T> {
    item: T,
    view: AnyViewState,
    _owner: Owner,
}

/// Fills `host`: one view an item, kept and left in peace while the item is there. Leptos' own keyed list does
/// more and weighs several times as much.
pub fn for_each<T>(host: Element, items: Memo<Vec<T>>, view: impl Fn(T) -> AnyView + 'static)
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    // Not the effect's own, which ends with each of its runs.
    let parent = Owner::current().unwrap_or_default();
    let shown: RefCell<Vec<Shown<T>>> = RefCell::default();
    effect(move || {
        let items = items.get();
        let mut before = shown.take();
        before.retain_mut(|shown| {
            let stays = items.contains(&shown.item);
            if !stays {
                shown.view.unmount();
            }
            stays
        });
        let mut after = Vec::with_capacity(items.len());
        for item in items {
            let place = before.iter().position(|shown| shown.item == item);
            let moves = place != Some(0);
            let mut next = match place {
                Some(place) => before.remove(place),
                None => {
                    let owner = parent.with(Owner::new);
                    Shown { view: owner.with(|| view(item.clone()).build()), item, _owner: owner }
                }
            };
            if moves {
                match before.first() {
                    Some(first) => _ = first.view.insert_before_this(&mut next.view),
                    None => next.view.mount(&host, None),
                }
            }
            after.push(next);
        }
        shown.replace(after);
    });
}
