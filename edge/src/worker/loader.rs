//! The script tag's file: one for all shops, or a shop's own, which knows its theme.

use super::frame::{FOR_MINUTES, file, file_headers, read, takes_brotli};
use super::view;
use super::within::within;
use crate::error::{EdgeError, Result};
use crate::loader::{self, Name};
use counterbell_protocol::ShopId;
use counterbell_protocol::frame::Theme;
use counterbell_shop::languages::candidates;
use std::collections::HashMap;
use worker::{EncodeBody, Env, Request, Response, ResponseBuilder};

const LOADER: &str = "loader.js";
/// So long a page's script waits for its shop's settings.
const SHOP_MS: u64 = 1_000;

pub async fn loader(request: &Request, env: &Env, shop: Option<&ShopId>) -> Result<Response> {
    let response = match shop {
        None => file(request, env, LOADER, FOR_MINUTES).await?,
        Some(shop) => own(request, env, shop).await?,
    };
    // The shop's page may ask for it with `crossorigin` and an integrity hash.
    response.headers().set("access-control-allow-origin", "*").map_err(EdgeError::internal)?;
    response.headers().set("cross-origin-resource-policy", "cross-origin").map_err(EdgeError::internal)?;
    Ok(response)
}

async fn own(request: &Request, env: &Env, shop: &ShopId) -> Result<Response> {
    let asked = request.url().map_err(EdgeError::internal)?;
    let asked = asked.query_pairs().find(|(name, _)| name == "language").map(|(_, value)| value.into_owned());
    let end = end(env, shop, asked.as_deref()).await?;
    let headers = file_headers(LOADER, FOR_MINUTES)?;
    if takes_brotli(request)
        && let Some(open) = read(env, "loader.open.br").await?
        && let Some(body) = loader::brotli(&open, &end)
    {
        headers.set("content-encoding", "br").map_err(EdgeError::internal)?;
        let builder = ResponseBuilder::new().with_headers(headers).with_encode_body(EncodeBody::Manual);
        return Ok(builder.fixed(body));
    }
    let built = read(env, LOADER).await?.and_then(|built| loader::plain(&built, &end));
    let body = built.ok_or_else(|| EdgeError::internal("loader.js ends otherwise"))?;
    Ok(ResponseBuilder::new().with_headers(headers).fixed(body))
}

/// Where the shop's object does not answer, the usual looks: a page does not wait for colours. A page in another
/// language than its shop's may say so in the address. What its browser speaks is not asked: one address is one file,
/// which is cached anywhere and may have an integrity hash.
async fn end(env: &Env, shop: &ShopId, asked: Option<&str>) -> Result<String> {
    let view = match within(SHOP_MS, view::get(env, shop)).await {
        Ok(view) => Some(view),
        Err(error) if error.status == 404 => return Err(error),
        Err(error) => {
            worker::console_error!("loader: {error:?}");
            view::of_any_age(shop)
        }
    };
    let Some(view) = view else { return Ok(loader::end(&Theme::default(), None)) };
    let names = read(env, "launchers.json").await?.unwrap_or_default();
    let names: HashMap<String, String> = serde_json::from_slice(&names).unwrap_or_default();
    let named = |language| {
        let name = candidates(language).iter().find_map(|code| names.get(code))?;
        Some(Name { language, name })
    };
    let name = asked.and_then(named).or_else(|| named(&view.settings.language));
    Ok(loader::end(&view.settings.theme, name.as_ref()))
}
