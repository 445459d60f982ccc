//! Paths to handlers. Whoever has no right to a path is turned away here ([`super::keys`]), before any object is
//! woken: made-up ids cost nothing and reach nobody.

use super::body::OBJECT_MS;
use super::forward::{forward_call, idempotency_key, must_upgrade, pass_on, upgrade, upgrade_feed};
use super::keys::{agent_view, bearer, check_admin, check_origin, check_shopper, origin, socket_token};
use super::opening::{open_conversation, visitor};
use super::shop_object::PushCall;
use super::{attachments, body, form, frame, loader, view};
use crate::error::{EdgeError, Result};
use crate::shop::settings::Push;
use counterbell_protocol::agent::{People, Replay};
use counterbell_protocol::socket::Open;
use counterbell_protocol::{ConversationId, MAX_FRAME_BYTES, ShopId};
use worker::{Env, Method, Request, Response, Stub, Url};

const MAX_PUSH_BYTES: usize = 6_000_000;

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
        (Get, ["s", shop, "words"]) => frame::own_words(env, url, &shop_id(shop)?).await,
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
        (Get, ["v1", "shops", shop, "budget"]) => {
            check_admin(request, env)?;
            pass_on(&view::stub(env, &shop_id(shop)?)?, "/budget", url, None).await
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
            must_upgrade(request)?;
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
    let key = bearer(request).unwrap_or_default();
    let view = agent_view(env, shop, Some(&key)).await?;
    match (request.method(), rest) {
        (Method::Get, ["escalations"]) => {
            pass_on(&view::stub(env, &view.shop)?, "/escalations", url, None).await
        }
        (Method::Get, ["budget"]) => pass_on(&view::stub(env, &view.shop)?, "/budget", url, None).await,
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
        (Method::Get, ["conversations", id, "feed"]) => {
            must_upgrade(request)?;
            let stub = existing(env, shop, &conversation_id(id)?).await?;
            upgrade_feed(&stub, url, &key).await
        }
        (Method::Post, ["conversations", id, operation]) => {
            let key = idempotency_key(request)?;
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

fn shop_id(text: &str) -> Result<ShopId> {
    let shop = ShopId::new(text);
    if shop.is_well_formed() { Ok(shop) } else { Err(EdgeError::not_found("shop")) }
}

pub fn conversation_id(text: &str) -> Result<ConversationId> {
    let id = ConversationId::new(text);
    if id.is_well_formed() { Ok(id) } else { Err(EdgeError::not_found("conversation")) }
}
