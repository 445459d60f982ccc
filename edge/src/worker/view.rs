//! A conversation's view of its shop: fetched from the shop's object, kept for seconds in the isolate's
//! memory, refreshed behind the back of whoever asks. Memory is a cache: losing it costs one call.

use super::{body, js};
use crate::error::{EdgeError, Result};
use crate::shop::{Snapshot, View};
use counterbell_protocol::ShopId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use worker::{Env, Stub};

/// Younger than this it is used as it is.
const FRESH_MS: u64 = 2_000;
/// Older than this it is fetched before use; in between it is used and refreshed behind.
const STALE_MS: u64 = 30_000;

/// So long is waited for the shop's object: one that hangs must hold up no frame and no clock.
const FETCH_MS: u64 = 5_000;

const MAX_VIEWS: usize = 200;

thread_local! {
    static VIEWS: RefCell<HashMap<ShopId, Cached>> = RefCell::new(HashMap::new());
}

struct Cached {
    view: Rc<View>,
    version: u64,
    at_ms: u64,
}

pub enum Age {
    Fresh(Rc<View>),
    /// Good for now; call [`fetch`] behind it.
    Stale(Rc<View>),
    Missing,
}

pub fn cached(shop: &ShopId) -> Age {
    let now_ms = js::now_ms();
    VIEWS.with_borrow(|views| match views.get(shop) {
        Some(cached) if now_ms < cached.at_ms + FRESH_MS => Age::Fresh(cached.view.clone()),
        Some(cached) if now_ms < cached.at_ms + STALE_MS => Age::Stale(cached.view.clone()),
        _ => Age::Missing,
    })
}

/// Better than none: for when the shop's object does not answer. Whoever comes next does not wait for it again.
pub fn of_any_age(shop: &ShopId) -> Option<Rc<View>> {
    let stale_ms = js::now_ms().saturating_sub(FRESH_MS);
    VIEWS.with_borrow_mut(|views| {
        let cached = views.get_mut(shop)?;
        cached.at_ms = cached.at_ms.max(stale_ms);
        Some(cached.view.clone())
    })
}

/// The view as it is now. 404 where the shop has never been set up.
pub async fn fetch(env: &Env, shop: &ShopId) -> Result<Rc<View>> {
    let stub = stub(env, shop)?;
    let snapshot: Option<Snapshot> = body::ask(FETCH_MS, &stub, "/snapshot", &()).await?;
    let snapshot = snapshot.ok_or_else(|| EdgeError::not_found("shop"))?;
    let now_ms = js::now_ms();
    let known = VIEWS.with_borrow(|views| {
        let cached = views.get(shop).filter(|cached| cached.version == snapshot.version)?;
        (cached.view.people == snapshot.people).then(|| cached.view.clone())
    });
    let view = match known {
        Some(view) => view,
        None => Rc::new(view(env, shop, &snapshot)?),
    };
    let cached = Cached { view: view.clone(), version: snapshot.version, at_ms: now_ms };
    VIEWS.with_borrow_mut(|views| {
        // Of two fetches under way the older answer may come last.
        if views.get(shop).is_none_or(|known| known.version <= cached.version) {
            views.insert(shop.clone(), cached);
        }
        // One isolate serves many shops: what is not asked for any more is let go.
        if views.len() > MAX_VIEWS {
            views.retain(|_, known| now_ms < known.at_ms + STALE_MS);
        }
    });
    Ok(view)
}

/// Fresh enough, whatever that costs.
pub async fn get(env: &Env, shop: &ShopId) -> Result<Rc<View>> {
    match cached(shop) {
        Age::Fresh(view) | Age::Stale(view) => Ok(view),
        Age::Missing => fetch(env, shop).await,
    }
}

pub fn stub(env: &Env, shop: &ShopId) -> Result<Stub> {
    let namespace = env.durable_object("SHOP").map_err(EdgeError::internal)?;
    namespace.get_by_name(shop.as_str()).map_err(EdgeError::internal)
}

fn view(env: &Env, shop: &ShopId, snapshot: &Snapshot) -> Result<View> {
    let rules = snapshot.settings.rules().map_err(|problems| EdgeError::internal(format!("{problems:?}")))?;
    Ok(View {
        shop: shop.clone(),
        version: snapshot.version,
        settings: snapshot.settings.clone(),
        rules,
        secrets: snapshot.secrets.clone(),
        edge: snapshot.edge.clone(),
        help_passages: snapshot.help_passages,
        people: snapshot.people.clone(),
        allow_loopback: env.var("ALLOW_LOOPBACK").is_ok_and(|value| value.to_string() == "1"),
    })
}
