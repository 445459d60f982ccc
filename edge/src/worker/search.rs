//! Help passages for a question: from this isolate's memory where it holds the shop's index, else from the
//! shop's object.

use super::body::OBJECT_MS;
use super::conversation_object::Inner;
use super::{body, view};
use crate::error::Result;
use crate::shop::View;
use crate::shop::help::Found;
use crate::shop::indexes::{Indexes, Passages, Place};
use counterbell_protocol::ShopId;
use std::cell::RefCell;
use std::rc::Rc;
use worker::Env;

const PASSAGES: usize = 4;
/// The shopper waits for what is found.
const SEARCH_MS: u64 = 5_000;

thread_local! {
    static INDEXES: RefCell<Indexes> = RefCell::default();
}

pub async fn search(inner: &Rc<Inner>, view: &View, question: &str) -> Result<Vec<Found>> {
    match INDEXES.with_borrow_mut(|indexes| indexes.place(&view.shop, view.version)) {
        Place::Here(index) => return Ok(index.search(question, PASSAGES)),
        Place::Object => {}
        Place::ObjectThatIsAskedOften => {
            let (task, shop) = (inner.clone(), view.shop.clone());
            inner.state.wait_until(async move {
                if let Err(error) = fetch(&task.env, &shop).await {
                    worker::console_error!("passages: {error}");
                }
            });
        }
    }
    body::ask(SEARCH_MS, &view::stub(&inner.env, &view.shop)?, "/search", &(question, PASSAGES)).await
}

/// The same without a wait, where this isolate holds the index.
pub fn at_once(view: &View, question: &str) -> Option<Vec<Found>> {
    let index = INDEXES.with_borrow(|indexes| indexes.held(&view.shop, view.version))?;
    Some(index.search(question, PASSAGES))
}

async fn fetch(env: &Env, shop: &ShopId) -> Result<()> {
    let passages: Passages = body::ask(OBJECT_MS, &view::stub(env, shop)?, "/passages", &()).await?;
    INDEXES.with_borrow_mut(|indexes| indexes.keep(shop, passages));
    Ok(())
}
