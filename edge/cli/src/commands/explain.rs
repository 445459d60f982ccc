//! `counterbell explain`: to be written.

use std::path::Path;
use std::process::ExitCode;

pub fn run(_shop: &Path, _dialogues: &Path, _id: &str) -> ExitCode {
    super::finish(Err("`explain` is not written yet"))
}
