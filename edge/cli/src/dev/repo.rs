//! Where things are: the repository, and the cache outside it.

use super::{Progress, SetupError, files};
use std::fs::File;
use std::path::{Path, PathBuf};

/// The repository's root. The one this program was built from, or else the one around the current folder.
pub fn root() -> Result<PathBuf, SetupError> {
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let here = std::env::current_dir().unwrap_or_default();
    std::iter::once(built_from.as_path())
        .chain(here.ancestors())
        .find(|folder| is_root(folder))
        .and_then(|folder| folder.canonicalize().ok())
        .ok_or(SetupError::NoRepository)
}

/// `$COUNTERBELL_CACHE`, else `$XDG_CACHE_HOME/counterbell`, else `~/.cache/counterbell`.
pub fn cache() -> Result<PathBuf, SetupError> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    cache_from(variable("COUNTERBELL_CACHE"), variable("XDG_CACHE_HOME"), variable("HOME")).ok_or_else(|| {
        SetupError::Other("There is no home folder: set COUNTERBELL_CACHE to a folder for the tools.".into())
    })
}

/// Holds one of the cache's locks until it is dropped.
pub fn lock_cache(name: &str, progress: &Progress) -> Result<File, SetupError> {
    let path = cache()?;
    files::lock(&path.join(name), progress).map_err(|error| match error {
        SetupError::Io { source, .. } => SetupError::Cache { path, source },
        other => other,
    })
}

fn cache_from(own: Option<PathBuf>, xdg: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    own.or_else(|| xdg.map(|xdg| xdg.join("counterbell")))
        .or_else(|| home.map(|home| home.join(".cache/counterbell")))
}

fn is_root(folder: &Path) -> bool {
    folder.join("Trunk.toml").is_file() && folder.join("edge/wrangler.toml").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_has_three_homes() {
        let path = |text: &str| Some(PathBuf::from(text));
        for (own, xdg, home, expected) in [
            (path("/o"), path("/x"), path("/h"), path("/o")),
            (None, path("/x"), path("/h"), path("/x/counterbell")),
            (None, None, path("/h"), path("/h/.cache/counterbell")),
            (None, None, None, None),
        ] {
            assert_eq!(cache_from(own, xdg, home), expected);
        }
    }

    #[test]
    fn the_repository_is_found() {
        assert!(root().unwrap().join("edge/cli/Cargo.toml").is_file());
    }
}
