//! `prepare`: everything between a clone and something that can be started. Safe to call at any time and from
//! two processes at once; what is done is not done again.

use super::build::sizes::FileSize;
use super::node::NodeModules;
use super::{Progress, SetupError, build, files, repo, setup};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What is installed and built.
#[derive(Clone, Debug)]
pub struct Built {
    pub repo: PathBuf,
    pub cache: PathBuf,
    pub node: NodeModules,
    /// The widget's static files.
    pub widget: PathBuf,
    /// The Worker: `index.js` and `index_bg.wasm`.
    pub edge: PathBuf,
}

impl Built {
    /// The size of each of the widget's files, as its manifest has it.
    pub fn widget_sizes(&self) -> Result<BTreeMap<String, FileSize>, SetupError> {
        build::widget::sizes(&self.repo)
    }
}

/// Installs and builds what is missing or out of date.
pub fn prepare(progress: &Progress) -> Result<Built, SetupError> {
    let repo = repo::root()?;
    // Two locks, always in this order: builds stay in the repository, tools are for all of its clones.
    let _builds = files::lock(&repo.join("target/build.lock"), progress)?;
    let installs = repo::lock_cache("setup.lock", progress)?;
    let plan = setup::Plan::make(&repo)?;
    let builds = build::Builds::make(&repo)?;
    progress.plan(plan.steps() + builds.steps());
    let tools = plan.carry_out(progress)?;
    drop(installs);
    builds.carry_out(&tools, progress)?;
    Ok(Built {
        widget: repo.join(build::WIDGET_OUT),
        edge: repo.join(build::EDGE_OUT),
        repo,
        cache: tools.cache,
        node: tools.node,
    })
}
