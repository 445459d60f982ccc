//! `counterbell push`: a shop's folder to an edge. Keys come from the environment, so that none is in a
//! shell's history.

use crate::push::{Secrets, push};
use crate::shop_folder::ShopFolder;
use clap::Args;
use counterbell_shop::Settings;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub struct PushArguments {
    /// The shop's folder, or its `shop.toml`.
    shop: PathBuf,
    /// The edge, e.g. `https://chat.example`
    #[arg(long)]
    to: String,
    /// The edge's ADMIN_KEY.
    #[arg(long, env = "COUNTERBELL_ADMIN_KEY", hide_env_values = true)]
    admin_key: String,
    /// The key of this shop's human queue.
    #[arg(long, env = "COUNTERBELL_AGENT_KEY", hide_env_values = true)]
    agent_key: Option<String>,
    /// `whsec_…`; two of them, with a comma between, while a key is being rotated.
    #[arg(long, env = "COUNTERBELL_WEBHOOK_KEYS", hide_env_values = true, value_delimiter = ',')]
    webhook_keys: Vec<String>,
    /// The key for the model's server.
    #[arg(long, env = "COUNTERBELL_LLM_KEY", hide_env_values = true)]
    llm_key: Option<String>,
    /// The key that the shop signs its customers' identity with.
    #[arg(long, env = "COUNTERBELL_IDENTITY_KEY", hide_env_values = true)]
    identity_key: Option<String>,
}

pub fn run(arguments: &PushArguments) -> ExitCode {
    super::finish(send(arguments))
}

fn send(arguments: &PushArguments) -> Result<(), Box<dyn std::error::Error>> {
    let shop = ShopFolder::read(&arguments.shop, None)?;
    check(&arguments.shop, &shop)?;
    let secrets = Secrets {
        agent_key: arguments.agent_key.clone(),
        webhook_keys: arguments.webhook_keys.clone(),
        llm_key: arguments.llm_key.clone(),
        identity_key: arguments.identity_key.clone(),
    };
    push(&arguments.to, &arguments.admin_key, &shop, &secrets)?;
    let (edge, id) = (&arguments.to, &shop.id);
    let pages = if shop.help.len() == 1 {
        "1 help page".to_owned()
    } else {
        format!("{} help pages", shop.help.len())
    };
    let tag = super::check::script_tag(edge, id);
    let said = format!("{edge} has the settings of {id} and {pages}. For the shop's pages:\n{tag}\n");
    std::io::stdout().write_all(said.as_bytes())?;
    Ok(())
}

/// The edge would refuse them as well, but here nothing has left the machine yet.
fn check(path: &Path, shop: &ShopFolder) -> Result<(), String> {
    let path = if path.is_dir() { path.join("shop.toml") } else { path.to_path_buf() };
    Settings::parse(&shop.settings).map(drop).map_err(|problems| {
        format!("nothing was sent.\n{}", super::check::told(&path, &shop.settings, &problems))
    })
}
