//! A small Worker that is measured beside the edge, in a workerd of its own: the files of `tests/yardstick`.

use crate::edge::built;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

pub struct Yardstick {
    workerd: Child,
    pub url: String,
    _state: TempDir,
}

impl Yardstick {
    /// Serves `NAME.capnp`, which embeds `files`; `variables` are what its bindings take from the environment.
    pub fn start(config: &str, files: &[&Path], variables: &[(&str, &str)]) -> Self {
        let state = tempfile::tempdir().expect("a folder for the yardstick");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("yardstick");
        for file in [&[Path::new(config)], files].concat() {
            let name = file.file_name().expect("a file has a name");
            std::fs::copy(source.join(file), state.path().join(name)).expect("the yardstick's files");
        }
        std::fs::create_dir(state.path().join("objects")).expect("a folder for the objects");
        let mut workerd = Command::new(built().node.workerd().expect("workerd is installed"))
            .args(["serve", "--experimental", "--control-fd=1", config])
            .current_dir(state.path())
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the yardstick starts");
        let mut line = String::new();
        let stdout = workerd.stdout.take().expect("a pipe from workerd");
        BufReader::new(stdout).read_line(&mut line).expect("workerd says where it listens");
        let said: serde_json::Value = serde_json::from_str(&line).expect("a control message");
        Self { workerd, url: format!("http://127.0.0.1:{}", said["port"]), _state: state }
    }

    pub fn pid(&self) -> u32 {
        self.workerd.id()
    }
}

impl Drop for Yardstick {
    fn drop(&mut self) {
        let _ = self.workerd.kill();
        let _ = self.workerd.wait();
    }
}
