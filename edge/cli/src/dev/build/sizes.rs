//! Compresses the static files once, at the best quality, and measures them. Node's zlib does it: it is here
//! anyway, and it is faster than an unoptimised build of ours would be.

use crate::dev::progress::Step;
use crate::dev::{SetupError, children};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSize {
    pub sha256: String,
    pub raw_bytes: u64,
    pub gzip_bytes: u64,
    pub brotli_bytes: u64,
}

/// Writes `name.br` beside each file that gains by it; answers with all files, by their names below `folder`.
pub fn compress(
    folder: &Path,
    log: &Path,
    step: &Step<'_>,
) -> Result<BTreeMap<String, FileSize>, SetupError> {
    let mut node = children::command("node");
    node.args(["--input-type=module", "--eval", include_str!("compress.mjs")]).arg(folder);
    let output = children::run("Compressing the widget", node, log, step)?;
    serde_json::from_str(&output)
        .map_err(|error| SetupError::Other(format!("Compressing the widget answered nonsense: {error}")))
}
