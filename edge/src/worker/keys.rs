//! Who may pass: the tokens of shoppers, the keys of queues and operators, and where a browser says it comes
//! from. All of it is checked before an object is woken.

use super::view;
use crate::error::{EdgeError, Result};
use crate::shop::{View, auth};
use crate::token;
use counterbell_protocol::{ConversationId, SUBPROTOCOL, ShopId};
use std::rc::Rc;
use worker::{Env, Request, Url};

/// A shop's view, for the one who holds its agent key. No such shop and a wrong key look the same.
pub async fn agent_view(env: &Env, shop: &ShopId, given: Option<&str>) -> Result<Rc<View>> {
    // A key that was replaced must stop to open at once.
    let view = view::fetch(env, shop).await.map_err(|error| match error.status {
        404 => EdgeError::unauthorized(),
        _ => error,
    })?;
    if auth::is_agent(&view.secrets, given) { Ok(view) } else { Err(EdgeError::unauthorized()) }
}

pub fn secret(env: &Env, name: &str) -> Result<String> {
    let value = env.secret(name).map(|secret| secret.to_string());
    let value = value.or_else(|_| env.var(name).map(|var| var.to_string()));
    value.map_err(|_| EdgeError::internal(format!("{name} is not set: `wrangler secret put {name}`")))
}

pub fn check_shopper(env: &Env, shop: &ShopId, id: &ConversationId, given: Option<&str>) -> Result<()> {
    token::check_conversation(&secret(env, "TOKEN_KEY")?, shop, id, given)
}

pub fn check_admin(request: &Request, env: &Env) -> Result<()> {
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

pub fn bearer(request: &Request) -> Option<String> {
    let header = request.headers().get("authorization").ok().flatten();
    auth::bearer(header.as_deref()).map(str::to_owned)
}

/// The second offered subprotocol: a browser's socket can carry a token in no other header.
pub fn socket_token(request: &Request) -> Option<String> {
    let offered = request.headers().get("sec-websocket-protocol").ok().flatten()?;
    let (first, second) = offered.split_once(',')?;
    (first.trim() == SUBPROTOCOL).then(|| second.trim().to_owned())
}
