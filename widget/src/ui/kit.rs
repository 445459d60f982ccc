//! The bricks of the interface. Leptos makes code for every type of view; `view!` gives each element a type
//! of its own, which tripled the WASM here (measured). So all elements are one type, all live texts are
//! one type, and what differs between them is data.

use crate::app::App;
use crate::leptos::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event};

type Live<T> = Box<dyn Fn() -> T + Send>;
type Made = Box<dyn FnOnce(Element)>;
type Listener = Closure<dyn FnMut(Event)>;

pub struct El {
    tag: &'static str,
    setup: Setup,
    children: Vec<AnyView>,
}

/// What is done to an element when it has been made.
#[derive(Default)]
struct Setup {
    fixed: Vec<(&'static str, String)>,
    live: RefCell<Vec<(&'static str, Live<String>)>>,
    listener: Option<(&'static str, Listener)>,
    made: Cell<Option<Made>>,
}

pub fn el(tag: &'static str, class: &str) -> El {
    let el = El { tag, setup: Setup::default(), children: Vec::new() };
    if class.is_empty() { el } else { el.attr("class", class) }
}

impl El {
    pub fn attr(mut self, name: &'static str, value: &str) -> Self {
        self.setup.fixed.push((name, value.to_owned()));
        self
    }

    /// An attribute that follows the signals it reads.
    pub fn live(self, name: &'static str, value: impl Fn() -> String + Send + 'static) -> Self {
        self.setup.live.borrow_mut().push((name, Box::new(value)));
        self
    }

    pub fn on(mut self, event: &'static str, listener: impl FnMut(Event) + 'static) -> Self {
        let listener: Box<dyn FnMut(Event)> = Box::new(listener);
        self.setup.listener = Some((event, Closure::wrap(listener)));
        self
    }

    /// What only the element itself can do.
    pub fn made(self, with: impl FnOnce(Element) + 'static) -> Self {
        self.setup.made.set(Some(Box::new(with)));
        self
    }

    pub fn child(mut self, child: AnyView) -> Self {
        self.children.push(child);
        self
    }

    /// A child that may not be there.
    pub fn maybe(mut self, child: Option<AnyView>) -> Self {
        self.children.extend(child);
        self
    }

    pub fn children(mut self, children: impl IntoIterator<Item = AnyView>) -> Self {
        self.children.extend(children);
        self
    }

    /// Words from the language file.
    pub fn word(self, app: App, key: &'static str) -> Self {
        self.child(word(app, key))
    }

    pub fn text(self, value: impl Fn() -> String + Send + 'static) -> Self {
        self.child(text(value))
    }

    pub fn view(self) -> AnyView {
        let set_up: fn(Element, Rc<Setup>) = set_up;
        custom(self.tag).directive(set_up, Rc::new(self.setup)).child(self.children).into_any()
    }
}

fn set_up(element: Element, setup: Rc<Setup>) {
    for (name, value) in &setup.fixed {
        let _ = element.set_attribute(name, value);
    }
    for (name, value) in setup.live.take() {
        let element = element.clone();
        effect(move || {
            let _ = element.set_attribute(name, &value());
        });
    }
    if let Some((event, listener)) = &setup.listener {
        let _ = element.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    }
    if let Some(made) = setup.made.take() {
        made(element);
    }
    // The listener must live until the part of the view that it belongs to is gone.
    StoredValue::new_local(setup);
}

pub fn word(app: App, key: &'static str) -> AnyView {
    text(move || app.t(key))
}

/// Text that follows the signals it reads.
pub fn text(value: impl Fn() -> String + Send + 'static) -> AnyView {
    let value: Live<String> = Box::new(value);
    value.into_any()
}

/// A part that comes, goes and changes with the signals it reads.
pub fn part(value: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    let value: Live<Option<AnyView>> = Box::new(value);
    value.into_any()
}

/// The value of an attribute that is one or the other.
pub fn truth(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

/// A button with its word; `class` is one of the stylesheet's kinds.
pub fn button(app: App, class: &str, key: &'static str, press: impl FnMut() + 'static) -> AnyView {
    plain_button(class, press).word(app, key).view()
}

pub fn plain_button(class: &str, mut press: impl FnMut() + 'static) -> El {
    el("button", class).attr("type", "button").on("click", move |_| press())
}
