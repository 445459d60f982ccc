//! A receiver that is down for long: how soon after it is back has it got what it missed?

use std::time::{Duration, Instant};
use tests::edge::{Edge, ShopSetup};
use tests::receiver::Receiver;

pub async fn measure(outage: Duration) -> String {
    if outage.is_zero() {
        return "outage: not measured".to_owned();
    }
    let edge = Edge::start().await;
    let receiver = Receiver::start().await;
    receiver.down();
    let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
    let (_, mut socket) = shop.talk().await;
    socket.ask_person().await;
    tokio::time::sleep(outage).await;
    receiver.up();
    let back = Instant::now();
    // Tries are at most two minutes apart in the first half hour.
    receiver.first("escalation.requested", Duration::from_secs(180)).await;
    format!("redelivery after an outage of {} s: {:.1} s", outage.as_secs(), back.elapsed().as_secs_f64())
}
