//! `counterbell check`: to be written.

use std::path::Path;
use std::process::ExitCode;

pub fn run(_shop: &Path) -> ExitCode {
    super::finish(Err("`check` is not written yet"))
}
