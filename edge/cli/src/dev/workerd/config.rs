//! workerd's configuration: the same bindings as in `edge/wrangler.toml`, made of local parts.

use super::bucket;
use crate::dev::pins;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// How to start one edge.
#[derive(Clone, Debug)]
pub struct Options {
    /// The objects' SQLite files, the configuration and the log. A restart on the same folder goes on.
    pub state_dir: PathBuf,
    /// The edge's port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// Variables and secrets.
    pub vars: BTreeMap<String, String>,
    /// What workerd itself, as a program, is started with besides.
    pub environment: Vec<(String, OsString)>,
}

impl Options {
    pub fn new(state_dir: impl Into<PathBuf>) -> Self {
        Self { state_dir: state_dir.into(), port: 0, vars: BTreeMap::new(), environment: Vec::new() }
    }

    #[must_use]
    pub fn var(mut self, name: &str, value: impl Into<String>) -> Self {
        self.vars.insert(name.to_owned(), value.into());
        self
    }

    #[must_use]
    pub fn environment(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }
}

/// The name that a Durable Object is bound by, and its class.
pub const OBJECTS: [(&str, &str); 2] = [("CONVERSATION", "Conversation"), ("SHOP", "Shop")];
pub const EDGE_SOCKET: &str = "edge";
pub const CRON_SOCKET: &str = "cron";
/// Plain workerd has no cron: a request to this service is one tick.
pub const CRON_MODULE: &str = "export default {
  async fetch(request, env) {
    return Response.json(await env.EDGE.scheduled({ cron: '* * * * *', scheduledTime: new Date() }));
  },
};
";

/// Folders of one edge, absolute.
pub struct Folders<'a> {
    /// The objects' SQLite files.
    pub objects: &'a Path,
    /// The bucket's files.
    pub files: &'a Path,
    /// The static files.
    pub widget: &'a Path,
}

/// The configuration's text. Modules are embedded from beside it.
pub fn text(options: &Options, folders: &Folders) -> String {
    format!(
        r#"using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    (name = "cron", worker = .cron),
    (name = "widget", disk = (path = {widget})),
    (name = "objects", disk = (path = {objects}, writable = true)),
    (name = "files", disk = (path = {files}, writable = true)),
{r2_services}    (name = "outside", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [
    (name = "{EDGE_SOCKET}", address = "127.0.0.1:{port}", http = (), service = "edge"),
    (name = "{CRON_SOCKET}", address = "127.0.0.1:0", http = (), service = "cron"),
  ],
{r2_extensions});

const edge :Workerd.Worker = (
  modules = [
    (name = "index.js", esModule = embed "index.js"),
    (name = "index_bg.wasm", wasm = embed "index_bg.wasm"),
  ],
  compatibilityDate = "{date}",
  bindings = [
    (name = "ASSETS", service = "widget"),
    (name = "{bucket}", r2Bucket = "r2"),
{bindings}  ],
  durableObjectNamespaces = [
{namespaces}  ],
  durableObjectStorage = (localDisk = "objects"),
  globalOutbound = "outside",
);

const cron :Workerd.Worker = (
  modules = [(name = "cron.js", esModule = embed "cron.js")],
  compatibilityDate = "{date}",
  compatibilityFlags = ["service_binding_extra_handlers"],
  bindings = [(name = "EDGE", service = "edge")],
);
{r2_workers}"#,
        widget = quoted(&folders.widget.to_string_lossy()),
        objects = quoted(&folders.objects.to_string_lossy()),
        files = quoted(&folders.files.to_string_lossy()),
        bucket = bucket::BINDING,
        r2_services = bucket::SERVICES,
        r2_extensions = bucket::EXTENSIONS,
        r2_workers = bucket::WORKERS,
        port = options.port,
        date = pins::COMPATIBILITY_DATE,
        bindings = bindings(&options.vars),
        namespaces = namespaces(),
    )
}

fn bindings(vars: &BTreeMap<String, String>) -> String {
    let objects = OBJECTS
        .iter()
        .map(|(name, class)| format!("    (name = \"{name}\", durableObjectNamespace = \"{class}\"),\n"));
    let vars = vars
        .iter()
        .map(|(name, value)| format!("    (name = {}, text = {}),\n", quoted(name), quoted(value)));
    objects.chain(vars).collect()
}

fn namespaces() -> String {
    let namespace = |(_, class): &(&str, &str)| {
        format!("    (className = \"{class}\", uniqueKey = \"counterbell-{class}\", enableSql = true),\n")
    };
    OBJECTS.iter().map(namespace).collect()
}

/// A Cap'n Proto string literal.
fn quoted(text: &str) -> String {
    let mut literal = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' => literal.push_str("\\\""),
            b'\\' => literal.push_str("\\\\"),
            0x20..=0x7e => literal.push(char::from(byte)),
            other => literal.push_str(&format!("\\x{other:02x}")),
        }
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_value_is_quoted() {
        for (text, expected) in [
            ("plain", r#""plain""#),
            (r#"a"b\c"#, r#""a\"b\\c""#),
            ("line\nend", r#""line\x0aend""#),
            ("ü", r#""\xc3\xbc""#),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn the_date_the_objects_and_the_bucket_are_those_of_wrangler() {
        let root = crate::dev::repo::root().unwrap();
        let text = std::fs::read_to_string(root.join("edge/wrangler.toml")).unwrap();
        let wrangler: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!(wrangler["compatibility_date"].as_str(), Some(pins::COMPATIBILITY_DATE));
        let bound: Vec<_> = wrangler["durable_objects"]["bindings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["name"].as_str().unwrap(), one["class_name"].as_str().unwrap()))
            .collect();
        assert_eq!(bound, OBJECTS);
        assert_eq!(wrangler["r2_buckets"][0]["binding"].as_str(), Some(bucket::BINDING));
    }

    #[test]
    fn variables_become_bindings() {
        let options = Options::new("/s").var("ADMIN_KEY", "k\"1").port(8787);
        let folders = Folders {
            objects: Path::new("/s/objects"),
            files: Path::new("/s/files"),
            widget: Path::new("/w"),
        };
        let text = text(&options, &folders);
        assert!(text.contains("(name = \"ADMIN_KEY\", text = \"k\\\"1\"),"), "{text}");
        assert!(text.contains("address = \"127.0.0.1:8787\""), "{text}");
    }
}
