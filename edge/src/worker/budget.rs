//! The till of each shop in this isolate's memory, and the way to the one count in the shop's object. No turn of
//! an isolate that knows the count waits for it.

use super::conversation_object::Inner;
use super::{body, js, view};
use crate::shop::View;
use crate::shop::budget::{Spent, Till};
use counterbell_protocol::ShopId;
use counterbell_shop::Provider;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use worker::{Delay, Env};

/// So long after an answer was begun the count is told: the first token has gone out by then, and turns that
/// begin close together are told together.
const TELL_AFTER: Duration = Duration::from_millis(250);
/// A shop's object that hangs holds up nobody for longer.
const TELL_MS: u64 = 3_000;
const MAX_TILLS: usize = 200;

thread_local! {
    static TILLS: RefCell<HashMap<ShopId, Till>> = RefCell::default();
}

/// Whether the model may be asked now.
pub fn allows(view: &View) -> bool {
    with_till(&view.shop, |till| till.allows(js::now_ms(), &view.settings.assistant))
}

/// Before each request to the model.
pub fn take(view: &View) -> bool {
    match with_till(&view.shop, |till| till.take(js::now_ms(), &view.settings.assistant)) {
        Ok(()) => true,
        Err(refused) => {
            if refused == 0 {
                worker::console_warn!("budget: {} has used up its answers of this minute or day", view.shop);
            }
            false
        }
    }
}

/// For an isolate that has never heard how much is spent; the others do not wait.
pub async fn learn(env: &Env, view: &View) {
    let pays = view.settings.assistant.provider == Provider::Openai;
    if pays && with_till(&view.shop, |till| till.knows_nothing()) {
        tell(env, &view.shop).await;
    }
}

/// Returns at once.
pub fn tell_behind(inner: &Rc<Inner>, view: &View) {
    let (task, shop) = (inner.clone(), view.shop.clone());
    inner.state.wait_until(async move {
        Delay::from(TELL_AFTER).await;
        tell(&task.env, &shop).await;
    });
}

/// Until there is nothing left to tell. What comes while it is told is told by the same.
async fn tell(env: &Env, shop: &ShopId) {
    while let Some(spent) = with_till(shop, |till| till.tell(js::now_ms())) {
        let told = match view::stub(env, shop) {
            Ok(stub) => body::ask::<_, Spent>(TELL_MS, &stub, "/spend", &spent).await,
            Err(error) => Err(error),
        };
        match told {
            Ok(in_all) => with_till(shop, |till| till.told(in_all)),
            Err(error) => {
                worker::console_error!("budget: {error:?}");
                return with_till(shop, Till::not_told);
            }
        }
    }
}

fn with_till<T>(shop: &ShopId, work: impl FnOnce(&mut Till) -> T) -> T {
    TILLS.with_borrow_mut(|tills| {
        // One isolate serves many shops: those that have nothing to tell can be asked about again.
        if tills.len() >= MAX_TILLS && !tills.contains_key(shop) {
            tills.retain(|_, till| till.has_untold());
        }
        work(tills.entry(shop.clone()).or_default())
    })
}
