//! A plain HTTP client that sends what it is told, sense or not, one request a connection.

use crate::wire;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Longer than any answer may take.
static PATIENCE_MS: AtomicU64 = AtomicU64::new(40_000);

/// From here on every request of this process is given up after so long, with `TimedOut`.
pub fn be_patient_for(span: Duration) {
    PATIENCE_MS.store(span.as_millis() as u64, Ordering::Relaxed);
}

#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Ask {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    patience: Option<Duration>,
}

impl Ask {
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    pub fn post(url: impl Into<String>) -> Self {
        Self::new("POST", url)
    }

    pub fn put(url: impl Into<String>) -> Self {
        Self::new("PUT", url)
    }

    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self {
            method: method.to_owned(),
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            patience: None,
        }
    }

    /// This one is given up after so long instead.
    #[must_use]
    pub fn patience(self, span: Duration) -> Self {
        Self { patience: Some(span), ..self }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    #[must_use]
    pub fn json(self, body: &impl serde::Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("a body that is JSON");
        self.header("content-type", "application/json").body(body)
    }

    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The same with another header of this name.
    #[must_use]
    pub fn instead(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.header(name, value)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// What goes before a body of this length, and whom it goes to: for who sends it by hand.
    pub fn head(&self, length: usize) -> (String, &str) {
        let url = &self.url;
        let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("no http address: {url}"));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut head = format!("{} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", self.method);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {length}\r\n\r\n"));
        (head, host)
    }

    /// The answer; panics when there is none.
    pub async fn send(&self) -> Response {
        self.try_send().await.unwrap_or_else(|e| panic!("{} {}: {e}", self.method, self.url))
    }

    /// The answer, or why there is none: nobody listens, or the connection broke.
    pub async fn try_send(&self) -> io::Result<Response> {
        let usual = Duration::from_millis(PATIENCE_MS.load(Ordering::Relaxed));
        let patience = self.patience.unwrap_or(usual);
        let timeout = || io::Error::new(io::ErrorKind::TimedOut, format!("no answer in {patience:?}"));
        tokio::time::timeout(patience, self.exchange()).await.unwrap_or_else(|_| Err(timeout()))
    }

    async fn exchange(&self) -> io::Result<Response> {
        let (head, host) = self.head(self.body.len());
        let mut stream = BufReader::new(TcpStream::connect(host).await?);
        stream.write_all(head.as_bytes()).await?;
        // A server may refuse before it has read all: its answer counts, not the broken pipe.
        let _ = stream.write_all(&self.body).await;
        read(&mut stream).await
    }
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn value(&self) -> Value {
        self.json()
    }

    /// The body as a type of the wire; panics with the text when it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e} in {} {}", self.status, self.text()))
    }

    /// Fails unless the status is this one, with the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The `code` of a refusal.
    pub fn code(&self) -> String {
        self.value()["code"].as_str().unwrap_or_default().to_owned()
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Response> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let status = line.split_whitespace().nth(1).and_then(|s| s.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no status in {line:?}")))?;
    let headers = wire::read_headers(stream).await?;
    let mut response = Response { status, headers, body: Vec::new() };
    let chunked = response.header("transfer-encoding").is_some_and(|t| t.contains("chunked"));
    let length = response.header("content-length").and_then(|l| l.parse().ok());
    match length {
        _ if chunked => response.body = wire::read_chunks(stream).await?,
        Some(length) => {
            response.body = vec![0; length];
            stream.read_exact(&mut response.body).await?;
        }
        None if status == 204 || status == 304 => {}
        None => drop(stream.read_to_end(&mut response.body).await?),
    }
    Ok(response)
}
