//! `counterbell build`: everything up to what `wrangler deploy` uploads.

use crate::dev::build::{EDGE_OUT, WIDGET_OUT, budget};
use crate::dev::{Progress, SetupError, prepare};
use std::process::ExitCode;

pub fn run() -> ExitCode {
    super::finish(build())
}

fn build() -> Result<(), SetupError> {
    let progress = Progress::stderr();
    let built = prepare(&progress)?;
    progress.say(&format!("Built: {WIDGET_OUT} and {EDGE_OUT}. In bytes:"));
    progress.say(&budget::Parts::of(&built.widget_sizes()?).table());
    Ok(())
}
