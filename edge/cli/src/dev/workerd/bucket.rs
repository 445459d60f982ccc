//! The bucket for files, locally: wrangler's own simulator of R2, which is a Worker with a Durable Object. It
//! is run by plain workerd like the edge itself, from the npm package that wrangler brought.

use crate::dev::node::NodeModules;
use crate::dev::{SetupError, files};
use std::path::Path;

/// The name that the edge has its bucket by, as in `edge/wrangler.toml`.
pub const BINDING: &str = "FILES";

/// The simulator's modules: what they are called here, and where they lie in the package.
const MODULES: [(&str, &str); 4] = [
    ("r2-bucket.js", "r2/bucket.worker.js"),
    ("r2-entry.js", "shared/object-entry.worker.js"),
    ("r2-shared.js", "shared/index.worker.js"),
    ("r2-zod.js", "shared/zod.worker.js"),
];

/// Puts the modules beside the configuration, which embeds them.
pub fn copy_modules(node: &NodeModules, folder: &Path) -> Result<(), SetupError> {
    for (name, source) in MODULES {
        files::write(&folder.join(name), files::read(&node.local_workers().join(source))?)?;
    }
    Ok(())
}

pub const SERVICES: &str = r#"    (name = "r2", worker = .r2entry),
    (name = "r2-object", worker = .r2object),
"#;

pub const EXTENSIONS: &str = r#"  extensions = [(modules = [
    (name = "miniflare:shared", esModule = embed "r2-shared.js"),
    (name = "miniflare:zod", esModule = embed "r2-zod.js"),
  ])],
"#;

/// As wrangler configures them; the files lie in the service `files`.
pub const WORKERS: &str = r#"
const r2entry :Workerd.Worker = (
  modules = [(name = "entry.js", esModule = embed "r2-entry.js")],
  compatibilityDate = "2023-07-24",
  bindings = [
    (name = "MINIFLARE_NAMESPACE", text = "files"),
    (name = "MINIFLARE_OBJECT",
     durableObjectNamespace = (className = "R2BucketObject", serviceName = "r2-object")),
  ],
);

const r2object :Workerd.Worker = (
  modules = [(name = "bucket.js", esModule = embed "r2-bucket.js")],
  compatibilityDate = "2023-07-24",
  compatibilityFlags = ["nodejs_compat", "experimental"],
  bindings = [(name = "MINIFLARE_BLOBS", service = "files")],
  durableObjectNamespaces = [
    (className = "R2BucketObject", uniqueKey = "counterbell-R2BucketObject", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "files"),
);
"#;
