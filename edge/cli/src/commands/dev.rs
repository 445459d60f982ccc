//! `counterbell dev`: the demo shop, its edge and its desk on this machine, until Ctrl-C.

use crate::dev::keys::DevKeys;
use crate::dev::llm::{self, LocalModel};
use crate::dev::ports::{self, Ports};
use crate::dev::site::Site;
use crate::dev::{Built, Options, Progress, SetupError, Workerd, files, prepare, repo};
use crate::push::{Secrets, push};
use crate::shop_folder::{Addresses, ShopFolder};
use clap::Args;
use counterbell_desk::DeskConfig;
use counterbell_shop::Settings;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::interval;

const CRON_EVERY: Duration = Duration::from_secs(60);
const SHOP: &str = "examples/shop";
const LOOK_EVERY: Duration = Duration::from_millis(500);

type Failure = Box<dyn std::error::Error>;

#[derive(Debug, Args)]
pub struct DevArguments {
    /// The first of three ports: edge, shop, desk.
    #[arg(long, default_value_t = 8787, value_parser = clap::value_parser!(u16).range(1..=65_533))]
    pub port: u16,
    /// Who answers instead of the help pages: `local` for a small model on this machine, or the address of an
    /// OpenAI-compatible server, such as http://127.0.0.1:11434/v1 (key: COUNTERBELL_LLM_KEY).
    #[arg(long, value_name = "local|URL")]
    pub llm: Option<String>,
    /// The model's name for that server.
    #[arg(long, default_value = "default", requires = "llm")]
    pub llm_model: String,
    /// Leave the human queue out, to connect your own.
    #[arg(long)]
    pub no_desk: bool,
}

pub fn run(arguments: &DevArguments) -> ExitCode {
    super::finish(start(arguments))
}

/// What runs beside this process; dropping it ends it.
struct Running {
    edge: Workerd,
    model: Option<LocalModel>,
    addresses: Addresses,
    keys: DevKeys,
    shop: ShopFolder,
    folder: PathBuf,
    _state: File,
}

fn start(arguments: &DevArguments) -> Result<(), Failure> {
    // Before the long part, so that a busy port or a slip in the settings is not found after ten minutes.
    let ports = ports::three_from(arguments.port)?;
    check(arguments, &repo::root()?.join(SHOP), ports)?;
    let progress = Progress::stderr();
    let built = prepare(&progress)?;
    let runtime = tokio::runtime::Runtime::new()?;
    // Signals are caught from here on: whatever is started below is ended below.
    runtime.block_on(async {
        let running = tokio::task::block_in_place(|| bring_up(arguments, ports, &built, &progress));
        serve(running?, arguments, ports, &progress).await
    })
}

fn check(arguments: &DevArguments, folder: &Path, ports: Ports) -> Result<(), Failure> {
    super::check::load(folder)?;
    let Some(url) = arguments.llm.as_deref().filter(|llm| *llm != "local") else { return Ok(()) };
    let shop = ShopFolder::read(folder, Some(&addresses(ports)))?.with_model(url, &arguments.llm_model)?;
    Settings::parse(&shop.settings).map(drop).map_err(|problems| {
        let problem = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
        format!("`--llm {url}`: {problem} (or `local`).").into()
    })
}

fn bring_up(
    arguments: &DevArguments,
    ports: Ports,
    built: &Built,
    progress: &Progress,
) -> Result<Running, Failure> {
    let state = built.repo.join("target/dev-state").join(ports.edge.to_string());
    let held = hold(&state)?;
    let keys = DevKeys::kept_in(&state)?;
    let addresses = addresses(ports);
    let folder = built.repo.join(SHOP);
    let shop = ShopFolder::read(&folder, Some(&addresses))?;
    let (shop, model) = with_model(shop, arguments, &state, progress)?;
    let edge = Workerd::start(built, &options(&state, ports, &keys))?;
    push(&edge.url(), &keys.admin_key, &shop, &secrets(&keys))?;
    Ok(Running { edge, model, addresses, keys, shop, folder, _state: held })
}

/// Two edges on the same SQLite files would damage them.
fn hold(state: &Path) -> Result<File, SetupError> {
    let path = state.join("lock");
    files::write(&path, "")?;
    let file = File::open(&path).map_err(SetupError::io("cannot be opened", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SetupError::Other(
            "This repository's demo shop is already running on this port. Stop it, or choose another with `--port`.".into(),
        )),
        Err(TryLockError::Error(error)) => Err(SetupError::io("cannot be locked", &path)(error)),
    }
}

/// The shop is `localhost` and the edge `127.0.0.1`: another site, as in real life.
fn addresses(ports: Ports) -> Addresses {
    Addresses {
        edge: format!("http://127.0.0.1:{}", ports.edge),
        shop: format!("http://localhost:{}", ports.shop),
        desk: format!("http://127.0.0.1:{}", ports.desk),
    }
}

fn options(state: &Path, ports: Ports, keys: &DevKeys) -> Options {
    Options::new(state)
        .port(ports.edge)
        .var("TOKEN_KEY", &keys.token_key)
        .var("ADMIN_KEY", &keys.admin_key)
        .var("ALLOW_LOOPBACK", "1")
}

fn secrets(keys: &DevKeys) -> Secrets {
    Secrets {
        agent_key: Some(keys.agent_key.clone()),
        webhook_keys: vec![keys.webhook_key.clone()],
        llm_key: std::env::var("COUNTERBELL_LLM_KEY").ok(),
        identity_key: None,
    }
}

fn with_model(
    shop: ShopFolder,
    arguments: &DevArguments,
    state: &Path,
    progress: &Progress,
) -> Result<(ShopFolder, Option<LocalModel>), Failure> {
    match arguments.llm.as_deref() {
        None => Ok((shop, None)),
        Some("local") => {
            let model = LocalModel::start(state, progress)?;
            Ok((shop.with_model(&model.base_url(), llm::MODEL)?, Some(model)))
        }
        Some(url) => Ok((shop.with_model(url, &arguments.llm_model)?, None)),
    }
}

async fn serve(
    mut running: Running,
    arguments: &DevArguments,
    ports: Ports,
    progress: &Progress,
) -> Result<(), Failure> {
    let site = Site { folder: running.folder.clone(), addresses: running.addresses.clone() };
    let shop = tokio::spawn(site.serve(listener(ports.shop).await?));
    let desk = match arguments.no_desk {
        true => tokio::spawn(std::future::pending()),
        false => tokio::spawn(counterbell_desk::serve(listener(ports.desk).await?, desk_config(&running))),
    };
    let cron = tokio::spawn(tick(running.edge.cron_url()));
    progress.say(&welcome(&running, arguments));
    let end = tokio::select! {
        () = told_to_stop() => Ok(()),
        failed = shop => Err(format!("The shop's pages are no longer served: {failed:?}").into()),
        failed = desk => Err(format!("The desk has ended: {failed:?}").into()),
        reason = ended(&mut running.edge) => Err(reason.into()),
    };
    cron.abort();
    drop(running);
    progress.say("\nStopped. What was said is kept for the next start.");
    end
}

fn desk_config(running: &Running) -> DeskConfig {
    DeskConfig {
        edge: running.addresses.edge.clone(),
        shop: running.shop.id.clone(),
        agent_key: running.keys.agent_key.clone(),
        webhook_secrets: vec![running.keys.webhook_key.clone()],
    }
}

async fn listener(port: u16) -> Result<TcpListener, SetupError> {
    let busy = |_| SetupError::PortBusy { port, suggestion: port.saturating_add(100) };
    TcpListener::bind(("127.0.0.1", port)).await.map_err(busy)
}

/// What the platform's cron does: once a minute. A failure is in workerd's log.
async fn tick(url: String) {
    let mut minutes = interval(CRON_EVERY);
    loop {
        minutes.tick().await;
        let url = url.clone();
        let _ = tokio::task::spawn_blocking(move || ports::asker().get(&url).call().map(drop)).await;
    }
}

async fn ended(edge: &mut Workerd) -> String {
    let mut looks = interval(LOOK_EVERY);
    loop {
        looks.tick().await;
        if let Some(status) = edge.ended() {
            return format!("workerd has ended ({status}). Its log: {}", edge.log().display());
        }
    }
}

#[cfg(unix)]
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let heard = |kind| async move {
        match signal(kind) {
            Ok(mut signals) => drop(signals.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = heard(SignalKind::interrupt()) => {}
        () = heard(SignalKind::terminate()) => {}
        () = heard(SignalKind::hangup()) => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}

fn welcome(running: &Running, arguments: &DevArguments) -> String {
    let Addresses { edge, shop, desk } = &running.addresses;
    let state = below_the_repository(running.edge.log().parent().unwrap_or(Path::new("")));
    let desk = match arguments.no_desk {
        true => {
            format!("yours: webhooks go to {desk}/webhook, the keys are in {}/keys.json", state.display())
        }
        false => format!("{desk}  (answer as a person)"),
    };
    let answers = match (&running.model, &arguments.llm) {
        (Some(model), _) => format!("{} at {}", llm::MODEL, model.base_url()),
        (None, Some(url)) => url.clone(),
        (None, None) => format!("the shop's {} help pages", running.shop.help.len()),
    };
    format!(
        "\n  Shop   {shop}  (open this one)\n  Desk   {desk}\n  Edge   {edge}\n\n  \
         Answers come from {answers}. Log: {}/workerd.log. Ctrl-C stops.\n",
        state.display()
    )
}

/// As somebody types it who stands in the repository.
fn below_the_repository(path: &Path) -> PathBuf {
    let root = repo::root().ok();
    root.and_then(|root| path.strip_prefix(root).ok().map(Path::to_path_buf)).unwrap_or_else(|| path.into())
}
