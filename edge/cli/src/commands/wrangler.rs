//! `counterbell wrangler …`: the pinned wrangler in `edge/`, for deployments without a Node project of one's own.

use crate::dev::{Progress, prepare};
use clap::Args;
use std::ffi::OsString;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub struct WranglerArguments {
    /// What wrangler is to do, e.g. `deploy --dry-run` or `secret put ADMIN_KEY`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    arguments: Vec<OsString>,
}

pub fn run(arguments: &WranglerArguments) -> ExitCode {
    super::finish(start(arguments))
}

fn start(arguments: &WranglerArguments) -> Result<(), Box<dyn std::error::Error>> {
    let built = prepare(&Progress::stderr())?;
    let mut wrangler = built.node.wrangler();
    let status = wrangler.args(&arguments.arguments).current_dir(built.repo.join("edge")).status()?;
    if status.success() { Ok(()) } else { Err(format!("wrangler ended with {status}").into()) }
}
