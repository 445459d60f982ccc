//! `counterbell build`: everything up to what `wrangler deploy` uploads, and the gate on the widget's bytes.

use crate::dev::build::budget::{Budget, Parts};
use crate::dev::build::{EDGE_OUT, WIDGET_OUT};
use crate::dev::{Progress, SetupError, prepare};
use std::process::ExitCode;

pub fn run() -> ExitCode {
    super::finish(build())
}

fn build() -> Result<(), SetupError> {
    let progress = Progress::stderr();
    let built = prepare(&progress)?;
    let parts = Parts::of(&built.widget_sizes()?);
    progress.say(&format!("Built: {WIDGET_OUT} and {EDGE_OUT}. The widget:\n{}", parts.table()));
    Budget::of(&built.repo)?.check(&parts)
}
