//! What is under test, installed and built.

use counterbell::dev::node::NodeModules;
use counterbell::dev::{Built, Progress, build, prepare, repo};
use std::path::PathBuf;
use std::sync::OnceLock;

/// Installs and builds what is missing; once for all tests of a binary, also when it fails.
pub fn built() -> &'static Built {
    static BUILT: OnceLock<Result<Built, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| match std::env::var_os("COUNTERBELL_AS_BUILT") {
        Some(root) => Ok(as_built(root.into())),
        None => prepare(&Progress::stderr()).map_err(|e| e.to_string()),
    });
    built.as_ref().unwrap_or_else(|e| panic!("{e}"))
}

/// The repository's root.
pub fn repository() -> PathBuf {
    repo::root().expect("the repository")
}

/// What was built before, in a repository or a copy of its outputs: for whoever works on the tests while
/// others work on what they test.
fn as_built(root: PathBuf) -> Built {
    let (repo, cache) = (repository(), repo::cache().expect("the cache"));
    let npm = std::fs::read_dir(cache.join("npm")).expect("npm packages are installed");
    let installed = npm.filter_map(|entry| Some(NodeModules::at(&entry.ok()?.path())));
    let node = installed.filter(NodeModules::is_complete).last().expect("npm packages are installed");
    Built { widget: root.join(build::WIDGET_OUT), edge: root.join(build::EDGE_OUT), repo, cache, node }
}
