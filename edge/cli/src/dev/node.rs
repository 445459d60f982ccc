//! What npm brought: where its programs are, and how to run them under Node.

use super::{SetupError, children, pins};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The installed npm packages.
#[derive(Clone, Debug)]
pub struct NodeModules {
    folder: PathBuf,
}

impl NodeModules {
    /// `folder` is the one that holds `node_modules`.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.join("node_modules") }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// npm writes its own lock file when all else is in place: without it an unpacking was cut off, and any
    /// file may be there by half.
    pub fn is_complete(&self) -> bool {
        let whole = self.folder.join(".package-lock.json").is_file();
        whole && self.workerd().is_some() && self.esbuild().is_some() && self.wasm_opt().is_file()
    }

    /// The native program itself: the package's own `bin/workerd` is a script that would be one process more.
    pub fn workerd(&self) -> Option<PathBuf> {
        let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") => "workerd-linux-64",
            ("linux", "aarch64") => "workerd-linux-arm64",
            ("macos", "x86_64") => "workerd-darwin-64",
            ("macos", "aarch64") => "workerd-darwin-arm64",
            _ => return None,
        };
        Some(self.folder.join("@cloudflare").join(platform).join("bin/workerd")).filter(|path| path.is_file())
    }

    pub fn esbuild(&self) -> Option<PathBuf> {
        let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") => "linux-x64",
            ("linux", "aarch64") => "linux-arm64",
            ("macos", "x86_64") => "darwin-x64",
            ("macos", "aarch64") => "darwin-arm64",
            _ => return None,
        };
        Some(self.folder.join("@esbuild").join(platform).join("bin/esbuild")).filter(|path| path.is_file())
    }

    pub fn wasm_opt(&self) -> PathBuf {
        self.folder.join("binaryen/bin/wasm-opt")
    }

    /// What wrangler runs beside a Worker to stand for Cloudflare's services.
    pub fn local_workers(&self) -> PathBuf {
        self.folder.join("miniflare/dist/src/workers")
    }

    /// The folder with the packages' commands, for `PATH`.
    pub fn bin(&self) -> PathBuf {
        self.folder.join(".bin")
    }

    /// wrangler, which asks only where somebody sits at a terminal.
    pub fn wrangler(&self) -> Command {
        let mut command = children::command("node");
        command.arg(self.folder.join("wrangler/bin/wrangler.js")).env("WRANGLER_SEND_METRICS", "false");
        command
    }
}

/// Node and npm are here and new enough.
pub fn check() -> Result<(), SetupError> {
    let needed = format!("{}.{}", pins::NODE_MIN.0, pins::NODE_MIN.1);
    let found = version_of("node").ok_or_else(|| SetupError::NodeMissing(needed.clone()))?;
    if parse(&found).is_none_or(|version| version < pins::NODE_MIN) {
        return Err(SetupError::NodeTooOld { found, needed });
    }
    version_of("npm").map(drop).ok_or(SetupError::NpmMissing)
}

fn version_of(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `v20.20.2` → (20, 20).
fn parse(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim_start_matches('v').split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dev::files;
    use crate::dev::keys::random_hex;

    #[test]
    fn versions_are_read() {
        for (text, expected) in
            [("v20.20.2", Some((20, 20))), ("22.1.0", Some((22, 1))), ("v18", None), ("nonsense", None)]
        {
            assert_eq!(parse(text), expected, "{text}");
        }
        assert!(parse("v9.11.2").unwrap() < pins::NODE_MIN, "compared as numbers");
    }

    #[test]
    fn packages_that_were_cut_off_are_not_taken_for_whole() {
        let folder = std::env::temp_dir().join(format!("counterbell-{}", random_hex(8).unwrap()));
        let modules = NodeModules::at(&folder);
        let write = |name: &str| files::write(&modules.folder().join(name), "").unwrap();
        for platform in ["linux-64", "linux-arm64", "darwin-64", "darwin-arm64"] {
            write(&format!("@cloudflare/workerd-{platform}/bin/workerd"));
        }
        for platform in ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"] {
            write(&format!("@esbuild/{platform}/bin/esbuild"));
        }
        write("binaryen/bin/wasm-opt");
        assert!(!modules.is_complete(), "npm has not finished");
        write(".package-lock.json");
        assert!(modules.is_complete());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
