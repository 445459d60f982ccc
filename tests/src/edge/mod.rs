//! The edge under test: the real Worker in workerd itself, prepared once, with one shop for each test.

mod built;
#[cfg(target_os = "linux")]
mod disk;
mod setup;
mod shop;

pub use built::{built, repository};
#[cfg(target_os = "linux")]
pub use disk::{At, Disk};
pub use setup::{ShopSetup, webhook_key};
pub use shop::Shop;

use crate::http::{Ask, Response};
use crate::queue::Queue;
use crate::unique;
use counterbell::dev::keys::random_hex;
use counterbell::dev::{Options, Workerd};
use serde_json::json;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A running edge. Its objects live in a folder of its own that outlives `kill9`.
pub struct Edge {
    workerd: Mutex<Option<Workerd>>,
    state: TempDir,
    options: Options,
    admin_key: String,
    pub url: String,
}

impl Edge {
    /// The one that all tests of a binary share: do not kill it.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Edge> = OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// One of its own, for a test that kills it.
    pub async fn start() -> Self {
        Self::start_with(&[("ALLOW_LOOPBACK", "1")]).await
    }

    /// One of its own, as it is deployed: nothing may be sent to this machine.
    pub async fn start_as_deployed() -> Self {
        Self::start_with(&[]).await
    }

    /// One of its own, whose Worker traps where a shopper writes `@trap`.
    pub async fn start_with_traps() -> Self {
        Self::start_with_fault("trap").await
    }

    /// One of its own, in which a fault is built: `edge/src/worker/fault.rs` knows which there are.
    pub async fn start_with_fault(fault: &str) -> Self {
        Self::start_with(&[("ALLOW_LOOPBACK", "1"), ("INJECT_FAULTS", fault)]).await
    }

    async fn start_with(vars: &[(&str, &str)]) -> Self {
        let state = tempfile::tempdir().expect("a folder for the objects");
        let options = Options::new(state.path());
        let options = vars.iter().fold(options, |options, (name, value)| options.var(name, *value));
        Self::start_in(state, options).await
    }

    async fn start_in(state: TempDir, options: Options) -> Self {
        let admin_key = random_hex(32).expect("randomness");
        let token_key = random_hex(32).expect("randomness");
        let options = options.var("ADMIN_KEY", &admin_key).var("TOKEN_KEY", token_key);
        let workerd = start(options.clone()).await;
        let url = workerd.url();
        // The same address after a restart: shoppers come back to where they were.
        let options = options.port(workerd.port());
        Self { workerd: Mutex::new(Some(workerd)), state, options, admin_key, url }
    }

    /// The hardest end there is.
    pub fn kill9(&self) {
        drop(self.locked().take());
    }

    /// Starts it again on the same state, at the same address.
    pub async fn restart(&self) {
        self.kill9();
        let workerd = start(self.options.clone()).await;
        *self.locked() = Some(workerd);
    }

    /// One tick of the second clock, until its event has ended.
    pub async fn cron(&self) {
        self.cron_within(Duration::from_secs(40)).await;
    }

    /// The same, where something hangs in it.
    pub async fn cron_within(&self, patience: Duration) {
        let url = self.locked().as_ref().map(Workerd::cron_url).expect("a running edge");
        Ask::get(url).patience(patience).send().await.expect(200);
    }

    pub fn admin_key(&self) -> &str {
        &self.admin_key
    }

    pub fn state(&self) -> &std::path::Path {
        self.state.path()
    }

    /// Takes all alarms away, as a platform might lose them, while the edge is down: how many there were.
    pub fn forget_alarms(&self) -> usize {
        ["Conversation", "Shop"].map(|class| self.change_alarms(class, "DELETE FROM _cf_ALARM")).iter().sum()
    }

    /// The same for the conversations alone.
    pub fn forget_alarms_of_conversations(&self) -> usize {
        self.change_alarms("Conversation", "DELETE FROM _cf_ALARM")
    }

    /// Puts the alarms of all conversations into the year 1970, while the edge is down: how many there are.
    pub fn put_alarms_into_the_past(&self) -> usize {
        self.change_alarms("Conversation", "UPDATE _cf_ALARM SET scheduled_time = 1000000000")
    }

    /// Changes the address that a shop's settings hold, behind the back of the checks of saving, while the edge
    /// is down: in how many shops it stood.
    pub fn change_stored_address(&self, from: &str, to: &str) -> usize {
        let sql = "UPDATE settings SET settings = replace(settings, ?1, ?2) WHERE instr(settings, ?1) > 0";
        self.change_objects("Shop", sql, [from, to])
    }

    /// Makes every delivery so much older, as if the edge had been down for so long, while it is down: how many
    /// there are.
    pub fn age_deliveries(&self, minutes: u32) -> usize {
        let ms = i64::from(minutes) * 60_000;
        self.change_objects("Conversation", "UPDATE attempt SET at_ms = at_ms - ?1", [ms]);
        let sql = "UPDATE outbox SET made_ms = made_ms - ?1, due_ms = due_ms - ?1";
        self.change_objects("Conversation", sql, [ms])
    }

    /// Puts so many shops that were never set up into the cron's list, before all others, while the edge is down:
    /// how many there are in it.
    pub fn add_members(&self, count: usize) -> usize {
        let sql = "WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < ?1) \
                   INSERT INTO member (shop) SELECT printf('a-member-%05d', n) FROM up";
        self.change_objects("Shop", "UPDATE member SET looked_ms = 1", []);
        self.change_objects("Shop", sql, [count])
    }

    /// Runs one statement in each object of a class that has the table: how many rows it changed.
    fn change_objects<P: rusqlite::Params + Clone>(&self, class: &str, sql: &str, values: P) -> usize {
        assert!(self.pid().is_none(), "the edge is still running");
        let folder = self.state.path().join(format!("objects/counterbell-{class}"));
        let files = std::fs::read_dir(folder).expect("the folder of the objects").filter_map(Result::ok);
        let files = files.map(|file| file.path()).filter(|path| path.extension() == Some("sqlite".as_ref()));
        let change = |path| rusqlite::Connection::open(path).ok()?.execute(sql, values.clone()).ok();
        files.filter_map(change).sum()
    }

    fn change_alarms(&self, class: &str, sql: &str) -> usize {
        assert!(self.pid().is_none(), "the edge is still running");
        let file = self.state.path().join(format!("objects/counterbell-{class}/metadata.sqlite"));
        let database = rusqlite::Connection::open(file).expect("the file of the alarms");
        database.execute(sql, ()).expect("the table of the alarms")
    }

    /// What workerd and the Worker wrote so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.state.path().join("workerd.log")).unwrap_or_default()
    }

    pub fn pid(&self) -> Option<u32> {
        self.locked().as_ref().map(Workerd::pid)
    }

    /// A shop as set up by `setup`.
    pub async fn shop(&self, setup: ShopSetup) -> Shop {
        let shop = self.named(&setup);
        let answer = self.push(&setup, &shop.queue.key).send().await;
        assert_eq!(answer.status, 200, "{}\n{}", answer.text(), setup.toml());
        shop
    }

    /// The same, if the edge is there to take it.
    pub async fn try_shop(&self, setup: &ShopSetup) -> Option<Shop> {
        let shop = self.named(setup);
        let answer = self.push(setup, &shop.queue.key).try_send().await.ok()?;
        (answer.status == 200).then_some(shop)
    }

    /// What the edge says to such a shop.
    pub async fn answer_to(&self, setup: &ShopSetup) -> Response {
        self.push(setup, "an agent key, long enough").send().await
    }

    fn named(&self, setup: &ShopSetup) -> Shop {
        Shop {
            edge: self.url.clone(),
            id: setup.id.clone(),
            queue: Queue { edge: self.url.clone(), shop: setup.id.clone(), key: unique("agent") },
            webhook_key: setup.webhook_keys.first().cloned().unwrap_or_default(),
            admin_key: self.admin_key.clone(),
        }
    }

    /// Changes a shop's settings; keys that `setup` does not name stay.
    pub async fn change(&self, shop: &Shop, setup: ShopSetup) {
        let setup = setup.renamed(&shop.id);
        self.push(&setup, &shop.queue.key).send().await.expect(200);
    }

    fn push(&self, setup: &ShopSetup, agent_key: &str) -> Ask {
        let push = json!({"settings": setup.toml(), "help": setup.help,
            "secrets": {"agent_key": agent_key, "webhook_keys": setup.webhook_keys,
            "identity_key": setup.identity_key}});
        let url = format!("{}/v1/shops/{}", self.url, setup.id);
        Ask::put(url).bearer(&self.admin_key).json(&push)
    }

    fn locked(&self) -> MutexGuard<'_, Option<Workerd>> {
        self.workerd.lock().expect("nobody panics while starting workerd")
    }
}

async fn start(options: Options) -> Workerd {
    tokio::task::spawn_blocking(move || Workerd::start(built(), &options))
        .await
        .expect("the edge can be built")
        .unwrap_or_else(|e| panic!("{e}"))
}
