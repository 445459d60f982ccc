//! The official `standardwebhooks` packages of npm and of PyPI, asked whether a delivery is signed rightly.
//! They are installed at pinned versions into the cache, like all tools.

use crate::edge::built;
use crate::receiver::Recorded;
use counterbell::dev::{Progress, pins, python};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::OnceCell;

const NODE_PROGRAM: &str = r#"
const { Webhook } = require("standardwebhooks");
const { secret, body, headers } = JSON.parse(require("fs").readFileSync(0, "utf8"));
try { new Webhook(secret).verify(body, headers); console.log("ok"); } catch (e) { console.log(String(e)); }
"#;

const PYTHON_PROGRAM: &str = r#"
import json, sys
from standardwebhooks.webhooks import Webhook
asked = json.load(sys.stdin)
try:
    Webhook(asked["secret"]).verify(asked["body"], asked["headers"])
    print("ok")
except Exception as e:
    print(repr(e))
"#;

/// What the npm package says of a delivery.
///
/// # Errors
/// The package's own words when it does not verify.
pub async fn npm(delivery: &Recorded, secret: &str) -> Result<(), String> {
    let modules = built().node.folder();
    ask(Command::new("node"), &["-e", NODE_PROGRAM], ("NODE_PATH", modules), delivery, secret).await
}

/// What the PyPI package says of a delivery.
///
/// # Errors
/// The package's own words when it does not verify.
pub async fn pypi(delivery: &Recorded, secret: &str) -> Result<(), String> {
    static HOME: OnceCell<PathBuf> = OnceCell::const_new();
    let install = || python::packages(&pins::PYTHON_WEBHOOKS, &Progress::stderr());
    let installed = async || tokio::task::spawn_blocking(install).await.expect("the installation ends");
    let home = HOME.get_or_init(async || installed().await.unwrap_or_else(|e| panic!("{e}"))).await;
    ask(Command::new("python3"), &["-c", PYTHON_PROGRAM], ("PYTHONPATH", home), delivery, secret).await
}

async fn ask(
    mut program: Command,
    arguments: &[&str],
    (variable, value): (&str, &Path),
    delivery: &Recorded,
    secret: &str,
) -> Result<(), String> {
    let headers: serde_json::Map<_, _> =
        delivery.0.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let question = json!({"secret": secret, "body": delivery.0.text(), "headers": headers}).to_string();
    let mut child = program
        .args(arguments)
        .env(variable, value)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the oracle's interpreter starts");
    let mut stdin = child.stdin.take().expect("a pipe to the oracle");
    stdin.write_all(question.as_bytes()).await.expect("the oracle listens");
    drop(stdin);
    let output = child.wait_with_output().await.expect("the oracle ends");
    match String::from_utf8_lossy(&output.stdout).trim() {
        "ok" => Ok(()),
        said => Err(format!("{said:?}")),
    }
}
