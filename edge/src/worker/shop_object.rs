//! The Durable Object of one shop: a shell round [`Core`]. One instance, named [`DIRECTORY`], keeps the list
//! of shops for the cron.

use super::body::OBJECT_MS;
use super::sql::Sql;
use super::{body, fault, js, view};
use crate::error::{EdgeError, Result};
use crate::shop::budget::Spent;
use crate::shop::door::Door;
use crate::shop::help::Index;
use crate::shop::indexes::{MAX_BYTES, Passages};
use crate::shop::settings::Push;
use crate::shop::{Registration, Report, Shop as Core, Snapshot};
use crate::store::Store;
use counterbell_protocol::agent::{Done, People, Replay, Replayed};
use counterbell_protocol::{ConversationId, EscalationId, ShopId};
use futures_util::future;
use futures_util::stream::{self, StreamExt};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

/// No shop can have this name: it is not well formed as an id.
const DIRECTORY: &str = "*";
const MAX_PUSH_BYTES: usize = 6_000_000;
/// So many of those who wait are told when the queue moves.
const TOLD: u64 = 50;
/// After an alarm that failed.
const RETRY_ALARM_MS: u64 = 5_000;
/// So many conversations, or shops, are looked at beside each other: one that hangs holds up no other.
const AT_ONCE: usize = 20;
/// So long the cron waits for one shop, which may be waiting for conversations of its own.
const TICK_MS: u64 = 2 * OBJECT_MS;

#[durable_object]
pub struct Shop {
    inner: Rc<Inner>,
}

struct Inner {
    state: State,
    env: Env,
    core: Core<Sql>,
    /// The search index, made when it is first asked for and again after each push.
    index: RefCell<Option<Rc<Index>>>,
    door: RefCell<Door>,
}

/// `PUT /v1/shops/{shop}`, as the router passes it on.
#[derive(Serialize, Deserialize)]
pub struct PushCall {
    pub shop: ShopId,
    pub edge: String,
    pub push: Push,
}

impl DurableObject for Shop {
    fn new(state: State, env: Env) -> Self {
        let core = Core::new(Sql::of_new_object(&state));
        if let Err(error) = core.wake(js::now_ms()) {
            worker::console_error!("not woken well: {error}");
        }
        let (index, door) = Default::default();
        Self { inner: Rc::new(Inner { state, env, core, index, door }) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        body::answer(self.inner.clone().route(request).await)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if let Err(error) = self.inner.tick().await {
            worker::console_error!("alarm: {error:?}");
            // This alarm is spent; those who wait are still to be looked at.
            let again_ms = js::now_ms() + RETRY_ALARM_MS;
            if let Err(error) = Sql::new(&self.inner.state).set_alarm(Some(again_ms)) {
                worker::console_error!("alarm not set again: {error:?}");
            }
        }
        Response::empty()
    }

    async fn websocket_message(
        &self,
        _: worker::WebSocket,
        _: worker::WebSocketIncomingMessage,
    ) -> worker::Result<()> {
        Ok(())
    }

    async fn websocket_close(
        &self,
        _: worker::WebSocket,
        _: usize,
        _: String,
        _: bool,
    ) -> worker::Result<()> {
        Ok(())
    }

    async fn websocket_error(&self, _: worker::WebSocket, _: worker::Error) -> worker::Result<()> {
        Ok(())
    }
}

impl Inner {
    async fn route(self: Rc<Self>, mut request: Request) -> Result<Response> {
        fault::in_object(&self.env, &request.path()).await;
        let now_ms = js::now_ms();
        match request.path().as_str() {
            "/push" | "/add_member" => self.core.set_up(now_ms)?,
            "/snapshot" if !self.core.is_set_up()? => return body::json(200, &Option::<Snapshot>::None),
            "/take_members" if !self.core.is_set_up()? => return body::json(200, &Vec::<ShopId>::new()),
            _ if !self.core.is_set_up()? => return Err(EdgeError::not_found("shop")),
            _ => {}
        }
        self.answer(request.path().as_str(), &mut request, now_ms).await
    }

    async fn answer(self: &Rc<Self>, path: &str, request: &mut Request, now_ms: u64) -> Result<Response> {
        match path {
            "/push" => {
                let call: PushCall = body::read_json(request, MAX_PUSH_BYTES).await?;
                let pushed = self.core.push(now_ms, &call.shop, &call.edge, &call.push)?;
                self.index.replace(None);
                remember(&self.env, &call.shop).await?;
                body::json(200, &pushed)
            }
            "/snapshot" => body::json(200, &self.core.snapshot(now_ms)?),
            "/search" => {
                let (question, limit): (String, usize) = body::read_json(request, MAX_PUSH_BYTES).await?;
                body::json(200, &self.index(now_ms)?.search(&question, limit))
            }
            "/passages" => body::json(200, &self.passages(now_ms)?),
            "/register" => {
                let told: Registration = body::read_json(request, MAX_PUSH_BYTES).await?;
                self.core.register(now_ms, &told)?;
                self.tell_others(Some(told.escalation.clone()));
                body::json(200, &self.core.queue_status(now_ms, &told.escalation)?)
            }
            "/queue_status" => {
                let escalation: EscalationId = body::read_json(request, MAX_PUSH_BYTES).await?;
                body::json(200, &self.core.queue_status(now_ms, &escalation)?)
            }
            "/escalations" => {
                let url = request.url().map_err(EdgeError::internal)?;
                let named =
                    |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
                let after = named("after").map(EscalationId::new);
                let limit = named("limit").and_then(|limit| limit.parse().ok());
                body::json(200, &self.core.open_escalations(after.as_ref(), limit)?)
            }
            "/report" => {
                let report: Report = body::read_json(request, MAX_PUSH_BYTES).await?;
                self.core.take_report(now_ms, &report)?;
                body::json(200, &())
            }
            "/undelivered" => {
                let (after, limit) = (number(request, "after")?, number(request, "limit")?);
                body::json(200, &self.core.undelivered(after, limit)?)
            }
            "/undelivered/replay" => {
                let which: Replay = body::read_json(request, MAX_PUSH_BYTES).await?;
                body::json(200, &Replayed { replayed: self.core.ask_replay(now_ms, &which)? })
            }
            "/enter" => {
                let visitor: Option<String> = body::read_json(request, MAX_PUSH_BYTES).await?;
                body::json(200, &self.door.borrow_mut().enter(now_ms, visitor.as_deref()).err())
            }
            "/spend" => {
                let more: Spent = body::read_json(request, MAX_PUSH_BYTES).await?;
                body::json(200, &self.core.spend(now_ms, more)?)
            }
            "/budget" => body::json(200, &self.core.budget(now_ms)?),
            "/people" => {
                let people: People = body::read_json(request, MAX_PUSH_BYTES).await?;
                self.core.set_people(now_ms, &people)?;
                self.tell_others(None);
                body::json(200, &Done {})
            }
            "/tick" => {
                self.tick().await?;
                body::json(200, &())
            }
            "/take_members" => body::json(200, &self.core.take_members(now_ms)?),
            "/add_member" => {
                let shop: ShopId = body::read_json(request, MAX_PUSH_BYTES).await?;
                self.core.add_member(&shop)?;
                body::json(200, &())
            }
            _ => Err(EdgeError::not_found("page")),
        }
    }

    fn index(&self, now_ms: u64) -> Result<Rc<Index>> {
        if let Some(index) = self.index.borrow().as_ref() {
            return Ok(index.clone());
        }
        let snapshot = self.core.snapshot(now_ms)?.ok_or_else(|| EdgeError::not_found("shop"))?;
        let index = Rc::new(Index::new(self.core.passages()?, &snapshot.settings.language));
        self.index.replace(Some(index.clone()));
        Ok(index)
    }

    /// For an isolate that searches them itself.
    fn passages(&self, now_ms: u64) -> Result<Passages> {
        let snapshot = self.core.snapshot(now_ms)?.ok_or_else(|| EdgeError::not_found("shop"))?;
        let passages = self.core.passages()?;
        let bytes: usize = passages.iter().map(|passage| passage.text.len()).sum();
        Ok(Passages {
            version: snapshot.version,
            language: snapshot.settings.language,
            passages: (bytes <= MAX_BYTES).then_some(passages),
        })
    }

    async fn tick(&self) -> Result<()> {
        let (looked, asked) = future::join(self.look(), self.ask_to_replay()).await;
        looked.and(asked)
    }

    /// Looks at every conversation whose escalation is open: what is overdue there is done there.
    async fn look(&self) -> Result<()> {
        let due = self.core.take_pokes(js::now_ms())?;
        stream::iter(due)
            .for_each_concurrent(AT_ONCE, |conversation| async move {
                if let Err(error) = call(&self.env, &conversation, "/poke", &()).await {
                    worker::console_error!("poke: {error:?}");
                }
            })
            .await;
        Ok(())
    }

    /// What somebody wants sent again is the conversations' to send.
    async fn ask_to_replay(&self) -> Result<()> {
        let due = self.core.take_replays(js::now_ms())?;
        stream::iter(due)
            .for_each_concurrent(AT_ONCE, |asked| async move {
                let told = call(&self.env, &asked.conversation, "/replay_rows", &asked.rows);
                if let Err(error) = told.await.and_then(|()| self.core.replay_asked(&asked)) {
                    worker::console_error!("replay: {error:?}");
                }
            })
            .await;
        Ok(())
    }

    /// The queue has moved: those who wait are told where they stand.
    fn tell_others(self: &Rc<Self>, but: Option<EscalationId>) {
        let task = self.clone();
        self.state.wait_until(async move {
            if let Err(error) = task.tell_waiting(but.as_ref()).await {
                worker::console_error!("queue: {error}");
            }
        });
    }

    async fn tell_waiting(&self, but: Option<&EscalationId>) -> Result<()> {
        let line = self.core.line(js::now_ms(), TOLD)?;
        let others = line.into_iter().filter(|(one, _)| Some(&one.escalation) != but);
        stream::iter(others)
            .for_each_concurrent(AT_ONCE, |(one, status)| async move {
                if let Err(error) = call(&self.env, &one.conversation, "/queue", &status).await {
                    worker::console_error!("queue: {error:?}");
                }
            })
            .await;
        Ok(())
    }
}

/// Of the query; absent where it is none.
fn number(request: &Request, name: &str) -> Result<Option<u64>> {
    let url = request.url().map_err(EdgeError::internal)?;
    let found = url.query_pairs().find(|(key, _)| key == name);
    Ok(found.and_then(|(_, value)| value.parse().ok()))
}

async fn call<T: Serialize>(env: &Env, id: &ConversationId, path: &str, body: &T) -> Result<()> {
    let namespace = env.durable_object("CONVERSATION").map_err(EdgeError::internal)?;
    let stub = namespace.get_by_name(id.as_str()).map_err(EdgeError::internal)?;
    body::tell(OBJECT_MS, &stub, path, body).await
}

async fn remember(env: &Env, shop: &ShopId) -> Result<()> {
    let directory = view::stub(env, &ShopId::new(DIRECTORY))?;
    body::tell(OBJECT_MS, &directory, "/add_member", shop).await
}

/// For the cron: shops look for what is overdue, all of them in turns.
pub async fn tick_all(env: &Env) -> Result<()> {
    let directory = view::stub(env, &ShopId::new(DIRECTORY))?;
    let shops: Vec<ShopId> = body::ask(OBJECT_MS, &directory, "/take_members", &()).await?;
    stream::iter(shops)
        .for_each_concurrent(AT_ONCE, |shop| async move {
            if let Err(error) = tick_one(env, &shop).await {
                worker::console_error!("tick of {shop}: {error:?}");
            }
        })
        .await;
    Ok(())
}

async fn tick_one(env: &Env, shop: &ShopId) -> Result<()> {
    body::tell(TICK_MS, &view::stub(env, shop)?, "/tick", &()).await
}
