//! The keys of a local edge: made once, kept with its state, so that a restart changes nothing.

use super::{SetupError, files};
use serde::{Deserialize, Serialize};
use std::path::Path;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevKeys {
    /// Signs the shoppers' conversation tokens (`TOKEN_KEY`).
    pub token_key: String,
    /// Lets `push` change a shop (`ADMIN_KEY`).
    pub admin_key: String,
    /// The demo shop's key for its desk.
    pub agent_key: String,
    /// `whsec_…`: signs the webhook.
    pub webhook_key: String,
}

impl DevKeys {
    pub fn fresh() -> Result<Self, SetupError> {
        Ok(Self {
            token_key: random_hex(32)?,
            admin_key: random_hex(32)?,
            agent_key: random_hex(32)?,
            webhook_key: format!("whsec_{}", base64(&random_bytes::<32>()?)),
        })
    }

    /// The keys in `folder/keys.json`, which is made if it is not there.
    pub fn kept_in(folder: &Path) -> Result<Self, SetupError> {
        let path = folder.join("keys.json");
        if path.is_file() {
            let text = files::read_text(&path)?;
            return serde_json::from_str(&text).map_err(|error| {
                SetupError::Other(format!(
                    "{} is damaged ({error}): remove that folder to start afresh.",
                    path.display()
                ))
            });
        }
        let keys = Self::fresh()?;
        let text =
            serde_json::to_string_pretty(&keys).map_err(|error| SetupError::Other(error.to_string()))?;
        // Never there by half, whatever ends us, and never to be read by others.
        let whole = folder.join("keys.json.new");
        files::write(&whole, "")?;
        make_private(&whole)?;
        files::write(&whole, text)?;
        std::fs::rename(&whole, &path).map_err(SetupError::io("cannot be written", &path))?;
        Ok(keys)
    }
}

/// `count` random bytes as hexadecimal digits.
pub fn random_hex(count: usize) -> Result<String, SetupError> {
    let bytes = random_bytes::<64>()?;
    Ok(bytes.iter().take(count).map(|byte| format!("{byte:02x}")).collect())
}

fn random_bytes<const N: usize>() -> Result<[u8; N], SetupError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| SetupError::Other(format!("no randomness from the system: {error}")))?;
    Ok(bytes)
}

#[cfg(unix)]
fn make_private(path: &Path) -> Result<(), SetupError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(SetupError::io("cannot be made private", path))
}

#[cfg(not(unix))]
fn make_private(_path: &Path) -> Result<(), SetupError> {
    Ok(())
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_and_differ() {
        let folder = std::env::temp_dir().join(format!("counterbell-{}", random_hex(8).unwrap()));
        let first = DevKeys::kept_in(&folder).unwrap();
        assert_eq!(DevKeys::kept_in(&folder).unwrap(), first);
        assert_ne!(DevKeys::fresh().unwrap().admin_key, first.admin_key);
        assert_eq!(first.token_key.len(), 64);
        assert!(first.webhook_key.starts_with("whsec_"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
