//! Paths to handlers. Here it is decided who may pass: tokens and keys are checked before any object is
//! woken, so that made-up ids cost nothing and reach nobody.

use super::body::OBJECT_MS;
use super::conversation_object::{OpenAbout, OpenCall};
use super::shop_object::PushCall;
use super::{attachments, body, form, frame, js, loader, view};
use crate::error::{EdgeError, Result};
use crate::shop::settings::Push;
use crate::shop::{View, auth, door};
use crate::token;
use counterbell_protocol::agent::{People, Replay};
use counterbell_protocol::socket::{Open, Opened};
use counterbell_protocol::{ConversationId, MAX_FRAME_BYTES, SUBPROTOCOL, ShopId};
use std::rc::Rc;
use worker::{Env, Method, Request, RequestInit, Response, Stub, Url};

const MAX_PUSH_BYTES: usize = 6_000_000;
/// So long is waited at a shop's door.
const ENTER_MS: u64 = 3_000;

pub async fn route(mut request: Request, env: &Env) -> worker::Result<Response> {
    let url = request.url()?;
    let segments: Vec<String> = url.path().split('/').skip(1).map(str::to_owned).collect();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    body::answer(dispatch(&mut request, env, &url, &parts).await)
}

async fn dispatch(request: &mut Request, env: &Env, url: &Url, parts: &[&str]) -> Result<Response> {
    use Method::{Delete, Get, Head, Post, Put};
    match (request.method(), parts) {
        (Get | Head, [""]) => body::text_response(200, "text/plain; charset=utf-8", "Counterbell\n".into()),
        // A browser asks for it where the frame or the form is a page of its own; there is none to give.
        (Get | Head, ["favicon.ico"]) => Ok(Response::empty().map_err(EdgeError::internal)?.with_status(204)),
        (Get | Head, ["loader.js"]) => loader::loader(request, env, None).await,
        (Get | Head, ["s", shop, "loader.js"]) => loader::loader(request, env, Some(&shop_id(shop)?)).await,
        (Get | Head, ["wasm"]) => frame::wasm(request, env).await,
        (Get | Head, ["a", path @ ..]) => frame::asset(request, env, &path.join("/")).await,
        (Get | Head, ["s", shop, "frame"]) => frame::document(request, env, url, &shop_id(shop)?).await,
        (_, ["s", shop, "form", rest @ ..]) => form::handle(request, env, url, &shop_id(shop)?, rest).await,
        (Put, ["v1", "shops", shop]) => push(request, env, url, shop_id(shop)?).await,
        (Post, ["v1", "shops", shop, "conversations"]) => {
            check_origin(request, url)?;
            let open: Open = body::read_json(request, MAX_FRAME_BYTES).await?;
            let opened = open_conversation(env, &shop_id(shop)?, open, visitor(request).as_deref()).await?;
            body::json(201, &opened)
        }
        (Delete, ["v1", "shops", shop, "conversations", id]) => {
            check_admin(request, env)?;
            erase(env, &shop_id(shop)?, &conversation_id(id)?).await
        }
        (method, ["v1", "shops", shop, "conversations", id, what]) => {
            let shop = shop_id(shop)?;
            let id = conversation_id(id)?;
            conversation(request, env, url, method, &shop, &id, what).await
        }
        (Get, ["v1", "shops", shop, "conversations", id, "attachments", file]) => {
            let (shop, id) = (shop_id(shop)?, conversation_id(id)?);
            check_shopper(env, &shop, &id, bearer(request).as_deref())?;
            attachments::download(env, &shop, &id, file).await
        }
        (_, ["v1", "shops", shop, "agent", rest @ ..]) => {
            agent(request, env, url, &shop_id(shop)?, rest).await
        }
        (_, ["v1", "shops", shop, rest @ ..]) if rest.first() == Some(&"undelivered") => {
            check_admin(request, env)?;
            undelivered(request, env, url, &shop_id(shop)?, rest).await
        }
        _ => Err(EdgeError::not_found("page")),
    }
}

/// The shopper's side, and the admin's look at one conversation.
async fn conversation(
    request: &mut Request,
    env: &Env,
    url: &Url,
    method: Method,
    shop: &ShopId,
    id: &ConversationId,
    what: &str,
) -> Result<Response> {
    match (method, what) {
        (Method::Get, "deliveries") => {
            check_admin(request, env)?;
            pass_on(&stub(env, id)?, "/deliveries", url, None).await
        }
        (Method::Post, "replay") => {
            check_admin(request, env)?;
            pass_on(&stub(env, id)?, "/replay", url, None).await
        }
        (Method::Get, "socket") => {
            check_origin(request, url)?;
            check_shopper(env, shop, id, socket_token(request).as_deref())?;
            if !is_upgrade(request) {
                return Err(EdgeError::new(426, "no_upgrade", "This address speaks WebSocket."));
            }
            upgrade(&stub(env, id)?, "/socket", url).await
        }
        (Method::Get, "events") => {
            check_shopper(env, shop, id, bearer(request).as_deref())?;
            pass_on(&stub(env, id)?, "/events", url, None).await
        }
        (Method::Post, "frames") => {
            check_origin(request, url)?;
            check_shopper(env, shop, id, bearer(request).as_deref())?;
            let frame = body::read(request, MAX_FRAME_BYTES).await?;
            pass_on(&stub(env, id)?, "/frame", url, Some(frame)).await
        }
        (Method::Post, "attachments") => {
            check_origin(request, url)?;
            check_shopper(env, shop, id, bearer(request).as_deref())?;
            attachments::upload(request, env, shop, id).await
        }
        (Method::Delete, "attachments") => {
            check_admin(request, env)?;
            let deleted = attachments::delete_all(env, shop, id).await?;
            body::json(200, &serde_json::json!({ "deleted": deleted }))
        }
        _ => Err(EdgeError::not_found("page")),
    }
}

/// Of another shop's conversation nothing is said, nor erased.
async fn erase(env: &Env, shop: &ShopId, id: &ConversationId) -> Result<Response> {
    body::call(&stub(env, id)?, "/erase", shop).await
}

/// The human queue's side.
async fn agent(
    request: &mut Request,
    env: &Env,
    url: &Url,
    shop: &ShopId,
    rest: &[&str],
) -> Result<Response> {
    let view = agent_view(env, shop, bearer(request).as_deref()).await?;
    match (request.method(), rest) {
        (Method::Get, ["escalations"]) => {
            pass_on(&view::stub(env, &view.shop)?, "/escalations", url, None).await
        }
        (Method::Put, ["people"]) => {
            let people: People = body::read_json(request, MAX_FRAME_BYTES).await?;
            body::call(&view::stub(env, shop)?, "/people", &people).await
        }
        (_, ["undelivered", ..]) => undelivered(request, env, url, &view.shop, rest).await,
        (Method::Get, ["conversations", id]) => {
            let stub = existing(env, shop, &conversation_id(id)?).await?;
            pass_on(&stub, "/transcript", url, None).await
        }
        (Method::Get, ["conversations", id, "attachments", file]) => {
            let id = conversation_id(id)?;
            existing(env, shop, &id).await?;
            attachments::download(env, shop, &id, file).await
        }
        (Method::Get, ["conversations", id, "feed"]) if is_upgrade(request) => {
            let stub = existing(env, shop, &conversation_id(id)?).await?;
            upgrade(&stub, "/feed", url).await
        }
        (Method::Post, ["conversations", id, operation]) => {
            let key = request.headers().get("idempotency-key").ok().flatten().unwrap_or_default();
            let call = body::read(request, MAX_FRAME_BYTES).await?;
            let stub = existing(env, shop, &conversation_id(id)?).await?;
            forward_call(&stub, operation, &key, call).await
        }
        _ => Err(EdgeError::not_found("call")),
    }
}

/// What receivers did not take: for the queue, which may have been the receiver, and for the edge's operator.
async fn undelivered(
    request: &mut Request,
    env: &Env,
    url: &Url,
    shop: &ShopId,
    rest: &[&str],
) -> Result<Response> {
    match (request.method(), rest) {
        (Method::Get, ["undelivered"]) => pass_on(&view::stub(env, shop)?, "/undelivered", url, None).await,
        (Method::Post, ["undelivered", "replay"]) => {
            let which: Replay = body::read_json(request, MAX_FRAME_BYTES).await?;
            body::call(&view::stub(env, shop)?, "/undelivered/replay", &which).await
        }
        _ => Err(EdgeError::not_found("call")),
    }
}

pub async fn open_conversation(
    env: &Env,
    shop: &ShopId,
    open: Open,
    visitor: Option<&str>,
) -> Result<Opened> {
    open_as(env, shop, fresh_conversation(env, shop)?, open, visitor).await
}

/// The id of a conversation that nobody has opened yet, and the proof of who may.
pub fn fresh_conversation(env: &Env, shop: &ShopId) -> Result<Opened> {
    let id = ConversationId(js::fresh_id());
    let token = token::conversation(&secret(env, "TOKEN_KEY")?, shop, &id)?;
    Ok(Opened { conversation: id, token, identity_refused: false })
}

/// Opens the conversation that these prove; once, however often.
pub async fn open_as(
    env: &Env,
    shop: &ShopId,
    opened: Opened,
    open: Open,
    visitor: Option<&str>,
) -> Result<Opened> {
    let view = view::get(env, shop).await?;
    let key = view.secrets.identity_key.as_deref();
    let customer = open.identity.map(|identity| token::identity(key, &identity, js::now_ms() / 1_000));
    let (customer, identity_refused) = match customer.transpose() {
        Ok(customer) => (customer, false),
        // Somebody whose page is older than its token wants help all the same: as a guest.
        Err(error) => {
            worker::console_warn!("{}: {}", error.code, error.inside.unwrap_or_default());
            (None, true)
        }
    };
    enter(env, shop, visitor).await?;
    let about = OpenAbout {
        shop: shop.clone(),
        id: opened.conversation.clone(),
        language: open.language.filter(|language| language.len() <= 35),
        page: open.page,
        customer,
    };
    body::tell(OBJECT_MS, &stub(env, &opened.conversation)?, "/open", &OpenCall { about }).await?;
    Ok(Opened { identity_refused, ..opened })
}

/// Asks at the shop's door. Where nobody answers there, it stands open: a shopper comes before a limit.
async fn enter(env: &Env, shop: &ShopId, visitor: Option<&str>) -> Result<()> {
    let stub = view::stub(env, shop)?;
    match body::ask::<_, Option<u64>>(ENTER_MS, &stub, "/enter", &visitor).await {
        Ok(None) => Ok(()),
        Ok(Some(wait_ms)) => {
            let detail = "Too many conversations were opened here. Try again in a moment.";
            Err(EdgeError::too_many(wait_ms, detail))
        }
        Err(error) => {
            worker::console_error!("door: {error:?}");
            Ok(())
        }
    }
}

/// Whom the platform says a request comes from; local runs do not say it.
pub fn visitor(request: &Request) -> Option<String> {
    let address = request.headers().get("cf-connecting-ip").ok().flatten()?;
    door::visitor(&address)
}

async fn push(request: &mut Request, env: &Env, url: &Url, shop: ShopId) -> Result<Response> {
    check_admin(request, env)?;
    let push: Push = body::read_json(request, MAX_PUSH_BYTES).await?;
    let stub = view::stub(env, &shop)?;
    let call = PushCall { shop: shop.clone(), edge: origin(url), push };
    let response = body::call(&stub, "/push", &call).await?;
    if response.status_code() == 200 {
        // Conversations in this isolate see it at once, others within seconds.
        view::fetch(env, &shop).await?;
    }
    Ok(response)
}

/// A shop's view, for the one who holds its agent key. No such shop and a wrong key look the same.
async fn agent_view(env: &Env, shop: &ShopId, given: Option<&str>) -> Result<Rc<View>> {
    // A key that was replaced must stop to open at once.
    let view = view::fetch(env, shop).await.map_err(|error| match error.status {
        404 => EdgeError::unauthorized(),
        _ => error,
    })?;
    if auth::is_agent(&view.secrets, given) { Ok(view) } else { Err(EdgeError::unauthorized()) }
}

/// A conversation of this shop; another shop's is not found.
async fn existing(env: &Env, shop: &ShopId, id: &ConversationId) -> Result<Stub> {
    let stub = stub(env, id)?;
    let belongs: bool = body::ask(OBJECT_MS, &stub, "/belongs", shop).await?;
    if belongs { Ok(stub) } else { Err(EdgeError::not_found("conversation")) }
}

pub fn stub(env: &Env, id: &ConversationId) -> Result<Stub> {
    let namespace = env.durable_object("CONVERSATION").map_err(EdgeError::internal)?;
    namespace.get_by_name(id.as_str()).map_err(EdgeError::internal)
}

pub fn secret(env: &Env, name: &str) -> Result<String> {
    let value = env.secret(name).map(|secret| secret.to_string());
    let value = value.or_else(|_| env.var(name).map(|var| var.to_string()));
    value.map_err(|_| EdgeError::internal(format!("{name} is not set: `wrangler secret put {name}`")))
}

pub fn check_shopper(env: &Env, shop: &ShopId, id: &ConversationId, given: Option<&str>) -> Result<()> {
    token::check_conversation(&secret(env, "TOKEN_KEY")?, shop, id, given)
}

fn check_admin(request: &Request, env: &Env) -> Result<()> {
    let expected = secret(env, "ADMIN_KEY")?;
    match bearer(request) {
        Some(given) if auth::same(&given, &expected) => Ok(()),
        _ => Err(EdgeError::unauthorized()),
    }
}

/// The frame is served from here: a browser that says it comes from elsewhere is refused.
pub fn check_origin(request: &Request, url: &Url) -> Result<()> {
    match request.headers().get("origin").ok().flatten() {
        Some(from) if from != origin(url) => {
            Err(EdgeError::new(403, "wrong_origin", "Only the frame itself may call this address."))
        }
        _ => Ok(()),
    }
}

pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn shop_id(text: &str) -> Result<ShopId> {
    let shop = ShopId::new(text);
    if shop.is_well_formed() { Ok(shop) } else { Err(EdgeError::not_found("shop")) }
}

pub fn conversation_id(text: &str) -> Result<ConversationId> {
    let id = ConversationId::new(text);
    if id.is_well_formed() { Ok(id) } else { Err(EdgeError::not_found("conversation")) }
}

fn bearer(request: &Request) -> Option<String> {
    let header = request.headers().get("authorization").ok().flatten();
    auth::bearer(header.as_deref()).map(str::to_owned)
}

/// The second offered subprotocol: a browser's socket can carry a token in no other header.
fn socket_token(request: &Request) -> Option<String> {
    let offered = request.headers().get("sec-websocket-protocol").ok().flatten()?;
    let (first, second) = offered.split_once(',')?;
    (first.trim() == SUBPROTOCOL).then(|| second.trim().to_owned())
}

fn is_upgrade(request: &Request) -> bool {
    let header = request.headers().get("upgrade").ok().flatten();
    header.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

async fn upgrade(stub: &Stub, path: &str, url: &Url) -> Result<Response> {
    let headers = worker::Headers::new();
    headers.set("upgrade", "websocket").map_err(EdgeError::internal)?;
    let mut init = RequestInit::new();
    init.with_headers(headers);
    let request = Request::new_with_init(&object_url(path, url), &init).map_err(EdgeError::internal)?;
    stub.fetch_with_request(request).await.map_err(EdgeError::internal)
}

async fn pass_on(stub: &Stub, path: &str, url: &Url, body: Option<Vec<u8>>) -> Result<Response> {
    let mut init = RequestInit::new();
    if let Some(body) = body {
        let text = String::from_utf8(body)
            .map_err(|_| EdgeError::bad_request("bad_json", "The body is not UTF-8."))?;
        init.with_method(Method::Post).with_body(Some(text.into()));
    }
    let request = Request::new_with_init(&object_url(path, url), &init).map_err(EdgeError::internal)?;
    stub.fetch_with_request(request).await.map_err(EdgeError::internal)
}

async fn forward_call(stub: &Stub, operation: &str, key: &str, call: Vec<u8>) -> Result<Response> {
    let text =
        String::from_utf8(call).map_err(|_| EdgeError::bad_request("bad_json", "The body is not UTF-8."))?;
    let headers = worker::Headers::new();
    headers.set("idempotency-key", key).map_err(EdgeError::internal)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(Some(text.into()));
    let request = Request::new_with_init(&format!("https://object/agent/{operation}"), &init);
    stub.fetch_with_request(request.map_err(EdgeError::internal)?).await.map_err(EdgeError::internal)
}

fn object_url(path: &str, url: &Url) -> String {
    match url.query() {
        Some(query) => format!("https://object{path}?{query}"),
        None => format!("https://object{path}"),
    }
}
