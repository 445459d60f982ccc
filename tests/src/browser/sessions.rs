//! The sessions of one page: its own, and one for each frame of another site, found as the browser
//! announces them. It keeps which script context belongs to which frame.

use super::log::{LogEntry, Requested};
use super::wire::{Connection, Event};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::mpsc;

pub struct Sessions {
    pub connection: Arc<Connection>,
    pub root: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sessions: HashMap<String, Session>,
    log: Vec<LogEntry>,
    requests: Vec<Requested>,
    received_bytes: u64,
    /// What every frame of another site is told before its first script runs.
    first: Vec<(&'static str, Value)>,
}

#[derive(Default)]
struct Session {
    /// For a frame of another site this is the frame's own id.
    target: String,
    /// From frame id to the unique id of its main script context.
    contexts: HashMap<String, String>,
}

/// A frame as the protocol names it.
#[derive(Clone, Debug)]
pub struct Place {
    pub session: String,
    pub frame: String,
    pub context: String,
}

impl Sessions {
    /// Attaches to a page's target and to whatever frames it will have.
    pub async fn attach(connection: Arc<Connection>, target: &str) -> Arc<Self> {
        let events = connection.listen();
        let attach = json!({"targetId": target, "flatten": true});
        let attached = connection.call(None, "Target.attachToTarget", attach).await;
        let root = attached["sessionId"].as_str().unwrap_or_default().to_owned();
        let sessions = Arc::new(Self { connection, root: root.clone(), state: Mutex::default() });
        sessions.enter(&root, target);
        tokio::spawn(follow(Arc::downgrade(&sessions), events));
        sessions
    }

    pub async fn call(&self, session: &str, method: &str, params: Value) -> Value {
        self.connection.call(Some(session), method, params).await
    }

    pub async fn try_call(&self, session: &str, method: &str, params: Value) -> Result<Value, String> {
        self.connection.try_call(Some(session), method, params).await
    }

    /// Tells all sessions, and those to come before they begin.
    pub async fn tell_all(&self, method: &'static str, params: Value) {
        self.locked().first.push((method, params.clone()));
        self.call(&self.root, method, params.clone()).await;
        for session in self.ids() {
            // A frame may go at any time.
            drop(self.try_call(&session, method, params.clone()).await);
        }
    }

    pub fn log(&self) -> Vec<LogEntry> {
        self.locked().log.clone()
    }

    pub fn requests(&self) -> Vec<Requested> {
        self.locked().requests.clone()
    }

    /// Heads and bodies as they came over the network, compressed.
    pub fn received_bytes(&self) -> u64 {
        self.locked().received_bytes
    }

    pub fn ids(&self) -> Vec<String> {
        self.locked().sessions.keys().cloned().collect()
    }

    /// The frame that a session of another site stands for.
    pub fn target(&self, session: &str) -> String {
        self.locked().sessions.get(session).map(|s| s.target.clone()).unwrap_or_default()
    }

    /// The page itself, or its first frame whose address contains `part`, if its scripts can run already.
    pub async fn place(&self, part: Option<&str>) -> Option<Place> {
        let ids = if part.is_some() { self.ids() } else { vec![self.root.clone()] };
        for session in ids {
            let Ok(tree) = self.try_call(&session, "Page.getFrameTree", json!({})).await else { continue };
            let Some(frame) = search(&tree["frameTree"], part) else { continue };
            let state = self.locked();
            if let Some(context) = state.sessions.get(&session).and_then(|s| s.contexts.get(&frame)) {
                return Some(Place { session, frame, context: context.clone() });
            }
        }
        None
    }

    fn enter(&self, session: &str, target: &str) {
        let entry = Session { target: target.to_owned(), contexts: HashMap::new() };
        self.locked().sessions.insert(session.to_owned(), entry);
        let auto = json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true});
        let enable = ["Page.enable", "Runtime.enable", "Log.enable", "Network.enable"];
        let begin = [("Target.setAutoAttach", auto), ("Runtime.runIfWaitingForDebugger", json!({}))];
        let first = self.locked().first.clone();
        for (method, params) in enable.map(|method| (method, json!({}))).into_iter().chain(first).chain(begin)
        {
            // A worker knows some of these only: what it does not know it refuses, and nothing is lost.
            drop(self.connection.post(Some(session), method, &params));
        }
    }

    fn take(&self, event: &Event) {
        if !self.locked().sessions.contains_key(&event.session) {
            return;
        }
        let params = &event.params;
        if event.method == "Target.attachedToTarget" {
            let target = params["targetInfo"]["targetId"].as_str().unwrap_or_default();
            return self.enter(params["sessionId"].as_str().unwrap_or_default(), target);
        }
        let mut state = self.locked();
        if event.method == "Target.detachedFromTarget" {
            state.sessions.remove(params["sessionId"].as_str().unwrap_or_default());
            return;
        }
        state.log.extend(LogEntry::of(&event.method, params));
        state.requests.extend(Requested::of(&event.method, params));
        if event.method == "Network.loadingFinished" {
            state.received_bytes += params["encodedDataLength"].as_f64().unwrap_or_default() as u64;
        }
        if let Some(session) = state.sessions.get_mut(&event.session) {
            session.take(&event.method, params);
        }
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding this lock")
    }
}

impl Session {
    fn take(&mut self, method: &str, params: &Value) {
        match method {
            "Runtime.executionContextCreated" => {
                let context = &params["context"];
                if context["auxData"]["isDefault"] == true {
                    let frame = context["auxData"]["frameId"].as_str().unwrap_or_default();
                    let unique = context["uniqueId"].as_str().unwrap_or_default();
                    self.contexts.insert(frame.to_owned(), unique.to_owned());
                }
            }
            "Runtime.executionContextDestroyed" => {
                let gone = params["executionContextUniqueId"].as_str().unwrap_or_default();
                self.contexts.retain(|_, context| context != gone);
            }
            "Runtime.executionContextsCleared" => self.contexts.clear(),
            _ => {}
        }
    }
}

async fn follow(sessions: std::sync::Weak<Sessions>, mut events: mpsc::UnboundedReceiver<Arc<Event>>) {
    while let Some(event) = events.recv().await {
        let Some(sessions) = sessions.upgrade() else { return };
        sessions.take(&event);
    }
}

/// The id of the first frame in a tree whose address contains `part`; without `part` the topmost.
fn search(tree: &Value, part: Option<&str>) -> Option<String> {
    let frame = &tree["frame"];
    let url = frame["url"].as_str().unwrap_or_default();
    if part.is_none_or(|part| url.contains(part)) {
        return frame["id"].as_str().map(str::to_owned);
    }
    tree["childFrames"].as_array()?.iter().find_map(|child| search(child, part))
}
