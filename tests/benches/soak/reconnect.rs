//! Everybody comes back at once: an edge is killed under many open sockets, and all resume.

use futures_util::stream::{self, StreamExt};
use std::time::{Duration, Instant};
use tests::edge::{Edge, Shop, ShopSetup};
use tests::shopper::Shopper;
use tests::soak::spread;

/// As many handshakes as are under way at the same time.
const AT_ONCE: usize = 100;

pub async fn measure(edge: &Edge, count: usize) -> String {
    let shop = edge.shop(ShopSetup::new()).await;
    let shoppers: Vec<Shopper> =
        stream::iter(0..count).map(|_| greet(&shop)).buffer_unordered(AT_ONCE).collect().await;
    let sockets: Vec<_> =
        stream::iter(&shoppers).map(Shopper::connect).buffer_unordered(AT_ONCE).collect().await;
    edge.kill9();
    drop(sockets);
    edge.restart().await;
    let started = Instant::now();
    let times: Vec<Duration> = stream::iter(&shoppers).map(resume).buffer_unordered(AT_ONCE).collect().await;
    let all = started.elapsed().as_secs_f64();
    format!("{}; all {count} in {all:.1} s", spread("resume of a socket", &times))
}

/// A conversation with a first message. A stall here is a stall, not the end of the soak.
async fn greet(shop: &Shop) -> Shopper {
    let frame = tests::shopper::say("What does shipping cost?");
    for _ in 0..6 {
        let Some(shopper) = Shopper::open_if_up(&shop.edge, &shop.id).await else {
            eprintln!("soak: a conversation was not opened");
            continue;
        };
        match shopper.try_post(&frame).await {
            Ok(answer) if answer.status == 200 => return shopper,
            other => eprintln!("soak: a first message was not taken: {other:?}"),
        }
    }
    panic!("nobody can open a conversation")
}

async fn resume(shopper: &Shopper) -> Duration {
    let started = Instant::now();
    let mut socket = shopper.connect_after(1).await;
    socket.ready().await;
    tests::shopper::assert_no_gaps(&socket.events(), 1);
    started.elapsed()
}
