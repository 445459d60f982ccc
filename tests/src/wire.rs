//! HTTP/1.1 at the wire: reads a request whole, then plays the exact bytes that a script says.
//! It must not know what the bytes mean.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    pub at: Instant,
    /// In milliseconds since the Unix epoch.
    pub at_ms: u64,
    pub method: String,
    pub path: String,
    /// Names in lower case, in the order of arrival.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; panics when it is none, with the text.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e} in the body {:?}", self.text()))
    }
}

/// One thing to do with an accepted connection.
#[derive(Clone, Debug)]
pub enum Step {
    Send(Vec<u8>),
    /// Sends this many bytes of `x`, without holding them.
    Flood(u64),
    Wait(Duration),
    /// Says nothing more and keeps the connection open until the other side leaves.
    Hang,
    /// Closes with a TCP reset.
    Reset,
}

/// A whole answer with `Content-Length`.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut head =
        format!("HTTP/1.1 {status} Scripted\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{head}\r\n{body}").into_bytes()
}

/// A listener on a port of its own that can be taken down and brought up again at the same address.
pub struct Port {
    address: SocketAddr,
    open: watch::Sender<bool>,
}

impl Port {
    /// Serves one request a connection: `choose` sees it and says what to play. `host` is `127.0.0.1` or
    /// another local name.
    pub async fn open<F>(choose: F) -> Self
    where
        F: Fn(Request) -> Vec<Step> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on the loopback");
        let address = listener.local_addr().expect("the port's address");
        let (open, state) = watch::channel(true);
        tokio::spawn(keep_open(listener, address, state, Arc::new(choose)));
        Self { address, open }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From here on connections are refused.
    pub fn down(&self) {
        self.open.send_replace(false);
    }

    pub fn up(&self) {
        self.open.send_replace(true);
    }
}

type Choose = Arc<dyn Fn(Request) -> Vec<Step> + Send + Sync>;

/// Ends when the [`Port`] is dropped.
async fn keep_open(first: TcpListener, address: SocketAddr, mut open: watch::Receiver<bool>, choose: Choose) {
    let mut listener = Some(first);
    loop {
        let wanted = *open.borrow_and_update();
        if !wanted {
            listener = None;
        } else if listener.is_none() {
            listener = Some(rebind(address).await);
        }
        tokio::select! {
            changed = open.changed() => if changed.is_err() { return },
            stream = accept(listener.as_ref()) => {
                tokio::spawn(converse(stream, choose.clone()));
            }
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    let Some(listener) = listener else { return std::future::pending().await };
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            return stream;
        }
    }
}

async fn rebind(address: SocketAddr) -> TcpListener {
    crate::poll::until("free port to come back to", Duration::from_secs(10), || async {
        let socket = tokio::net::TcpSocket::new_v4().ok()?;
        socket.set_reuseaddr(true).ok()?;
        socket.bind(address).ok()?;
        socket.listen(1024).ok()
    })
    .await
}

async fn converse(stream: TcpStream, choose: Choose) {
    let mut stream = BufReader::new(stream);
    let _ = stream.get_ref().set_nodelay(true);
    let Ok(Some(request)) = read_request(&mut stream).await else { return };
    // The other side leaving early is part of the play.
    let _ = play(stream, choose(request)).await;
}

async fn play(mut stream: BufReader<TcpStream>, steps: Vec<Step>) -> io::Result<()> {
    for step in steps {
        match step {
            Step::Send(bytes) => stream.write_all(&bytes).await?,
            Step::Flood(count) => flood(&mut stream, count).await?,
            Step::Wait(span) => tokio::time::sleep(span).await,
            Step::Hang => {
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).await?;
            }
            Step::Reset => return stream.into_inner().set_zero_linger(),
        }
    }
    stream.shutdown().await
}

async fn flood(stream: &mut BufReader<TcpStream>, count: u64) -> io::Result<()> {
    let block = vec![b'x'; 64 * 1024];
    let mut left = count;
    while left > 0 {
        let now = left.min(block.len() as u64) as usize;
        stream.write_all(&block[..now]).await?;
        left -= now as u64;
    }
    Ok(())
}

/// Reads one request whole; `None` when the other side closed before it said anything.
pub async fn read_request(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (method, path) = (method.to_owned(), path.to_owned());
    let headers = read_headers(stream).await?;
    let mut request =
        Request { at: Instant::now(), at_ms: now_ms(), method, path, headers, body: Vec::new() };
    request.body = read_body(stream, &request).await?;
    Ok(Some(request))
}

pub async fn read_headers(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(headers) };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

async fn read_body(stream: &mut BufReader<TcpStream>, request: &Request) -> io::Result<Vec<u8>> {
    if request.header("transfer-encoding").is_some_and(|t| t.contains("chunked")) {
        return read_chunks(stream).await;
    }
    let length = request.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(body)
}

pub async fn read_chunks(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        stream.read_line(&mut size).await?;
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let mut chunk = vec![0; size + 2];
        stream.read_exact(&mut chunk).await?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

pub fn now_ms() -> u64 {
    UNIX_EPOCH.elapsed().map_or(0, |t| t.as_millis() as u64)
}
