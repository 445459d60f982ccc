//! The designs that are compared: the model server alone, the yardstick, and the edge.

use crate::process::{self, Serving};
use crate::turn;
use futures_util::stream::{self, StreamExt};
use std::path::Path;
use std::time::Duration;
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::Ask;
use tests::shopper::Socket;
use tests::yardstick::Yardstick;

/// About as long as a turn takes.
const TURN: Duration = Duration::from_secs(6);

pub enum Design {
    Model(Model),
    Yardstick(Yardstick),
    Edge(Box<EdgeTurns>),
}

pub struct Model {
    base_url: String,
    pid: u32,
}

pub struct EdgeTurns {
    edge: Edge,
    shop: Shop,
}

pub async fn all(model: &Serving) -> Vec<Design> {
    let edge = Edge::start().await;
    let shop = edge.shop(ShopSetup::new().model(&model.base_url)).await;
    vec![
        Design::Model(Model { base_url: model.base_url.clone(), pid: model.pid() }),
        Design::Yardstick(Yardstick::start(
            "stream.capnp",
            &[Path::new("stream.js")],
            &[("MODEL", &model.base_url)],
        )),
        Design::Edge(Box::new(EdgeTurns { edge, shop })),
    ]
}

impl Design {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Model(_) => "model server alone",
            Self::Yardstick(_) => "hand-written JavaScript Worker",
            Self::Edge(_) => "Counterbell",
        }
    }

    pub fn pid(&self) -> u32 {
        match self {
            Self::Model(model) => model.pid,
            Self::Yardstick(yardstick) => yardstick.pid(),
            Self::Edge(turns) => turns.edge.pid().expect("a running edge"),
        }
    }

    /// So many turns, so many at once: the time until the first token of each, and the CPU of one turn.
    pub async fn run(&self, turns: usize, at_once: usize) -> (Vec<Duration>, Duration) {
        // A conversation is opened and connected once and has many turns: that is not measured.
        let seats = self.seats(turns, at_once).await;
        let before = process::cpu(self.pid());
        let staggered = seats.into_iter().enumerate().map(async |(n, seat)| {
            // Shoppers do not all ask in the same millisecond.
            if n < at_once {
                tokio::time::sleep(
                    TURN * u32::try_from(n).unwrap_or(0) / u32::try_from(at_once).unwrap_or(1),
                )
                .await;
            }
            seat.take_turn().await
        });
        let times = stream::iter(staggered).buffer_unordered(at_once).collect().await;
        (times, (process::cpu(self.pid()) - before) / u32::try_from(turns).expect("a count of turns"))
    }

    async fn seats(&self, turns: usize, at_once: usize) -> Vec<Seat> {
        let seat = async |_| match self {
            Self::Model(model) => Seat::Http(format!("{}/chat/completions", model.base_url)),
            Self::Yardstick(yardstick) => {
                let url = format!("{}/{}", yardstick.url, tests::unique("conversation"));
                Ask::get(&url).send().await.expect(200);
                Seat::Http(url)
            }
            Self::Edge(turns) => Seat::Socket(Box::new(turns.shop.talk().await.1)),
        };
        stream::iter(0..turns).map(seat).buffer_unordered(at_once).collect().await
    }
}

/// Where one turn is taken.
enum Seat {
    Http(String),
    Socket(Box<Socket>),
}

impl Seat {
    async fn take_turn(self) -> Duration {
        match self {
            Self::Http(url) => turn::over_http(&url).await,
            Self::Socket(socket) => turn::over_the_socket(*socket).await,
        }
    }
}
