//! A scripted OpenAI-compatible model server: it writes the exact bytes, so that it can be wrong in every
//! way a real one is now and then. It must not know what the edge makes of them.

use crate::wire::{self, Port, Request, Step};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// What the server does with one request, byte by byte.
#[derive(Clone, Debug)]
pub struct Script(pub Vec<Step>);

/// A model server on a port of its own.
pub struct Upstream {
    port: Port,
    state: Arc<Mutex<State>>,
}

struct State {
    seen: Vec<Request>,
    next: VecDeque<Script>,
    marked: Vec<(String, Script)>,
    default: Script,
}

impl Upstream {
    pub async fn start(default: Script) -> Self {
        let state = State { seen: Vec::new(), next: VecDeque::new(), marked: Vec::new(), default };
        let state = Arc::new(Mutex::new(state));
        let chooser = state.clone();
        let port = Port::open(move |request| locked(&chooser).choose(request).0).await;
        Self { port, state }
    }

    /// What goes where an OpenAI base address goes.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port.port())
    }

    /// The next request gets this, before any other choice.
    pub fn next(&self, script: Script) {
        locked(&self.state).next.push_back(script);
    }

    /// A request whose last message contains `mark` gets this.
    pub fn when(&self, mark: &str, script: Script) {
        locked(&self.state).marked.push((mark.to_owned(), script));
    }

    pub fn always(&self, script: Script) {
        locked(&self.state).default = script;
    }

    /// Every request so far, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        locked(&self.state).seen.clone()
    }

    /// From here on connections are refused.
    pub fn down(&self) {
        self.port.down();
    }

    pub fn up(&self) {
        self.port.up();
    }
}

impl State {
    fn choose(&mut self, request: Request) -> Script {
        let last = last_message(&request);
        self.seen.push(request);
        if let Some(script) = self.next.pop_front() {
            return script;
        }
        let marked = self.marked.iter().find(|(mark, _)| last.contains(mark.as_str()));
        marked.map_or_else(|| self.default.clone(), |(_, script)| script.clone())
    }
}

fn locked<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().expect("no test panics while it holds this lock")
}

fn last_message(request: &Request) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let last = body["messages"].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
    last["content"].as_str().unwrap_or_default().to_owned()
}

/// The pieces in which a tokeniser of today would send a text: a word with the space before it.
pub fn tokens(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}

/// One event of a healthy stream.
pub fn event(piece: &str) -> Vec<u8> {
    data(&json!({"id": "c1", "object": "chat.completion.chunk", "model": "scripted",
        "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": null}]}))
}

/// The event that ends a healthy stream, before `[DONE]`.
pub fn finish(reason: &str) -> Vec<u8> {
    data(&json!({"id": "c1", "object": "chat.completion.chunk", "model": "scripted",
        "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}))
}

pub fn data(value: &Value) -> Vec<u8> {
    format!("data: {value}\n\n").into_bytes()
}

/// The head of a healthy stream. Without a length: the end of the connection ends the body.
pub fn head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n".to_vec()
}

const DONE: &[u8] = b"data: [DONE]\n\n";

/// What real servers do on a good day and on the others.
impl Script {
    /// A healthy stream as fast as the wire takes it.
    pub fn answer(text: &str) -> Self {
        Self::paced(text, Duration::ZERO)
    }

    /// A healthy stream with a pause before each token.
    pub fn paced(text: &str, pause: Duration) -> Self {
        let role = data(&json!({"choices": [{"index": 0, "delta": {"role": "assistant", "content": null}}]}));
        let mut steps = vec![Step::Send(head()), Step::Send(role)];
        for piece in tokens(text) {
            if !pause.is_zero() {
                steps.push(Step::Wait(pause));
            }
            steps.push(Step::Send(event(&piece)));
        }
        steps.push(Step::Send([finish("stop").as_slice(), DONE].concat()));
        Self(steps)
    }

    /// `count` tokens at `per_second`.
    pub fn tokens(count: usize, per_second: u32) -> Self {
        let text = (0..count).map(|n| format!("word{n} ")).collect::<String>();
        Self::paced(&text, Duration::from_secs(1) / per_second)
    }

    pub fn status(code: u16, headers: &[(&str, &str)], body: &str) -> Self {
        Self(vec![Step::Send(wire::answer(code, headers, body))])
    }

    /// As OpenAI words it.
    pub fn error(code: u16, kind: &str) -> Self {
        let body = json!({"error": {"message": kind, "type": kind, "code": kind}}).to_string();
        Self::status(code, &[("content-type", "application/json")], &body)
    }

    pub fn silent() -> Self {
        Self(vec![Step::Hang])
    }

    /// Headers, and then nothing.
    pub fn silent_after_head() -> Self {
        Self(vec![Step::Send(head()), Step::Hang])
    }

    pub fn stalls_after(text: &str) -> Self {
        Self::begun(text, Step::Hang)
    }

    pub fn dies_after(text: &str) -> Self {
        Self::begun(text, Step::Reset)
    }

    /// Closes politely, but without `finish_reason` and without `[DONE]`.
    pub fn ends_early_after(text: &str) -> Self {
        Self::begun(text, Step::Wait(Duration::ZERO))
    }

    pub fn without_done(text: &str) -> Self {
        let mut steps = Self::begun(text, Step::Wait(Duration::ZERO)).0;
        steps.push(Step::Send(finish("stop")));
        Self(steps)
    }

    /// A healthy stream, one byte a second.
    pub fn one_byte_a_second(text: &str) -> Self {
        let body = [event(text), finish("stop"), DONE.to_vec()].concat();
        let mut steps = vec![Step::Send(head())];
        steps.extend(body.iter().flat_map(|b| [Step::Send(vec![*b]), Step::Wait(Duration::from_secs(1))]));
        Self(steps)
    }

    /// One event of a megabyte.
    pub fn one_megabyte() -> Self {
        Self::bytes(&[event(&"lorem ipsum ".repeat(87_400)), finish("stop"), DONE.to_vec()].concat())
    }

    /// CRLF line ends, comments, a byte order mark, `data:` without a space, and the JSON of each event
    /// split over two `data:` lines, as the specification of server-sent events allows.
    pub fn odd_but_legal(text: &str) -> Self {
        let mut body = "\u{feff}: hello\r\n\r\n".to_owned();
        for piece in tokens(text) {
            let (piece, comment) = (json!(piece), ": keep-alive\r\n");
            body.push_str(&format!("{comment}event: message\r\nid: 7\r\nretry: 10\r\n"));
            body.push_str(&format!(
                "data:{{\"choices\":[{{\"index\":0,\r\ndata: \"delta\":{{\"content\":{piece}}}}}]}}\r\n\r\n"
            ));
        }
        body.push_str("data:[DONE]\r\n\r\n");
        Self::bytes(body.as_bytes())
    }

    /// A healthy stream in writes of `size` bytes, so that code points and line ends are split.
    pub fn in_pieces(text: &str, size: usize) -> Self {
        let whole: Vec<u8> = tokens(text).iter().flat_map(|t| event(t)).chain(DONE.to_vec()).collect();
        let mut steps = vec![Step::Send(head())];
        for piece in whole.chunks(size) {
            steps.extend([Step::Send(piece.to_vec()), Step::Wait(Duration::from_millis(2))]);
        }
        Self(steps)
    }

    /// An error object where the stream should be, with status 200.
    pub fn error_with_200() -> Self {
        Self::error(200, "server_error")
    }

    /// An error object as an event in the middle of a stream.
    pub fn error_event_after(text: &str) -> Self {
        let error = data(&json!({"error": {"message": "overloaded", "type": "server_error"}}));
        Self::begun(text, Step::Send(error))
    }

    pub fn html() -> Self {
        Self::status(200, &[("content-type", "text/html")], "<!doctype html><h1>502 Bad Gateway</h1>")
    }

    pub fn empty() -> Self {
        Self::bytes(&[finish("stop"), DONE.to_vec()].concat())
    }

    pub fn null_content() -> Self {
        let null = data(&json!({"choices": [{"index": 0, "delta": {"content": null}}]}));
        Self::bytes(&[null.clone(), null, finish("stop"), DONE.to_vec()].concat())
    }

    pub fn filtered_after(text: &str) -> Self {
        let mut steps = Self::begun(text, Step::Wait(Duration::ZERO)).0;
        steps.push(Step::Send([finish("content_filter").as_slice(), DONE].concat()));
        Self(steps)
    }

    /// Calls a tool that does not exist, with arguments that are no JSON.
    pub fn broken_tool_call() -> Self {
        let call = json!({"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "t1",
            "type": "function", "function": {"name": "refund_everything", "arguments": "{\"order\": "}}]}}]});
        Self::bytes(&[data(&call), finish("tool_calls"), DONE.to_vec()].concat())
    }

    /// Lines that are neither events nor comments.
    pub fn garbage() -> Self {
        Self::bytes(b"data: {\"choices\": [{\"delta\"\n\ndata: \xff\xfe\n\nnonsense\n\ndata: 42\n\n")
    }

    fn begun(text: &str, then: Step) -> Self {
        let mut steps = vec![Step::Send(head())];
        steps.extend(tokens(text).iter().map(|piece| Step::Send(event(piece))));
        // Long enough for the pieces to arrive as pieces.
        steps.extend([Step::Wait(Duration::from_millis(100)), then]);
        Self(steps)
    }

    fn bytes(body: &[u8]) -> Self {
        Self(vec![Step::Send(head()), Step::Send(body.to_vec())])
    }
}
