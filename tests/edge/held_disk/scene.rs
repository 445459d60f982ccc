//! One edge on a disk that can be held, and all who might be told of what is done there.

use super::call::{Act, Call};
use counterbell_protocol::agent::FeedFrame;
use counterbell_protocol::{Author, ServerFrame};
use std::io;
use std::time::Duration;
use tests::edge::{Disk, Edge, Shop, ShopSetup};
use tests::feed::Feed;
use tests::http::Response;
use tests::llm::{Script, Upstream};
use tests::receiver::Receiver;
use tests::shopper::{PATIENCE, Socket, event_of, fresh_id};
use tokio::task::JoinHandle;

const REQUESTED: &str = "escalation.requested";
/// What was sent has arrived by then: sender and receiver are this machine.
pub const LONG_ENOUGH: Duration = Duration::from_millis(500);

pub struct Scene {
    pub edge: Edge,
    pub disk: Disk,
    receiver: Receiver,
    _model: Upstream,
    shop: Shop,
    socket: Socket,
    other_tab: Socket,
    desk: Feed,
    /// How much each of them had heard before the act.
    marks: (usize, usize, usize, usize),
    call: Call,
}

impl Scene {
    pub async fn before(act: Act) -> Self {
        let (edge, disk) = Edge::start_on_a_disk().await;
        // Without pages to look up, the model is asked before the message is written.
        let (model, receiver) = (Upstream::start(Script::tokens(20, 100)).await, Receiver::start().await);
        let shop =
            edge.shop(ShopSetup::new().without_help().model(&model.base_url()).target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        let mut claim = String::new();
        if act.is_while_waiting() {
            socket.ask_person().await;
            receiver.first(REQUESTED, PATIENCE).await;
            shop.wait_for_open("open escalation", |count| count == 1).await;
        }
        if act == Act::Replies {
            claim = shop.queue.claim(&shopper.conversation, "Mina").await.claim;
        }
        let mut other_tab = shopper.connect().await;
        let mut desk = Feed::open(&shop.queue, &shopper.conversation).await.expect("a feed");
        desk.until("ready", |frame| matches!(frame, FeedFrame::Ready(_)).then_some(())).await;
        // What is still on its way from before is not of the act.
        tokio::join!(socket.listen_for(LONG_ENOUGH), other_tab.listen_for(LONG_ENOUGH));
        let marks = (socket.mark(), other_tab.mark(), desk.heard.len(), receiver.attempts().len());
        let call = Call { act, id: fresh_id(), shop: shop.clone(), shopper, claim };
        Self { edge, disk, receiver, _model: model, shop, socket, other_tab, desk, marks, call }
    }

    pub fn id(&self) -> &str {
        self.call.id.as_str()
    }

    /// Does it, and gives the answer to come, where it is not over the socket.
    pub async fn act(&mut self) -> Option<JoinHandle<io::Result<Response>>> {
        match self.call.act {
            Act::Says | Act::AsksPerson => {
                self.socket.send(&self.call.frame()).await;
                None
            }
            _ => Some(tokio::spawn(self.call.clone().by_http())),
        }
    }

    pub async fn nobody_was_told(&mut self) {
        tokio::join!(
            self.socket.listen_for(LONG_ENOUGH),
            self.other_tab.listen_for(LONG_ENOUGH),
            self.desk.listen_for(LONG_ENOUGH)
        );
        let act = self.call.act;
        let (here, there, desk, delivered) = self.marks;
        let about_it = |frame: &&ServerFrame| !matches!(frame, ServerFrame::Queue(_));
        let told: Vec<&ServerFrame> = self.socket.heard[here..].iter().filter(about_it).collect();
        assert!(told.is_empty(), "{act:?}: the shopper was told {told:?}");
        let told: Vec<&ServerFrame> = self.other_tab.heard[there..].iter().filter(about_it).collect();
        assert!(told.is_empty(), "{act:?}: the other tab was told {told:?}");
        assert_eq!(self.desk.heard[desk..], [], "{act:?}: the desk was told");
        assert_eq!(self.receiver.attempts().len(), delivered, "{act:?}: the queue was told");
    }

    pub async fn everybody_is_told(&mut self) {
        let call = self.call.clone();
        let (here, there, _, _) = self.marks;
        let told = |frame: &ServerFrame| event_of(frame).filter(|event| call.made(event)).map(drop);
        self.socket.until_since(here, "event", PATIENCE, told).await;
        self.other_tab.until_since(there, "event", PATIENCE, told).await;
        let told = |frame: &FeedFrame| match frame {
            FeedFrame::Event(event) => call.made(&event.event).then_some(()),
            _ => None,
        };
        self.desk.until("event", told).await;
        match call.act {
            Act::Says => {
                let answer = self.socket.message_since(here, Author::Assistant).await;
                assert_eq!(self.socket.drafted(&answer.id).trim_end(), answer.text);
                let heard = &self.socket.heard[here..];
                let at = |test: fn(&ServerFrame) -> bool| heard.iter().position(test);
                let accepted = at(|frame| matches!(frame, ServerFrame::Accepted { .. }));
                assert!(accepted.is_some() && accepted < at(|frame| matches!(frame, ServerFrame::Delta(_))));
            }
            Act::AsksPerson | Act::AsksPersonByPost => drop(self.receiver.first(REQUESTED, PATIENCE).await),
            _ => {}
        }
    }

    pub async fn was_not_accepted(&self, answer: Option<JoinHandle<io::Result<Response>>>) {
        if let Some(answer) = answer
            && let Ok(answer) = answer.await.expect("no panic")
        {
            assert!(answer.status >= 500, "{:?}: {} {}", self.call.act, answer.status, answer.text());
        }
    }

    pub async fn nothing_is_kept(&self) {
        let act = self.call.act;
        assert_eq!(self.call.made_in_log().await, [], "{act:?}: the conversation keeps it");
        let open = self.shop.queue.escalations().await.escalations.len();
        assert_eq!(open, usize::from(act.is_while_waiting()), "{act:?}: the shop knows of it");
    }

    pub async fn again_it_takes_effect_once(&self) {
        for _ in 0..2 {
            self.call.clone().by_http().await.expect("an answer").expect(200);
        }
        assert_eq!(self.call.made_in_log().await.len(), 1, "{:?}", self.call.act);
        if self.call.act != Act::Says {
            self.shop.wait_for_open("open escalation", |count| count == 1).await;
            self.receiver.first(REQUESTED, PATIENCE).await;
        }
    }
}
