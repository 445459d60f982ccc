//! Starts Chromium with a fresh profile and opens pages in it, each in a context of its own.

use super::{PATIENCE, Page, find, wire::Connection};
use crate::{guard::Guarded, poll};
use serde_json::json;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Quiet, alone, and with every tab at full speed, whether or not a window shows it.
const FLAGS: [&str; 17] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--site-per-process",
    "--mute-audio",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
];

/// A running Chromium. It ends when this is dropped, or with the tests.
pub struct Browser {
    connection: Arc<Connection>,
    _process: Guarded,
}

impl Browser {
    /// The one that all tests of a binary share; each page has its own cookies and storage.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Browser> = OnceCell::const_new();
        SHARED.get_or_init(Self::launch).await
    }

    pub async fn launch() -> Self {
        let profile = std::env::temp_dir().join(crate::unique("counterbell-chromium"));
        std::fs::create_dir_all(&profile).expect("a profile folder");
        let own = format!("--user-data-dir={}", profile.display());
        let all = FLAGS.into_iter().chain([own.as_str(), "about:blank"]);
        let arguments: Vec<&OsStr> = all.map(OsStr::new).collect();
        let process = Guarded::start(&find::chromium(), &arguments, &profile);
        let connection = Connection::open(&address(&profile).await).await;
        Self { connection, _process: process }
    }

    /// A new window with its own cookies and storage.
    pub async fn page(&self) -> Page {
        let made = self.connection.call(None, "Target.createBrowserContext", json!({})).await;
        let context = made["browserContextId"].as_str().unwrap_or_default().to_owned();
        Page::open(self.connection.clone(), context).await
    }
}

/// Where the browser listens: it writes the port and the path into its profile.
async fn address(profile: &Path) -> String {
    let file = profile.join("DevToolsActivePort");
    poll::until("Chromium that listens", PATIENCE, || async {
        let text = std::fs::read_to_string(&file).ok()?;
        let (port, path) = text.split_once('\n')?;
        Some(format!("ws://127.0.0.1:{port}{}", path.trim()))
    })
    .await
}
