//! The shell: the only part that knows Workers. It hands the plain structs their store, time, randomness
//! and network, and turns what they say into sockets, answers and alarms. Nothing is decided here.

mod agent_api;
mod attachments;
mod body;
mod budget;
mod conversation_object;
mod deliver;
mod fault;
mod feed;
mod form;
mod forward;
mod frame;
mod frames;
mod js;
mod keys;
mod loader;
mod model;
mod opening;
mod pump;
mod rest;
mod router;
mod search;
mod shop_object;
mod sockets;
mod sql;
mod view;
mod within;
mod words;

use worker::{Context, Env, Request, Response, ScheduleContext, ScheduledEvent, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    router::route(request, &env).await
}

/// The second clock of the second clock: each minute shops look for what is overdue.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(error) = shop_object::tick_all(&env).await {
        worker::console_error!("cron failed: {error}");
    }
}
