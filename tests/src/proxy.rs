//! A proxy before the edge that lets through what a test lets through, and nothing while it is cut.

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Proxy {
    pub url: String,
    cut: watch::Sender<bool>,
}

impl Proxy {
    /// `lets` judges a connection by what it asks first. A browser opens one of its own for each socket.
    pub async fn before(edge: &str, lets: fn(&str) -> bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on the loopback");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let edge = edge.trim_start_matches("http://").to_owned();
        let (cut, is_cut) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, edge.clone(), lets, is_cut.clone()));
            }
        });
        Self { url, cut }
    }

    /// Hangs up on everybody, and on whoever comes.
    pub fn cut(&self) {
        self.cut.send_replace(true);
    }

    pub fn mend(&self) {
        self.cut.send_replace(false);
    }
}

async fn carry(
    mut client: TcpStream,
    edge: String,
    lets: fn(&str) -> bool,
    mut is_cut: watch::Receiver<bool>,
) {
    let mut head = [0; 8_192];
    let read = client.peek(&mut head).await.unwrap_or_default();
    if !lets(&String::from_utf8_lossy(&head[..read])) {
        return;
    }
    let Ok(mut edge) = TcpStream::connect(edge).await else { return };
    tokio::select! {
        _ = is_cut.wait_for(|cut| *cut) => {}
        _ = tokio::io::copy_bidirectional(&mut client, &mut edge) => {}
    }
}
