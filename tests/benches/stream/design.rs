//! The designs that are compared: the model server alone, the yardstick, and the edge.

use crate::process::{self, Serving};
use crate::turn;
use futures_util::future::join_all;
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
    // As many answers as the machine can carry.
    let setup = ShopSetup::new().model(&model.base_url);
    let setup = setup.section("assistant", "answers_a_minute = 100000\nanswers_a_day = 10000000");
    let shop = edge.shop(setup).await;
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

    /// So many conversations at once, each of so many turns: the time until the first token of each turn, and
    /// the CPU of one.
    pub async fn run(&self, at_once: u32, turns_each: usize) -> (Vec<Duration>, Duration) {
        // A conversation is opened and connected once: that is not measured.
        let seats = self.seats(at_once).await;
        let before = process::cpu(self.pid());
        let conversations = seats.into_iter().zip(0..).map(async |(mut seat, n)| {
            // Shoppers do not all ask in the same millisecond.
            tokio::time::sleep(TURN * n / at_once).await;
            let mut times = Vec::new();
            for n in 0..turns_each {
                times.push(seat.take_turn(n).await);
            }
            times
        });
        let times = join_all(conversations).await.concat();
        let turns = u32::try_from(times.len()).expect("a count of turns");
        (times, (process::cpu(self.pid()) - before) / turns)
    }

    async fn seats(&self, at_once: u32) -> Vec<Seat> {
        let seat = async |_| match self {
            Self::Model(model) => Seat::Http(format!("{}/chat/completions", model.base_url)),
            Self::Yardstick(yardstick) => {
                let url = format!("{}/{}", yardstick.url, tests::unique("conversation"));
                Ask::get(&url).send().await.expect(200);
                Seat::Http(url)
            }
            Self::Edge(turns) => Seat::Socket(Box::new(turns.shop.talk().await.1)),
        };
        join_all((0..at_once).map(seat)).await
    }
}

/// Where a conversation takes its turns.
enum Seat {
    Http(String),
    Socket(Box<Socket>),
}

impl Seat {
    async fn take_turn(&mut self, n: usize) -> Duration {
        match self {
            Self::Http(url) => turn::over_http(url, n).await,
            Self::Socket(socket) => turn::over_the_socket(socket, n).await,
        }
    }
}
