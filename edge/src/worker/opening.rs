//! A conversation is opened: at the door of its shop, for whoever its token says.

use super::body::OBJECT_MS;
use super::conversation_object::{OpenAbout, OpenCall};
use super::keys::secret;
use super::router::stub;
use super::{body, js, view};
use crate::error::{EdgeError, Result};
use crate::shop::door;
use crate::token;
use counterbell_protocol::socket::{Open, Opened};
use counterbell_protocol::{ConversationId, ShopId};
use worker::{Env, Request};

/// So long is waited at a shop's door.
const ENTER_MS: u64 = 3_000;

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

/// Opens the conversation that these prove; once, however often. The answer names another one where it was erased.
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
    let mut about = OpenAbout {
        shop: shop.clone(),
        id: opened.conversation.clone(),
        language: open.language.filter(|language| language.len() <= 35),
        page: open.page,
        customer,
    };
    if is_open_now(env, &about).await? {
        return Ok(Opened { identity_refused, ..opened });
    }
    // It was erased, and nothing comes back: whoever still has its link begins another one.
    let fresh = fresh_conversation(env, shop)?;
    about.id = fresh.conversation.clone();
    is_open_now(env, &about).await?;
    Ok(Opened { identity_refused, ..fresh })
}

/// Opens it, unless it was opened before.
async fn is_open_now(env: &Env, about: &OpenAbout) -> Result<bool> {
    body::ask(OBJECT_MS, &stub(env, &about.id)?, "/open", &OpenCall { about: about.clone() }).await
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
