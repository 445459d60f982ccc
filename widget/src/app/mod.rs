//! The frame as one thing: signals over the plain state, and what belongs to this page alone.
//! `App` is a handle that can be copied into every closure; its signals live as long as the document.

mod acts;
mod language;
mod news;
mod page;

use crate::browser::{self, store::Slot, store::Store};
use crate::leptos::*;
use crate::state::glance::Glance;
use crate::state::json::parse;
use crate::state::markdown::Allowed;
use crate::state::outbox::Outbox;
use crate::state::words::Words;
use crate::state::{Chat, Effect, read};
use crate::wire::Wire;
use counterbell_protocol::ServerFrame;
use counterbell_protocol::frame::FrameConfig;
use counterbell_protocol::socket::{Missed, Page};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

#[derive(Clone, Copy)]
pub struct App {
    pub chat: RwSignal<Chat>,
    /// Counts the animation frames in which the answer being written has grown.
    pub draft: Signal<u32>,
    pub words: Signal<Words>,
    pub trouble: Signal<Trouble>,
    pub glance: Memo<Glance>,
    /// The menu in the header is open.
    pub menu: Signal<bool>,
    /// The newest line is in sight, and stays so when more is said.
    pub at_end: Signal<bool>,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

/// What does not work right now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    pub line: Line,
    /// The key of an error to be shown above the text field.
    pub error: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    #[default]
    Fine,
    Reconnecting,
    Offline,
}

impl Line {
    /// What is said of it, if anything.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Fine => None,
            Self::Reconnecting => Some("status_reconnecting"),
            Self::Offline => Some("status_offline"),
        }
    }
}

pub struct Inner {
    pub config: FrameConfig,
    pub store: Store,
    pub wire: Wire,
    pub page: RefCell<Page>,
    pub identity: RefCell<Option<String>>,
    /// The panel is open in the page.
    pub open: Cell<bool>,
    /// The shopper can see the conversation.
    pub seen: Cell<bool>,
    pub unread: Cell<u32>,
    pub sound: Cell<bool>,
    /// How many lines there were when the newest one was last in sight.
    pub read: Cell<usize>,
    /// What is typed will be kept in a moment.
    pub keeping: Cell<bool>,
    pub told_typing_ms: Cell<u64>,
    /// A frame is already asked for to show the growing answer.
    painting: Cell<bool>,
}

impl App {
    pub fn new() -> Self {
        let config: FrameConfig =
            parse(&browser::words_of("shop")).map(|json| read::config(&json)).unwrap_or_default();
        let store = Store::new(&config.shop);
        let outbox = store.get(Slot::Outbox).map(|text| Outbox::from_json(&text)).unwrap_or_default();
        let sound = store.get(Slot::Sound).is_some();
        let inner = Inner {
            wire: Wire::default(),
            page: RefCell::default(),
            identity: RefCell::default(),
            open: Cell::new(!browser::is_embedded()),
            seen: Cell::new(!browser::is_embedded()),
            unread: Cell::new(0),
            sound: Cell::new(sound),
            read: Cell::new(0),
            keeping: Cell::new(false),
            told_typing_ms: Cell::new(0),
            painting: Cell::new(false),
            config,
            store,
        };
        let chat = RwSignal::new(Chat::with_outbox(outbox));
        Self {
            chat,
            glance: Memo::new(move || chat.with(Chat::glance)),
            draft: Signal::new(0),
            words: Signal::new(language::words(&browser::words_of("words")).unwrap_or_default()),
            trouble: Signal::new(Trouble::default()),
            at_end: Signal::new(true),
            menu: Signal::new(false),
            inner: StoredValue::new_local(Rc::new(inner)),
        }
    }

    pub fn inner(self) -> Rc<Inner> {
        self.inner.get_value()
    }

    pub fn allowed(self) -> Allowed {
        Allowed { image_hosts: self.inner().config.image_hosts.clone().into() }
    }

    /// What the edge has said, over the socket.
    pub fn take(self, frame: ServerFrame) {
        let grows = matches!(frame, ServerFrame::Delta(_));
        self.change(grows, |chat, now_ms| chat.apply(frame, now_ms));
    }

    /// What the edge has said, over HTTP.
    pub fn take_missed(self, missed: Missed) {
        let grows = missed.events.is_empty();
        self.change(grows, |chat, now_ms| chat.apply_missed(missed, now_ms));
    }

    /// A growing answer is painted once a frame; anything else is shown at once.
    fn change(self, grows: bool, change: impl FnOnce(&mut Chat, u64) -> Vec<Effect>) {
        let before = self.chat.with_untracked(|chat| (chat.draft.is_some(), chat.answer_due(), chat.owner));
        let mut effects = Vec::new();
        self.chat.update_untracked(|chat| effects = change(chat, browser::now_ms()));
        let after = self.chat.with_untracked(|chat| (chat.draft.is_some(), chat.answer_due(), chat.owner));
        // A history is long and comes piece by piece: it is shown when it is whole.
        let whole = self.chat.with_untracked(|chat| chat.live);
        if whole && (!grows || before != after || !effects.is_empty()) {
            self.chat.notify();
        }
        if after.0 {
            self.paint();
        }
        self.tell(effects);
    }

    fn paint(self) {
        if !self.inner().painting.replace(true) {
            request_animation_frame(move || {
                self.inner().painting.set(false);
                self.draft.update(|frames| *frames = frames.wrapping_add(1));
            });
        }
    }

    /// Shows an error above the text field, or no more.
    pub fn set_error(self, error: Option<&'static str>) {
        if self.trouble.get_untracked().error != error {
            self.trouble.update(|trouble| trouble.error = error);
        }
    }

    pub fn set_line(self, line: Line) {
        if self.trouble.get_untracked().line != line {
            self.trouble.update(|trouble| trouble.line = line);
            if let Some(key) = line.key() {
                browser::say("polite", &self.t(key));
            }
        }
    }

    pub fn keep_outbox(self) {
        let json = self.chat.with_untracked(|chat| chat.outbox.to_json());
        self.inner().store.set(Slot::Outbox, json.as_deref());
    }
}
