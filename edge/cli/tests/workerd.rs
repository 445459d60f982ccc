//! The runner against real workerd, with a small Worker of its own: state survives a kill, assets are
//! served, variables arrive, loopback can be fetched, the cron trigger runs.

// A helper of a test fails as a test does.
#![allow(clippy::unwrap_used)]

use counterbell::dev::setup::Plan;
use counterbell::dev::{Built, Options, Progress, Workerd, files, keys, repo};
use std::path::{Path, PathBuf};

const WORKER: &str = r#"
import { DurableObject } from "cloudflare:workers";
import wasm from "./index_bg.wasm";

export class Conversation extends DurableObject {
  count() {
    const sql = this.ctx.storage.sql;
    sql.exec("CREATE TABLE IF NOT EXISTS visits (at INTEGER)");
    sql.exec("INSERT INTO visits VALUES (1)");
    return sql.exec("SELECT count(*) AS n FROM visits").one().n;
  }
}
export class Shop extends DurableObject {}

let ticks = 0;
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const object = env.CONVERSATION.get(env.CONVERSATION.idFromName("one"));
    switch (url.pathname) {
      case "/count": return new Response(`${await object.count()}`);
      case "/var": return new Response(env.NOTE);
      case "/wasm": return new Response(`${wasm instanceof WebAssembly.Module}`);
      case "/ticks": return new Response(`${ticks}`);
      case "/fetch": return fetch(url.searchParams.get("url"));
      default: return env.ASSETS.fetch(request);
    }
  },
  async scheduled() { ticks += 1; },
};
"#;
/// The smallest module there is: magic number and version.
const WASM: &[u8] = b"\0asm\x01\0\0\0";

struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("counterbell-{}", keys::random_hex(8).unwrap()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The tools of this machine, installed if need be, and the small Worker in place of the edge.
fn built(folder: &Path) -> Built {
    let progress = Progress::stderr();
    let repo = repo::root().unwrap();
    let _lock = files::lock(&repo::cache().unwrap().join("setup.lock"), &progress).unwrap();
    let plan = Plan::make(&repo).unwrap();
    progress.plan(plan.steps());
    let tools = plan.carry_out(&progress).unwrap();
    files::write(&folder.join("edge/index.js"), WORKER).unwrap();
    files::write(&folder.join("edge/index_bg.wasm"), WASM).unwrap();
    files::write(&folder.join("widget/loader.js"), "// the loader").unwrap();
    Built {
        repo,
        cache: tools.cache,
        node: tools.node,
        widget: folder.join("widget"),
        edge: folder.join("edge"),
    }
}

fn get(url: &str) -> String {
    ureq::get(url).call().unwrap().body_mut().read_to_string().unwrap()
}

#[test]
fn a_worker_runs_is_killed_and_goes_on() {
    let scratch = Scratch::new();
    let built = built(&scratch.0);
    let options = Options::new(scratch.0.join("state")).var("NOTE", "say \"hi\" \\ twice\nü");
    let mut edge = Workerd::start(&built, &options).unwrap();
    let url = edge.url();

    assert_eq!(get(&format!("{url}/loader.js")), "// the loader");
    assert_eq!(get(&format!("{url}/var")), "say \"hi\" \\ twice\nü");
    assert_eq!(get(&format!("{url}/wasm")), "true");
    assert_eq!(get(&format!("{url}/fetch?url={url}/var")), "say \"hi\" \\ twice\nü", "loopback is reached");
    assert_eq!(get(&format!("{url}/ticks")), "0");
    assert!(get(&edge.cron_url()).contains("\"outcome\":\"ok\""));
    assert_eq!(get(&format!("{url}/ticks")), "1");

    assert_eq!(get(&format!("{url}/count")), "1");
    assert_eq!(get(&format!("{url}/count")), "2");
    let pid = edge.pid();
    edge.kill9();
    assert!(ureq::get(&format!("{url}/count")).call().is_err(), "nobody listens after the kill");
    assert!(!is_alive(pid));
    let again = Workerd::start(&built, &options.port(edge.port())).unwrap();
    assert_eq!(again.url(), url, "the same port, at once");
    assert_eq!(get(&format!("{url}/count")), "3", "what was acknowledged is still there");
}

#[test]
fn a_worker_that_does_not_start_is_explained() {
    let scratch = Scratch::new();
    let built = built(&scratch.0);
    files::write(&built.edge.join("index.js"), "export default {").unwrap();
    let error = Workerd::start(&built, &Options::new(scratch.0.join("state"))).unwrap_err().to_string();
    assert!(error.starts_with("Starting workerd failed: ") && error.contains("workerd.log"), "{error}");
}

/// A zombie is as good as gone.
#[cfg(target_os = "linux")]
fn is_alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

#[cfg(not(target_os = "linux"))]
fn is_alive(_pid: u32) -> bool {
    false
}
