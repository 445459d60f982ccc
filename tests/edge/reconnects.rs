//! One shopper connects a thousand times, as a broken network or a broken script does: the sockets stay
//! few, each tells the whole story in order, and nothing that is said meanwhile is lost.

use counterbell_protocol::ServerFrame;
use tests::edge::{Edge, ShopSetup};
use tests::run;
use tests::shopper::{PATIENCE, Socket, assert_no_gaps, event_of, messages, say};

const CONNECTS: usize = 1_000;
/// Between two messages.
const CONNECTS_A_MESSAGE: usize = 50;
/// More than a household has tabs.
const FEW: usize = 20;

#[test]
fn a_thousand_connects_leave_few_sockets_and_lose_nothing() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new().without_help()).await;
        let shopper = shop.shopper().await;
        shopper.post(&tests::shopper::ask_person()).await.expect(200);
        let mut sockets = Vec::new();
        for n in 0..CONNECTS {
            if n % CONNECTS_A_MESSAGE == 0 {
                shopper.post(&say(&format!("message {n}"))).await.expect(200);
            }
            let after = n as u64 % 3;
            let mut socket = shopper.connect_after(after).await;
            let ready = socket.ready().await;
            let events = socket.events();
            assert_no_gaps(&events, after);
            assert_eq!(events.last().map(|event| event.seq), Some(ready.seq), "connect {n}");
            sockets.push(socket);
        }
        shopper.post(&say("the last word")).await.expect(200);
        let mut open = 0;
        for socket in &mut sockets {
            open += usize::from(hears_the_last_word(socket).await);
        }
        assert!((1..=FEW).contains(&open), "{open} sockets are open");
        let last = sockets.last().expect("sockets").events();
        let whole = shopper.missed(0).await.events;
        assert_eq!(whole[whole.len() - last.len()..], last, "the newest socket heard all, in order");
        let said = messages(&whole).len();
        assert_eq!(said, CONNECTS / CONNECTS_A_MESSAGE + 1);
    });
}

/// `false`: the edge has closed it.
async fn hears_the_last_word(socket: &mut Socket) -> bool {
    let listen = async {
        while let Some(frame) = socket.next().await {
            if is_last_word(&frame) {
                return true;
            }
        }
        false
    };
    tokio::time::timeout(PATIENCE, listen).await.expect("the last word, or the end of the socket")
}

fn is_last_word(frame: &ServerFrame) -> bool {
    let event = event_of(frame).map(|event| serde_json::to_string(event).expect("JSON"));
    event.is_some_and(|event| event.contains("the last word"))
}
