//! The official `standardwebhooks` packages of npm and of PyPI, asked whether a delivery is signed rightly.
//! They are installed once, at pinned versions, into the cache that the tools of this project live in.

use crate::receiver::Recorded;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::OnceCell;

const NPM: &str = "standardwebhooks@1.0.0";
const PYPI: &str = "standardwebhooks==1.0.0";

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
    static HOME: OnceCell<PathBuf> = OnceCell::const_new();
    let home = HOME.get_or_init(install_npm).await;
    let node = Command::new("node");
    ask(node, &["-e", NODE_PROGRAM], ("NODE_PATH", &home.join("node_modules")), delivery, secret).await
}

/// What the PyPI package says of a delivery.
///
/// # Errors
/// The package's own words when it does not verify.
pub async fn pypi(delivery: &Recorded, secret: &str) -> Result<(), String> {
    static HOME: OnceCell<PathBuf> = OnceCell::const_new();
    let home = HOME.get_or_init(install_pypi).await;
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

async fn install_npm() -> PathBuf {
    let home = home("npm");
    let at = home.to_string_lossy().into_owned();
    let arguments = ["install", "--no-audit", "--no-fund", "--silent", "--prefix", &at, NPM];
    install("npm", &arguments, &home.join("node_modules/standardwebhooks")).await;
    home
}

async fn install_pypi() -> PathBuf {
    let home = home("pypi");
    let at = home.to_string_lossy().into_owned();
    let arguments = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-warn-conflicts",
        "--disable-pip-version-check",
        "--target",
        &at,
        PYPI,
    ];
    install("python3", &arguments, &home.join("standardwebhooks")).await;
    home
}

fn home(of: &str) -> PathBuf {
    let home = crate::cache().join("oracles").join(of);
    std::fs::create_dir_all(&home).expect("the cache is writable");
    home
}

async fn install(program: &str, arguments: &[&str], proof: &Path) {
    if proof.exists() {
        return;
    }
    let status = Command::new(program).args(arguments).status().await;
    let done = status.is_ok_and(|s| s.success()) && proof.exists();
    assert!(done, "`{program} {}` failed: is there a network?", arguments.join(" "));
}
