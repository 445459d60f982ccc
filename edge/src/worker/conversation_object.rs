//! The Durable Object of one conversation: a shell round [`Core`]. It reads requests and sockets, hands them
//! to the core, and does what the core says is to be done after the commit.

use super::attachments::AttachCall;
use super::forward::KEY_DIGEST;
use super::frames::{refuse, status};
use super::sql::Sql;
use super::{agent_api, attachments, body, budget, deliver, fault, feed, js, pump, sockets, view};
use crate::conversation::attach::Admission;
use crate::conversation::{About, Context, Conversation as Core, Effects};
use crate::error::{EdgeError, Result};
use crate::shop::View;
use crate::store::Store;
use counterbell_protocol::agent::FeedFrame;
use counterbell_protocol::socket::QueueStatus;
use counterbell_protocol::{ClientFrame, MAX_FRAME_BYTES, MessageId, Owner, ServerFrame, ShopId};
use futures_channel::oneshot;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use worker::{
    DurableObject, Env, Request, Response, State, WebSocket, WebSocketIncomingMessage, durable_object,
};

/// After an alarm that failed.
const RETRY_ALARM_MS: u64 = 5_000;
/// Every delivery of a conversation by its number.
const MAX_ROWS_BYTES: usize = 500_000;

#[durable_object]
pub struct Conversation {
    inner: Rc<Inner>,
}

/// Shared with the tasks that go on after a request is answered.
pub struct Inner {
    pub state: State,
    pub env: Env,
    core: Result<Core<Sql>>,
    /// The answer being written, for those who connect while it is.
    pub draft: RefCell<Option<pump::Draft>>,
    /// The shopper's sockets, while an answer is written to them and none comes or goes.
    pub shoppers: RefCell<Option<Vec<WebSocket>>>,
    pub queue: RefCell<Option<QueueStatus>>,
    /// When the desk was last told that the shopper writes.
    pub typed_ms: Cell<u64>,
    /// Told when the last frame that came has taken effect.
    pub line: RefCell<Option<oneshot::Receiver<()>>>,
    /// For the desks, while it is found out whether they may still look.
    pub untold: RefCell<Vec<FeedFrame>>,
}

/// What the router hands over with each request, in place of headers.
#[derive(Serialize, Deserialize)]
pub struct OpenCall {
    pub about: OpenAbout,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct OpenAbout {
    pub shop: ShopId,
    pub id: counterbell_protocol::ConversationId,
    pub language: Option<String>,
    pub page: Option<counterbell_protocol::socket::Page>,
    pub customer: Option<counterbell_protocol::agent::Customer>,
}

impl DurableObject for Conversation {
    fn new(state: State, env: Env) -> Self {
        let core = Core::new(Sql::of_new_object(&state), js::now_ms());
        // Alarms have been lost in production: whoever wakes this object sets it again.
        if let Ok(core) = &core
            && let Err(error) = core.wake(js::now_ms())
        {
            worker::console_error!("not woken well: {error}");
        }
        sockets::answer_pings(&state);
        let (draft, shoppers, queue, typed_ms, line, untold) = Default::default();
        let inner = Inner { state, env, core, draft, shoppers, queue, typed_ms, line, untold };
        Self { inner: Rc::new(inner) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        body::answer(self.inner.clone().route(request).await)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if fault::silences_alarm(&self.inner.env) {
            return Response::empty();
        }
        // It must never fail: after seven failures the platform gives an alarm up for good.
        if let Err(error) = self.inner.clone().ring().await {
            worker::console_error!("alarm: {error:?}");
            // This alarm is spent; what it was for is still due.
            if let Err(error) = Sql::new(&self.inner.state).set_alarm(Some(js::now_ms() + RETRY_ALARM_MS)) {
                worker::console_error!("alarm not set again: {error}");
            }
        }
        Response::empty()
    }

    async fn websocket_message(
        &self,
        ws: WebSocket,
        message: WebSocketIncomingMessage,
    ) -> worker::Result<()> {
        let inner = self.inner.clone();
        if inner.state.get_tags(&ws).iter().any(|tag| tag == feed::AGENT) {
            return Ok(());
        }
        let reply = match message {
            WebSocketIncomingMessage::Binary(_) => {
                Some(refuse(None, &EdgeError::bad_request("binary", "This socket takes text frames only.")))
            }
            WebSocketIncomingMessage::String(text) => inner.receive_text(&text).await,
        };
        if let Some(reply) = reply {
            sockets::send(&ws, &reply);
        }
        Ok(())
    }

    async fn websocket_close(&self, ws: WebSocket, code: usize, _: String, _: bool) -> worker::Result<()> {
        self.inner.shoppers.replace(None);
        let code = u16::try_from(code).unwrap_or(1000);
        // 1005 and 1006 say that there was no code: they may not be sent.
        let _ = ws.close(Some(if (1000..1005).contains(&code) { code } else { 1000 }), Some(""));
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: worker::Error) -> worker::Result<()> {
        Ok(())
    }
}

impl Inner {
    pub fn core(&self) -> Result<&Core<Sql>> {
        self.core.as_ref().map_err(Clone::clone)
    }

    async fn route(self: Rc<Self>, mut request: Request) -> Result<Response> {
        let url = request.url().map_err(EdgeError::internal)?;
        let path = url.path().to_owned();
        fault::in_object(&self.env, &path).await;
        match path.trim_start_matches('/') {
            "open" => self.open(body::read_json(&mut request, MAX_FRAME_BYTES).await?).await,
            "frame" => {
                let frame: ClientFrame = body::read_json(&mut request, MAX_FRAME_BYTES).await?;
                let reply = self.receive(frame).await;
                body::json(status(&reply), &reply)
            }
            "attach/admit" => {
                let id: MessageId = body::read_json(&mut request, MAX_FRAME_BYTES).await?;
                let view = self.view().await?;
                let admission = self.with(&view, |core, cx| core.may_attach(cx, &id))?;
                body::json(200, &(admission == Admission::Free))
            }
            "attach" => {
                let call: AttachCall = body::read_json(&mut request, MAX_FRAME_BYTES).await?;
                body::json(200, &self.attach(call).await?)
            }
            "socket" => sockets::connect(&self, &url, &[sockets::SHOPPER]),
            "feed" => {
                let digest = request.headers().get(KEY_DIGEST).ok().flatten().unwrap_or_default();
                let tags = feed::tags(&digest);
                sockets::connect(&self, &url, &tags.each_ref().map(String::as_str))
            }
            "events" => {
                let mut missed = self.core()?.missed(js::now_ms(), sockets::number(&url, "after"))?;
                missed.draft = sockets::draft(&self)?;
                missed.queue = self.queue.borrow().clone();
                if missed.ready.owner == Owner::Waiting && missed.queue.is_none() {
                    sockets::refresh_queue(&self);
                }
                body::json(200, &missed)
            }
            "belongs" => {
                let shop: ShopId = body::read_json(&mut request, MAX_FRAME_BYTES).await?;
                let core = self.core()?;
                body::json(200, &(core.exists()? && core.about()?.shop == shop))
            }
            "erase" => self.erase(&body::read_json(&mut request, MAX_FRAME_BYTES).await?).await,
            "transcript" => body::json(200, &self.core()?.transcript(sockets::number(&url, "after"))?),
            "deliveries" => body::json(200, &self.core()?.deliveries()?),
            "replay" => {
                let rows = self.core()?.replay(js::now_ms())?;
                deliver::start(&self);
                body::json(200, &serde_json::json!({ "replayed": rows }))
            }
            "replay_rows" => {
                let rows: Vec<u64> = body::read_json(&mut request, MAX_ROWS_BYTES).await?;
                let rows = self.core()?.replay_rows(js::now_ms(), &rows)?;
                deliver::start(&self);
                body::json(200, &serde_json::json!({ "replayed": rows }))
            }
            "poke" => {
                self.tick().await?;
                body::json(200, &())
            }
            "queue" => {
                let status: QueueStatus = body::read_json(&mut request, MAX_FRAME_BYTES).await?;
                self.tell_queue(status);
                body::json(200, &())
            }
            path => match path.strip_prefix("agent/") {
                Some(operation) => agent_api::handle(self, operation, request).await,
                None => Err(EdgeError::not_found("page")),
            },
        }
    }

    /// Whether it is open now: what was erased stays as it is.
    async fn open(&self, call: OpenCall) -> Result<Response> {
        let about = call.about;
        let view = view::get(&self.env, &about.shop).await?;
        budget::learn(&self.env, &view).await;
        let about = About {
            shop: about.shop,
            id: about.id,
            language: about.language,
            page: about.page,
            customer: about.customer,
        };
        self.with(&view, |core, cx| core.open(cx, &about))?;
        body::json(200, &self.core()?.exists()?)
    }

    /// False where the message was there before.
    async fn attach(self: &Rc<Self>, call: AttachCall) -> Result<bool> {
        let view = self.view().await?;
        let attached = self.with(&view, |core, cx| core.attach(cx, &call.message, call.attachment))?;
        let is_new = attached.is_some();
        self.follow(attached.unwrap_or_default());
        Ok(is_new)
    }

    /// Everything that was said, and the files. Files that cannot be deleted now are deleted later.
    async fn erase(self: &Rc<Self>, shop: &ShopId) -> Result<Response> {
        if self.core()?.place()?.shop != *shop {
            return Err(EdgeError::not_found("conversation"));
        }
        let view = self.view().await?;
        let effects = self.with(&view, |core, cx| core.erase(cx))?;
        self.follow(effects);
        if let Err(error) = self.delete_files().await {
            worker::console_error!("files: {error}");
        }
        body::json(200, &serde_json::json!({ "erased": true }))
    }

    async fn delete_files(self: &Rc<Self>) -> Result<()> {
        let core = self.core()?;
        let place = core.place()?;
        match attachments::delete_all(&self.env, &place.shop, &place.id).await {
            Err(error) if error.code != attachments::NO_FILES => return Err(error),
            _ => core.files_are_gone()?,
        }
        self.clear_if_over()
    }

    /// When nothing is left but the mark that something was erased, the whole database goes, its unused pages too.
    pub fn clear_if_over(self: &Rc<Self>) -> Result<()> {
        if !self.core()?.is_over()? {
            return Ok(());
        }
        let task = self.clone();
        self.state.wait_until(async move {
            let cleared = task.state.storage().delete_all().await.map_err(EdgeError::internal);
            if let Err(error) = cleared.and_then(|()| task.core()?.begin_anew(js::now_ms())) {
                worker::console_error!("not cleared: {error}");
            }
        });
        Ok(())
    }

    async fn ring(self: Rc<Self>) -> Result<()> {
        fault::in_alarm(&self.env)?;
        self.tick().await
    }

    /// Everything that is due by now.
    pub async fn tick(self: Rc<Self>) -> Result<()> {
        if !self.core()?.is_known()? {
            return Ok(());
        }
        // Whatever else fails here: what is in the outbox goes out.
        deliver::start(&self);
        fault::in_due(&self.env)?;
        let view = self.newest_view().await?;
        feed::check(&self, &view);
        let (effects, done) = self.with(&view, |core, cx| Ok(core.tick(cx)))?;
        self.follow(effects);
        if self.core()?.files_due(js::now_ms())? {
            self.delete_files().await?;
        }
        done
    }

    pub async fn view(self: &Rc<Self>) -> Result<Rc<View>> {
        let shop = self.core()?.place()?.shop;
        match view::cached(&shop) {
            view::Age::Fresh(view) => Ok(view),
            view::Age::Stale(view) => {
                let inner = self.clone();
                self.state.wait_until(async move {
                    // A refresh that fails is tried again by the next who asks.
                    let _ = view::fetch(&inner.env, &shop).await;
                });
                Ok(view)
            }
            view::Age::Missing => self.newest_view().await,
        }
    }

    /// As it is now, where the shop's object says so: what is due does not wait for it, and an older one serves.
    pub async fn newest_view(&self) -> Result<Rc<View>> {
        let shop = self.core()?.place()?.shop;
        match view::fetch(&self.env, &shop).await {
            Ok(view) => Ok(view),
            Err(error) => view::of_any_age(&shop).ok_or(error),
        }
    }

    /// What was shown of an answer is stored before whatever may end it.
    pub fn keep_draft(&self) -> Result<()> {
        self.draft.borrow_mut().as_mut().map_or(Ok(()), |draft| draft.keep(self.core()?))
    }

    /// Calls the core with the time, fresh ids and the shop.
    pub fn with<T>(&self, view: &View, work: impl FnOnce(&Core<Sql>, &Context) -> Result<T>) -> Result<T> {
        self.keep_draft()?;
        let context = Context { now_ms: js::now_ms(), fresh_id: &js::fresh_id, shop: view };
        work(self.core()?, &context)
    }

    /// Does what is to be done after a commit.
    pub fn follow(self: &Rc<Self>, effects: Effects) {
        self.follow_having_asked(effects, None);
    }

    pub fn follow_having_asked(self: &Rc<Self>, effects: Effects, asked: Option<pump::Asked>) {
        sockets::tell(self, &effects);
        if effects.erased {
            self.draft.replace(None);
            sockets::close_all(self);
        }
        if let Some(turn) = effects.answer {
            pump::start(self, turn, asked);
        }
        if effects.deliver {
            deliver::start(self);
        }
    }

    pub fn tell_queue(&self, status: QueueStatus) {
        let changed = self.queue.borrow().as_ref() != Some(&status);
        if changed {
            sockets::broadcast(self, &ServerFrame::Queue(status.clone()));
            self.queue.replace(Some(status));
        }
    }
}
