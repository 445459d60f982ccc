//! Saving and reading a shop's settings, secrets and help pages.

use super::auth::must_be_strong;
use super::help::{Page, passages};
use super::{Secrets, Shop, Snapshot};
use crate::error::{EdgeError, Result};
use crate::store::{Store, commit, json};
use crate::webhook::sign::Key;
use counterbell_protocol::ShopId;
use counterbell_shop::{Problem, Settings};
use serde::{Deserialize, Serialize};

/// `PUT /v1/shops/{shop}` with the admin key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Push {
    /// The text of `shop.toml`.
    pub settings: String,
    #[serde(default)]
    pub help: Vec<Page>,
    /// What is absent stays as it was.
    #[serde(default)]
    pub secrets: Secrets,
}

/// The answer: what is in force now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pushed {
    pub version: u64,
    pub help_pages: usize,
    pub help_passages: u32,
    pub warnings: Vec<String>,
}

/// All of a shop's help pages together.
const MAX_HELP_BYTES: usize = 4_000_000;

impl<S: Store> Shop<S> {
    pub fn push(&self, now_ms: u64, shop: &ShopId, edge: &str, push: &Push) -> Result<Pushed> {
        let parsed = Settings::parse(&push.settings).map_err(|problems| refuse(&problems))?;
        if parsed.settings.id != *shop {
            let detail = format!("shop.toml says id = \"{}\", the address says {shop}.", parsed.settings.id);
            return Err(EdgeError::bad_request("wrong_shop", detail));
        }
        for key in &push.secrets.webhook_keys {
            Key::parse(key)?;
        }
        must_be_strong("agent", push.secrets.agent_key.as_deref())?;
        must_be_strong("identity", push.secrets.identity_key.as_deref())?;
        let bytes: usize = push.help.iter().map(|page| page.markdown.len()).sum();
        if bytes > MAX_HELP_BYTES {
            return Err(EdgeError::new(413, "too_much_help", "Help pages are at most 4 MB together."));
        }
        let passages = passages(&push.help);
        let version = commit(&self.store, || {
            let (version, secrets, rotated) = self.before(&push.secrets)?;
            if rotated {
                self.look_at_all(now_ms)?;
            }
            let sql = "INSERT OR REPLACE INTO settings (one, version, saved_ms, edge, settings, toml, secrets) \
                       VALUES (1, ?, ?, ?, ?, ?, ?)";
            let values = [
                version.into(),
                now_ms.into(),
                edge.into(),
                json(&parsed.settings)?,
                push.settings.as_str().into(),
                json(&secrets)?,
            ];
            self.store.run(sql, &values)?;
            self.store.run("DELETE FROM passage", &[])?;
            for passage in &passages {
                let sql = "INSERT INTO passage (title, url, text) VALUES (?, ?, ?)";
                let values = [
                    passage.title.as_str().into(),
                    passage.url.as_str().into(),
                    passage.text.as_str().into(),
                ];
                self.store.run(sql, &values)?;
            }
            Ok(version)
        })?;
        Ok(Pushed {
            version,
            help_pages: push.help.len(),
            help_passages: u32::try_from(passages.len()).unwrap_or(u32::MAX),
            warnings: parsed.warnings.iter().map(ToString::to_string).collect(),
        })
    }

    /// `None`: this shop has never been set up.
    pub fn snapshot(&self, now_ms: u64) -> Result<Option<Snapshot>> {
        let sql = "SELECT version, settings, secrets, edge, (SELECT count(*) FROM passage) FROM settings";
        let Some(row) = self.store.row(sql, &[])? else { return Ok(None) };
        Ok(Some(Snapshot {
            version: row.count(0)?,
            settings: row.json(1)?,
            secrets: row.json(2)?,
            edge: row.text(3)?,
            help_passages: u32::try_from(row.count(4)?).unwrap_or(u32::MAX),
            people: self.people(now_ms)?,
        }))
    }

    /// The next version, the secrets of then, and whether the agent key is another one.
    fn before(&self, pushed: &Secrets) -> Result<(u64, Secrets, bool)> {
        let row = self.store.row("SELECT version, secrets FROM settings", &[])?;
        let (version, old) = match row {
            Some(row) => (row.count(0)?, row.json(1)?),
            None => (0, Secrets::default()),
        };
        let webhook_keys =
            if pushed.webhook_keys.is_empty() { old.webhook_keys } else { pushed.webhook_keys.clone() };
        let secrets = Secrets {
            agent_key: newer(&pushed.agent_key, old.agent_key.clone()),
            webhook_keys,
            llm_key: newer(&pushed.llm_key, old.llm_key),
            identity_key: newer(&pushed.identity_key, old.identity_key),
        };
        let rotated = secrets.agent_key != old.agent_key;
        Ok((version + 1, secrets, rotated))
    }
}

/// What is not pushed stays; an empty text takes a secret away.
fn newer(pushed: &Option<String>, old: Option<String>) -> Option<String> {
    match pushed {
        Some(secret) if secret.is_empty() => None,
        Some(secret) => Some(secret.clone()),
        None => old,
    }
}

fn refuse(problems: &[Problem]) -> EdgeError {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    EdgeError::new(422, "bad_settings", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory::Memory;

    /// The code of the refusal, if it is one.
    fn pushed(agent: Option<&str>, identity: Option<&str>) -> Option<&'static str> {
        let shop = Shop::new(Memory::default());
        shop.set_up(0).unwrap();
        let secrets = Secrets {
            agent_key: agent.map(str::to_owned),
            identity_key: identity.map(str::to_owned),
            ..Secrets::default()
        };
        let settings = "id = \"s\"\nname = \"S\"\norigins = [\"https://s.example\"]\n".to_owned();
        let push = Push { settings, help: Vec::new(), secrets };
        shop.push(0, &ShopId::new("s"), "https://edge.example", &push).err().map(|error| error.code)
    }

    #[test]
    fn a_key_that_can_be_guessed_is_refused() {
        let long = "0123456789abcdef";
        for (agent, identity, expected) in [
            (Some(long), Some(long), None),
            (Some("abc"), None, Some("weak_key")),
            (Some(long), Some("0123456789abcde"), Some("weak_key")),
            // What takes a key away, and what leaves it.
            (Some(""), Some(""), None),
            (None, None, None),
        ] {
            assert_eq!(pushed(agent, identity), expected, "{agent:?} {identity:?}");
        }
    }
}
