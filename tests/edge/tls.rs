//! A receiver whose certificate nobody vouches for gets nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::{poll, run};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

#[test]
fn a_self_signed_certificate_is_a_failure_and_the_body_stays_here() {
    run(async {
        let (port, heard) = self_signed().await;
        let shop = Edge::shared()
            .await
            .shop(ShopSetup::new().target(&format!("https://localhost:{port}/hook")))
            .await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let row = poll::until("two failed attempts", Duration::from_secs(60), || async {
            let row = shop.delivery(&shopper.conversation, "requested").await?;
            row["attempts"][1].is_object().then_some(row)
        })
        .await;
        assert_eq!(row["state"], "pending", "{row}");
        assert_eq!(heard.load(Ordering::Relaxed), 0, "bytes of the delivery were sent");
    });
}

/// A TLS server with a certificate of its own making: its port, and how many bytes it has read in the clear.
async fn self_signed() -> (u16, Arc<AtomicUsize>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a server's settings");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on the loopback");
    let port = listener.local_addr().expect("an address").port();
    let (acceptor, heard) = (TlsAcceptor::from(Arc::new(config)), Arc::new(AtomicUsize::new(0)));
    let count = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut buffer = [0; 1_024];
                count.fetch_add(stream.read(&mut buffer).await.unwrap_or(0), Ordering::Relaxed);
            }
        }
    });
    (port, heard)
}
