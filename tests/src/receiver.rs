//! A scripted webhook receiver: it records what came and answers as a shop's server might on a bad day.
//! It must not know the edge's schedule.

use crate::poll;
use crate::wire::{self, Port, Request, Step};
use counterbell_protocol::webhook::{Delivery, What};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// What the receiver does with one delivery.
#[derive(Clone, Debug)]
pub struct Answer(pub Vec<Step>);

/// A receiver on a port of its own.
pub struct Receiver {
    port: Port,
    state: Arc<Mutex<State>>,
}

struct State {
    seen: Vec<Recorded>,
    next: VecDeque<Answer>,
    default: Answer,
}

/// One attempt as it arrived, and the status that it is answered with: 0 for none.
#[derive(Clone, Debug)]
pub struct Recorded(pub Request, pub u16);

impl Receiver {
    /// Accepts everything until told otherwise.
    pub async fn start() -> Self {
        Self::answering(Answer::ok()).await
    }

    pub async fn answering(default: Answer) -> Self {
        let state = Arc::new(Mutex::new(State { seen: Vec::new(), next: VecDeque::new(), default }));
        let chooser = state.clone();
        let port = Port::open(move |request| locked(&chooser).choose(request).0).await;
        Self { port, state }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port.port())
    }

    /// The next attempt gets this, before the default.
    pub fn next(&self, answer: Answer) {
        locked(&self.state).next.push_back(answer);
    }

    /// From here on everything is accepted.
    pub fn calm(&self) {
        let mut state = locked(&self.state);
        state.next.clear();
        state.default = Answer::ok();
    }

    pub fn always(&self, answer: Answer) {
        locked(&self.state).default = answer;
    }

    /// From here on connections are refused.
    pub fn down(&self) {
        self.port.down();
    }

    pub fn up(&self) {
        self.port.up();
    }

    /// Every attempt so far, oldest first.
    pub fn attempts(&self) -> Vec<Recorded> {
        locked(&self.state).seen.clone()
    }

    /// Every attempt so far of one kind, such as `escalation.requested`.
    pub fn attempts_of(&self, kind: &str) -> Vec<Recorded> {
        self.attempts().into_iter().filter(|a| a.kind() == kind).collect()
    }

    /// The first attempt of a kind, as soon as it is there.
    pub async fn first(&self, kind: &str, deadline: Duration) -> Recorded {
        self.nth(kind, 1, deadline).await
    }

    /// The `count`th attempt of a kind (1 is the first), as soon as it is there.
    pub async fn nth(&self, kind: &str, count: usize, deadline: Duration) -> Recorded {
        poll::until(format!("delivery {count} of {kind}"), deadline, || async {
            self.attempts_of(kind).get(count - 1).cloned()
        })
        .await
    }
}

impl State {
    fn choose(&mut self, request: Request) -> Answer {
        let answer = self.next.pop_front().unwrap_or_else(|| self.default.clone());
        self.seen.push(Recorded(request, answer.code()));
        answer
    }
}

fn locked<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().expect("no test panics while it holds this lock")
}

impl Recorded {
    /// `webhook-id`: the same over every attempt of one delivery.
    pub fn id(&self) -> &str {
        self.0.header("webhook-id").unwrap_or_default()
    }

    /// Whether the receiver said 2xx.
    pub fn was_accepted(&self) -> bool {
        (200..300).contains(&self.1)
    }

    /// The `type` of the body, empty when there is none.
    pub fn kind(&self) -> String {
        let body: Value = serde_json::from_slice(&self.0.body).unwrap_or_default();
        body["type"].as_str().unwrap_or_default().to_owned()
    }

    pub fn delivery(&self) -> Delivery {
        serde_json::from_slice(&self.0.body).unwrap_or_else(|e| panic!("{e} in {}", self.0.text()))
    }

    /// The request for a person that this is; panics when it is something else.
    pub fn requested(&self) -> counterbell_protocol::webhook::Requested {
        match self.delivery().what {
            What::Requested(requested) => *requested,
            other => panic!("not a request for a person: {other:?}"),
        }
    }

    /// Verifies the signature with the official Rust package.
    pub fn verify(&self, secret: &str) -> Result<(), String> {
        let webhook = standardwebhooks::Webhook::new(secret).map_err(|e| e.to_string())?;
        webhook.verify(&self.0.body, &self.header_map()).map_err(|e| e.to_string())
    }

    fn header_map(&self) -> http::HeaderMap {
        let parsed = self.0.headers.iter().filter_map(|(n, v)| Some((n.parse().ok()?, v.parse().ok()?)));
        parsed.collect::<Vec<(http::HeaderName, http::HeaderValue)>>().into_iter().collect()
    }
}

/// What receivers do.
impl Answer {
    /// The status that is sent, 0 when there is none.
    pub fn code(&self) -> u16 {
        let sent = self.0.iter().find_map(|step| match step {
            Step::Send(bytes) => std::str::from_utf8(bytes).ok()?.split(' ').nth(1)?.parse().ok(),
            _ => None,
        });
        sent.unwrap_or(0)
    }

    pub fn ok() -> Self {
        Self::status(204, &[])
    }

    pub fn status(code: u16, headers: &[(&str, &str)]) -> Self {
        Self(vec![Step::Send(wire::answer(code, headers, ""))])
    }

    pub fn retry_after(code: u16, value: &str) -> Self {
        Self::status(code, &[("retry-after", value)])
    }

    pub fn moved_to(url: &str) -> Self {
        Self::status(301, &[("location", url)])
    }

    /// Accepts, but only after `span`.
    pub fn slow(span: Duration) -> Self {
        Self([vec![Step::Wait(span)], Self::ok().0].concat())
    }

    /// Accepts, and then resets the connection instead of closing it.
    pub fn ok_then_reset() -> Self {
        Self([Self::ok().0, vec![Step::Reset]].concat())
    }

    /// Takes the request and resets without an answer.
    pub fn reset() -> Self {
        Self(vec![Step::Reset])
    }

    pub fn silent() -> Self {
        Self(vec![Step::Hang])
    }

    /// 200 with a body of 100 MB.
    pub fn flood() -> Self {
        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 100000000\r\n\r\n";
        Self(vec![Step::Send(head.as_bytes().to_vec()), Step::Flood(100_000_000)])
    }
}
