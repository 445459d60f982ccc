//! Small helpers on files: content hashes, and a lock that two processes can wait for.

use super::{Progress, SetupError};
use sha2::{Digest, Sha256};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(100);
/// How often a waiting process says that it waits.
const SAY_AGAIN: Duration = Duration::from_secs(10);

/// The hash of all files under `paths`: their names below `base` and their contents, in a fixed order.
/// A path that does not exist counts as empty; folders named in `skip` are left out.
pub fn hash_of(base: &Path, paths: &[&str], skip: &[&str]) -> Result<String, SetupError> {
    let mut files = Vec::new();
    for path in paths {
        collect(&base.join(path), skip, &mut files)?;
    }
    files.sort();
    let mut hasher = Sha256::new();
    for file in files {
        let bytes = read(&file)?;
        let name = file.strip_prefix(base).unwrap_or(&file).to_string_lossy().into_owned();
        hasher.update(format!("{name}\0{}\0", bytes.len()));
        hasher.update(bytes);
    }
    Ok(hex(&hasher.finalize()))
}

/// The names of what is in a folder, in a fixed order.
pub fn names_in(folder: &Path) -> Result<Vec<String>, SetupError> {
    let listed = std::fs::read_dir(folder).and_then(|entries| {
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    });
    let mut names: Vec<String> = listed.map_err(SetupError::io("cannot be listed", folder))?;
    names.sort();
    Ok(names)
}

pub fn hash_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub fn read(path: &Path) -> Result<Vec<u8>, SetupError> {
    std::fs::read(path).map_err(SetupError::io("cannot be read", path))
}

pub fn read_text(path: &Path) -> Result<String, SetupError> {
    std::fs::read_to_string(path).map_err(SetupError::io("cannot be read", path))
}

pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<(), SetupError> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    std::fs::write(path, bytes).map_err(SetupError::io("cannot be written", path))
}

pub fn create_folder(path: &Path) -> Result<(), SetupError> {
    std::fs::create_dir_all(path).map_err(SetupError::io("cannot be created", path))
}

/// Holds the lock until it is dropped; says so while it waits for another process.
pub fn lock(path: &Path, progress: &Progress) -> Result<File, SetupError> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let file = File::create(path).map_err(SetupError::io("cannot be created", path))?;
    let mut next_word = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(SetupError::io("cannot be locked", path)(error)),
        }
        if Instant::now() >= next_word {
            progress.say("Another set-up is running; waiting for it to finish …");
            next_word = Instant::now() + SAY_AGAIN;
        }
        std::thread::sleep(POLL);
    }
}

fn collect(path: &Path, skip: &[&str], files: &mut Vec<PathBuf>) -> Result<(), SetupError> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let skipped = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| skip.contains(&name));
    if skipped || !path.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(SetupError::io("cannot be listed", path))? {
        collect(&entry.map_err(SetupError::io("cannot be listed", path))?.path(), skip, files)?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dev::keys::random_hex;

    fn scratch() -> PathBuf {
        let folder = std::env::temp_dir().join(format!("counterbell-{}", random_hex(8).unwrap()));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn the_hash_follows_content_and_names_only() {
        let base = scratch();
        let hash = || hash_of(&base, &["src", "one.toml", "absent"], &["dist"]).unwrap();
        write(&base.join("src/a.rs"), "a").unwrap();
        write(&base.join("one.toml"), "1").unwrap();
        let first = hash();
        write(&base.join("src/dist/big.wasm"), "skipped").unwrap();
        write(&base.join("src/a.rs"), "a").unwrap();
        assert_eq!(hash(), first, "the same contents");
        write(&base.join("src/a.rs"), "b").unwrap();
        assert_ne!(hash(), first, "another content");
        write(&base.join("src/a.rs"), "a").unwrap();
        std::fs::rename(base.join("src/a.rs"), base.join("src/b.rs")).unwrap();
        assert_ne!(hash(), first, "another name");
        std::fs::remove_dir_all(base).unwrap();
    }

    #[test]
    fn a_lock_is_waited_for() {
        let base = scratch();
        let path = base.join("lock");
        let held = lock(&path, &Progress::silent()).unwrap();
        let waiter = {
            let path = path.clone();
            std::thread::spawn(move || lock(&path, &Progress::silent()).map(drop))
        };
        std::thread::sleep(Duration::from_millis(300));
        assert!(!waiter.is_finished(), "the lock is held");
        drop(held);
        waiter.join().unwrap().unwrap();
        std::fs::remove_dir_all(base).unwrap();
    }
}
