//! The live feed of each open case: one WebSocket to the edge, opened by this server with its key.
//! A feed ends when its case does, and comes back with growing pauses when the line is cut.

use crate::case::Case;
use crate::desk::{Change, Desk, now_ms};
use counterbell_protocol::ConversationId;
use counterbell_protocol::agent::{FeedFrame, Transcript};
use futures_util::{SinkExt, StreamExt};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, interval, sleep};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;

const PING_EVERY: Duration = Duration::from_secs(20);
/// A line on which not even a pong came for so long is dead.
const SILENT_FOR: Duration = Duration::from_secs(50);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Starts a feed for an open case that has none.
pub fn ensure(desk: &Arc<Desk>, id: &ConversationId) {
    let mut feeds = desk.feeds();
    if is_open(desk, id) && feeds.insert(id.clone()) {
        tokio::spawn(run(Arc::clone(desk), id.clone()));
    }
}

async fn run(desk: Arc<Desk>, id: ConversationId) {
    let mut pause = FIRST_PAUSE;
    loop {
        let began = Instant::now();
        // Whatever went wrong, the cure is the same: connect again and ask for what was missed.
        drop(follow(&desk, &id).await);
        if began.elapsed() > LONGEST_PAUSE {
            pause = FIRST_PAUSE;
        }
        if ended(&desk, &id) {
            return;
        }
        sleep(jittered(pause)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Checked and removed under one lock, so that a case that opens again at this moment gets a new feed.
fn ended(desk: &Desk, id: &ConversationId) -> bool {
    let mut feeds = desk.feeds();
    let over = !is_open(desk, id);
    if over {
        feeds.remove(id);
    }
    over
}

fn is_open(desk: &Desk, id: &ConversationId) -> bool {
    desk.board().case(id).is_some_and(Case::is_open)
}

async fn follow(desk: &Desk, id: &ConversationId) -> Result<(), Box<dyn Error + Send + Sync>> {
    let transcript: Transcript = desk.edge.get(&format!("conversations/{id}")).await?;
    desk.board().filled(transcript, now_ms());
    desk.announce(Change::Case(id.clone()));

    let seq = desk.board().seen(id);
    let mut request = desk.edge.feed_url(id, seq).into_client_request()?;
    request.headers_mut().insert(AUTHORIZATION, desk.edge.authorization().parse()?);
    let (mut socket, _) = connect_async(request).await?;
    let mut ping = interval(PING_EVERY);
    let mut heard = Instant::now();
    while is_open(desk, id) && heard.elapsed() < SILENT_FOR {
        tokio::select! {
            _ = ping.tick() => socket.send(Message::Ping(Vec::new().into())).await?,
            message = socket.next() => match message {
                Some(message) => { heard = Instant::now(); take(desk, id, &message?); }
                None => return Ok(()),
            },
        }
    }
    Ok(socket.close(None).await?)
}

fn take(desk: &Desk, id: &ConversationId, message: &Message) {
    let Message::Text(text) = message else { return };
    let Ok(frame) = serde_json::from_str::<FeedFrame>(text) else { return };
    if frame == FeedFrame::Typing {
        desk.announce(Change::Typing(id.clone()));
    } else if desk.board().feed(id, frame, now_ms()) {
        desk.announce(Change::Case(id.clone()));
    }
}

/// Between half of the pause and all of it, so that many feeds do not come back in step.
fn jittered(pause: Duration) -> Duration {
    let [byte, ..] = *uuid::Uuid::new_v4().as_bytes();
    pause / 2 + pause * u32::from(byte) / 512
}
