//! The DevTools connection: numbered calls with answers, and events for whoever listens.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// The longest that one call may take: a screenshot on a busy machine.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);

/// One event, with the session that it belongs to.
#[derive(Clone, Debug)]
pub struct Event {
    pub session: String,
    pub method: String,
    pub params: Value,
}

pub struct Connection {
    outgoing: mpsc::UnboundedSender<String>,
    next: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By the call's number: its session, and who waits for the answer.
    waiting: HashMap<u64, (Option<String>, oneshot::Sender<Value>)>,
    listeners: Vec<mpsc::UnboundedSender<Arc<Event>>>,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Connection {
    pub async fn open(address: &str) -> Arc<Self> {
        // Screenshots and accessibility trees are large.
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (socket, _) = connect_async_with_config(address, Some(config), true)
            .await
            .unwrap_or_else(|e| panic!("no DevTools at {address}: {e}"));
        let (outgoing, queue) = mpsc::unbounded_channel();
        let connection = Arc::new(Self { outgoing, next: AtomicU64::new(1), state: Mutex::default() });
        tokio::spawn(connection.clone().pump(socket, queue));
        connection
    }

    /// Calls and panics on an error, with the browser's words.
    pub async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        self.try_call(session, method, params).await.unwrap_or_else(|e| panic!("{method}: {e}"))
    }

    pub async fn try_call(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, String> {
        let answer = self.post(session, method, &params);
        let answer = tokio::time::timeout(CALL_TIMEOUT, answer).await.map_err(|_| "no answer".to_owned())?;
        let answer = answer.map_err(|_| "whom it was asked is gone".to_owned())?;
        match answer.get("error") {
            Some(error) => Err(error["message"].as_str().unwrap_or("?").to_owned()),
            None => Ok(answer["result"].clone()),
        }
    }

    /// Calls without waiting; calls on one session keep their order.
    pub fn post(&self, session: Option<&str>, method: &str, params: &Value) -> oneshot::Receiver<Value> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let mut call = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            call["sessionId"] = json!(session);
        }
        let (answer, receiver) = oneshot::channel();
        self.locked().waiting.insert(id, (session.map(str::to_owned), answer));
        let _ = self.outgoing.send(call.to_string());
        receiver
    }

    /// Every event from here on.
    pub fn listen(&self) -> mpsc::UnboundedReceiver<Arc<Event>> {
        let (listener, events) = mpsc::unbounded_channel();
        self.locked().listeners.push(listener);
        events
    }

    async fn pump(self: Arc<Self>, socket: Socket, mut queue: mpsc::UnboundedReceiver<String>) {
        let (mut sink, mut stream) = socket.split();
        loop {
            tokio::select! {
                Some(text) = queue.recv() => if sink.send(Message::text(text)).await.is_err() { break },
                Some(Ok(message)) = stream.next() => {
                    if let Message::Text(text) = message {
                        self.dispatch(serde_json::from_str(&text).unwrap_or_default());
                    }
                }
                else => break,
            }
        }
        // Whoever still waits learns that nobody will answer.
        *self.locked() = State::default();
    }

    fn dispatch(&self, mut message: Value) {
        let mut state = self.locked();
        if let Some(id) = message["id"].as_u64() {
            if let Some((_, waiting)) = state.waiting.remove(&id) {
                let _ = waiting.send(message);
            }
            return;
        }
        if message["method"] == "Target.detachedFromTarget" {
            // What was asked of a frame that is gone will never be answered.
            let gone = message["params"]["sessionId"].as_str();
            state.waiting.retain(|_, (session, _)| session.is_none() || session.as_deref() != gone);
        }
        let event = Arc::new(Event {
            session: message["sessionId"].as_str().unwrap_or_default().to_owned(),
            method: message["method"].as_str().unwrap_or_default().to_owned(),
            params: message["params"].take(),
        });
        state.listeners.retain(|listener| listener.send(event.clone()).is_ok());
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding this lock")
    }
}
