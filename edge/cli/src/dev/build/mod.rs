//! Builds widget and edge when their inputs have changed. It knows which files go in and come out, no more.

pub mod budget;
mod edge;
pub mod sizes;
pub mod widget;

use super::setup::Tools;
use super::{Progress, SetupError, files};
use std::path::{Path, PathBuf};

pub const WIDGET_OUT: &str = "widget/dist";
pub const EDGE_OUT: &str = "edge/build";

/// What every build depends on, the way it is built included.
const COMMON_INPUTS: [&str; 5] =
    ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "edge/cli/src/dev/build", "edge/cli/src/dev/pins.rs"];
/// Folders that do not end up in a build.
const NOT_INPUTS: [&str; 6] = ["dist", "build", "tests", "benches", "examples", "target"];

/// The builds that are out of date.
pub struct Builds {
    repo: PathBuf,
    widget: Option<Inputs>,
    edge: Option<Inputs>,
}

/// The hash of what goes into a build.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Inputs(String);

impl Builds {
    pub fn make(repo: &Path) -> Result<Self, SetupError> {
        let widget = Inputs::of(repo, &widget::INPUTS)?;
        let edge = Inputs::of(repo, &edge::INPUTS)?.and(&files::names_in(&repo.join(edge::NAMES_IN))?);
        Ok(Self {
            repo: repo.to_path_buf(),
            widget: (!widget::is_current(repo, &widget)).then_some(widget),
            edge: (!edge::is_current(repo, &edge)).then_some(edge),
        })
    }

    pub fn steps(&self) -> usize {
        usize::from(self.widget.is_some()) + usize::from(self.edge.is_some())
    }

    pub fn carry_out(&self, tools: &Tools, progress: &Progress) -> Result<(), SetupError> {
        if let Some(inputs) = &self.widget {
            widget::build(&self.repo, tools, inputs, progress)?;
        }
        if let Some(inputs) = &self.edge {
            edge::build(&self.repo, tools, inputs, progress)?;
        }
        Ok(())
    }
}

/// Beside the repository's state: another clone may be building at the same time.
fn log(repo: &Path, name: &str) -> PathBuf {
    repo.join("target/build-logs").join(format!("{name}.log"))
}

impl Inputs {
    fn of(repo: &Path, own: &[&str]) -> Result<Self, SetupError> {
        let all = [own, &COMMON_INPUTS].concat();
        files::hash_of(repo, &all, &NOT_INPUTS).map(Self)
    }

    fn and(self, names: &[String]) -> Self {
        Self(files::hash_bytes(format!("{} {}", self.0, names.join(" ")).as_bytes()))
    }
}
