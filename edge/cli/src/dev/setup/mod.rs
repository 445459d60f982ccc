//! Installs what is missing, at pinned versions, into the cache; touches nothing else but rustup's
//! target and Rust's own source.

pub mod python;
mod rust;

pub use rust::has_std_source;

use super::node::{self, NodeModules};
use super::{Progress, SetupError, children, files, pins, repo};
use std::path::{Path, PathBuf};

/// Everything that building and running need, installed.
#[derive(Clone, Debug)]
pub struct Tools {
    pub cache: PathBuf,
    pub node: NodeModules,
}

/// One thing that is missing, to be installed in its turn.
enum Missing {
    WasmTarget,
    StdSource,
    Cargo(pins::CargoTool),
    Npm,
}

/// What is still to do, so that the number of steps is known before the first.
pub struct Plan {
    repo: PathBuf,
    tools: Tools,
    missing: Vec<Missing>,
}

impl Plan {
    /// Looks at the machine. Fails at once when something is missing that only its owner can install.
    pub fn make(repo: &Path) -> Result<Self, SetupError> {
        node::check()?;
        rust::check_wasm_bindgen(repo)?;
        let cache = repo::cache()?;
        let node = NodeModules::at(&npm_folder(repo, &cache)?);
        let mut missing = Vec::new();
        if !rust::has_wasm_target(repo) {
            missing.push(Missing::WasmTarget);
        }
        if !rust::has_std_source(repo) {
            missing.push(Missing::StdSource);
        }
        let absent = |tool: &&pins::CargoTool| !rust::program(&cache, tool).is_file();
        missing.extend(pins::CARGO_TOOLS.iter().filter(absent).map(|tool| Missing::Cargo(*tool)));
        if !node.is_complete() {
            missing.push(Missing::Npm);
        }
        Ok(Self { repo: repo.to_path_buf(), tools: Tools { cache, node }, missing })
    }

    pub fn steps(&self) -> usize {
        self.missing.len()
    }

    pub fn carry_out(self, progress: &Progress) -> Result<Tools, SetupError> {
        for missing in &self.missing {
            match missing {
                Missing::WasmTarget => rust::add_wasm_target(&self.repo, &self.tools.cache, progress)?,
                Missing::StdSource => rust::add_std_source(&self.repo, &self.tools.cache, progress)?,
                Missing::Cargo(tool) => rust::install(&self.repo, &self.tools.cache, tool, progress)?,
                Missing::Npm => install_npm(&self.repo, &self.tools, progress)?,
            }
        }
        Ok(self.tools)
    }
}

impl Tools {
    pub fn program(&self, tool: &pins::CargoTool) -> PathBuf {
        rust::program(&self.cache, tool)
    }

    pub fn log(&self, name: &str) -> PathBuf {
        self.cache.join("logs").join(format!("{name}.log"))
    }
}

fn npm_folder(repo: &Path, cache: &Path) -> Result<PathBuf, SetupError> {
    let hash = files::hash_of(repo, &["edge/package.json", "edge/package-lock.json"], &[])?;
    Ok(cache.join("npm").join(hash.get(..16).unwrap_or(&hash)))
}

/// The packages' install scripts are not run: nothing here needs them.
fn install_npm(repo: &Path, tools: &Tools, progress: &Progress) -> Result<(), SetupError> {
    let step = progress
        .step("installing npm packages: wrangler with workerd, binaryen and others (once, about 1 minute)");
    let folder = npm_folder(repo, &tools.cache)?;
    for name in ["package.json", "package-lock.json"] {
        files::write(&folder.join(name), files::read(&repo.join("edge").join(name))?)?;
    }
    let mut npm = children::command("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http", "--prefer-offline"]);
    npm.args(["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]);
    npm.current_dir(&folder);
    children::run("Installing the npm packages", npm, &tools.log("npm"), &step)?;
    if !tools.node.is_complete() {
        return Err(SetupError::Other(format!(
            "npm brought no workerd, esbuild or wasm-opt for this kind of machine ({} {}). Details: {}",
            std::env::consts::OS,
            std::env::consts::ARCH,
            tools.log("npm").display()
        )));
    }
    step.done("");
    Ok(())
}
