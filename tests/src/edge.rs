//! The edge under test: the real Worker in workerd itself, prepared once, with one shop for each test.

use crate::http::{Ask, Response};
use crate::queue::Queue;
use crate::shopper::{Shopper, Socket};
use crate::{poll, unique};
use counterbell::dev::keys::random_hex;
use counterbell::dev::node::NodeModules;
use counterbell::dev::{Built, Options, Progress, Workerd, build, prepare, repo};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock};
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

/// One shop on an edge, and all its keys.
#[derive(Clone, Debug)]
pub struct Shop {
    pub edge: String,
    pub id: String,
    pub queue: Queue,
    /// `whsec_…`
    pub webhook_key: String,
    admin_key: String,
}

/// A shop that is being set up. What is not said stays at the product's own default.
#[derive(Clone, Debug)]
pub struct ShopSetup {
    id: String,
    webhook_keys: Vec<String>,
    identity_key: Option<String>,
    head: String,
    sections: Vec<(String, String)>,
    rest: String,
    help: Vec<Value>,
}

/// Installs and builds what is missing; once for all tests of a binary, also when it fails.
pub fn built() -> &'static Built {
    static BUILT: OnceLock<Result<Built, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| match std::env::var_os("COUNTERBELL_AS_BUILT") {
        Some(root) => Ok(as_built(root.into())),
        None => prepare(&Progress::stderr()).map_err(|e| e.to_string()),
    });
    built.as_ref().unwrap_or_else(|e| panic!("{e}"))
}

/// The repository's root.
pub fn repository() -> PathBuf {
    repo::root().expect("the repository")
}

/// What was built before, in a repository or a copy of its outputs: for whoever works on the tests while
/// others work on what they test.
fn as_built(root: PathBuf) -> Built {
    let (repo, cache) = (repository(), repo::cache().expect("the cache"));
    let npm = std::fs::read_dir(cache.join("npm")).expect("npm packages are installed");
    let installed = npm.filter_map(|entry| Some(NodeModules::at(&entry.ok()?.path())));
    let node = installed.filter(NodeModules::is_complete).last().expect("npm packages are installed");
    Built { widget: root.join(build::WIDGET_OUT), edge: root.join(build::EDGE_OUT), repo, cache, node }
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

    async fn start_with(vars: &[(&str, &str)]) -> Self {
        let state = tempfile::tempdir().expect("a folder for the objects");
        let admin_key = random_hex(32).expect("randomness");
        let token_key = random_hex(32).expect("randomness");
        let options = Options::new(state.path()).var("ADMIN_KEY", &admin_key).var("TOKEN_KEY", token_key);
        let options = vars.iter().fold(options, |options, (name, value)| options.var(name, *value));
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

    /// One tick of the second clock.
    pub async fn cron(&self) {
        let url = self.locked().as_ref().map(Workerd::cron_url).expect("a running edge");
        Ask::get(url).send().await.expect(200);
    }

    pub fn admin_key(&self) -> &str {
        &self.admin_key
    }

    pub fn state(&self) -> &std::path::Path {
        self.state.path()
    }

    /// Takes all alarms away, as a platform might lose them, while the edge is down: how many there were.
    pub fn forget_alarms(&self) -> usize {
        assert!(self.pid().is_none(), "the edge is still running");
        let objects = self.state.path().join("objects");
        let classes = std::fs::read_dir(objects).expect("the objects' folder").filter_map(Result::ok);
        let forget = |class: std::fs::DirEntry| {
            let database = rusqlite::Connection::open(class.path().join("metadata.sqlite")).ok()?;
            database.execute("DELETE FROM _cf_ALARM", ()).ok()
        };
        classes.filter_map(forget).sum()
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
        self.push(setup, "agent key").send().await
    }

    fn named(&self, setup: &ShopSetup) -> Shop {
        Shop {
            edge: self.url.clone(),
            id: setup.id.clone(),
            queue: Queue { edge: self.url.clone(), shop: setup.id.clone(), key: unique("agent") },
            webhook_key: setup.webhook_keys[0].clone(),
            admin_key: self.admin_key.clone(),
        }
    }

    /// Changes a shop's settings; keys that `setup` does not name stay.
    pub async fn change(&self, shop: &Shop, mut setup: ShopSetup) {
        setup.head = setup.head.replace(&setup.id, &shop.id);
        setup.id.clone_from(&shop.id);
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

impl Shop {
    pub async fn shopper(&self) -> Shopper {
        Shopper::open(&self.edge, &self.id).await
    }

    /// A new shopper with an open socket that is ready.
    pub async fn talk(&self) -> (Shopper, Socket) {
        let shopper = self.shopper().await;
        let socket = shopper.connect().await;
        (shopper, socket)
    }

    /// What the admin API says of a conversation's deliveries, oldest first.
    pub async fn deliveries(&self, conversation: &str) -> Value {
        let url = format!("{}/v1/shops/{}/conversations/{conversation}/deliveries", self.edge, self.id);
        Ask::get(url).bearer(&self.admin_key).send().await.expect(200).value()
    }

    /// Everything that was not delivered is due again.
    pub async fn replay(&self, conversation: &str) {
        let url = format!("{}/v1/shops/{}/conversations/{conversation}/replay", self.edge, self.id);
        Ask::post(url).bearer(&self.admin_key).send().await.expect(200);
    }

    /// The first delivery of a kind such as `requested`, with its state and its attempts.
    pub async fn delivery(&self, conversation: &str, kind: &str) -> Option<Value> {
        let all = self.deliveries(conversation).await;
        all.as_array()?.iter().find(|row| row["kind"] == kind).cloned()
    }

    /// Waits until the queue's list of open escalations satisfies `test`. An attempt that a crash cut off is
    /// made again after 20 s.
    pub async fn wait_for_open(&self, what: &str, test: impl Fn(usize) -> bool) {
        poll::until(what, Duration::from_secs(30), || async {
            test(self.queue.escalations().await.escalations.len()).then_some(())
        })
        .await;
    }
}

impl Default for ShopSetup {
    fn default() -> Self {
        Self::new()
    }
}

impl ShopSetup {
    /// A shop with a few help pages and nothing else.
    pub fn new() -> Self {
        let id = unique("shop");
        let head = format!("id = {}\nname = \"Nordlys\"\n", json!(id));
        Self {
            id,
            webhook_keys: vec![webhook_key()],
            identity_key: None,
            head,
            sections: Vec::new(),
            rest: String::new(),
            help: help_pages(),
        }
        .origins(&["http://localhost:1"])
    }

    #[must_use]
    pub fn origins(mut self, origins: &[&str]) -> Self {
        let others =
            self.head.lines().filter(|line| !line.starts_with("origins")).collect::<Vec<_>>().join("\n");
        self.head = format!("{others}\norigins = {}\n", json!(origins));
        self
    }

    /// Escalations go here.
    #[must_use]
    pub fn target(self, url: &str) -> Self {
        self.more(&format!("[[targets]]\nurl = {}\n", json!(url)))
    }

    #[must_use]
    pub fn target_with_fallback(self, url: &str, fallback: &str) -> Self {
        self.more(&format!("[[targets]]\nurl = {}\nfallback = {}\n", json!(url), json!(fallback)))
    }

    /// Answers come from this model.
    #[must_use]
    pub fn model(self, base_url: &str) -> Self {
        let model = format!("provider = \"openai\"\nbase_url = {}\nmodel = \"scripted\"", json!(base_url));
        self.section("assistant", &model)
    }

    /// After [`Self::model`]: the name that this server knows its model by.
    #[must_use]
    pub fn model_name(mut self, name: &str) -> Self {
        for (_, lines) in &mut self.sections {
            *lines = lines.replace("\"scripted\"", &json!(name).to_string());
        }
        self
    }

    #[must_use]
    pub fn lease_s(self, seconds: u32) -> Self {
        self.section("handoff", &format!("lease_s = {seconds}"))
    }

    #[must_use]
    pub fn deadline_s(self, seconds: u32) -> Self {
        self.section("handoff", &format!("deadline_s = {seconds}"))
    }

    /// Signed with these keys, the newer one first.
    #[must_use]
    pub fn webhook_keys(mut self, keys: &[&str]) -> Self {
        self.webhook_keys = keys.iter().map(|key| (*key).to_owned()).collect();
        self
    }

    /// The key of the shop's own identity tokens.
    #[must_use]
    pub fn identity_key(mut self, key: &str) -> Self {
        self.identity_key = Some(key.to_owned());
        self
    }

    /// Lines of a section of `shop.toml`; several calls add up.
    #[must_use]
    pub fn section(mut self, name: &str, lines: &str) -> Self {
        match self.sections.iter_mut().find(|(existing, _)| existing == name) {
            Some((_, text)) => text.push_str(&format!("\n{lines}")),
            None => self.sections.push((name.to_owned(), lines.to_owned())),
        }
        self
    }

    /// Whole sections, as they stand at the end of `shop.toml`.
    #[must_use]
    pub fn more(mut self, text: &str) -> Self {
        self.rest.push_str(text);
        self
    }

    #[must_use]
    pub fn without_help(mut self) -> Self {
        self.help.clear();
        self
    }

    pub fn toml(&self) -> String {
        let sections: String =
            self.sections.iter().map(|(name, text)| format!("\n[{name}]\n{text}\n")).collect();
        format!("{}{sections}\n{}", self.head, self.rest)
    }
}

/// A key as the specification wants it.
pub fn webhook_key() -> String {
    use base64::Engine as _;
    let seed = unique("a webhook key that is long enough");
    format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(seed))
}

fn help_pages() -> Vec<Value> {
    let page = |title: &str, markdown: &str| {
        let url = format!("https://shop.example/help/{}", title.to_lowercase());
        json!({"title": title, "url": url, "markdown": format!("# {title}\n\n{markdown}")})
    };
    vec![
        page("Returns", "You can return anything within 30 days. The return label is in the parcel."),
        page(
            "Shipping",
            "We ship to Norway, Sweden and Denmark in 2 to 4 working days. Shipping costs 49 kr.",
        ),
        page("Sizes", "Our coats come in sizes S to XL. Between two sizes, take the larger one."),
        page("Warranty", "Zips and seams have a warranty of five years."),
    ]
}
