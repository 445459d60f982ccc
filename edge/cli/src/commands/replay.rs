//! `counterbell replay`: to be written.

use std::path::Path;
use std::process::ExitCode;

pub fn run(_shop: &Path, _dialogues: &Path, _json: bool) -> ExitCode {
    super::finish(Err("`replay` is not written yet"))
}
