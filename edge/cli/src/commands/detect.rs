//! `counterbell detect`: to be written.

use std::process::ExitCode;

pub fn run(_json: bool) -> ExitCode {
    super::finish(Err("`detect` is not written yet"))
}
