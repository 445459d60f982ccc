//! One running workerd: started, asked for its ports, killed.

use super::bucket;
use super::config::{self, CRON_SOCKET, EDGE_SOCKET, Folders, Options};
use crate::dev::{Built, SetupError, children, files};
use serde::Deserialize;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

const START_LIMIT: Duration = Duration::from_secs(20);

/// A workerd that serves the edge. Dropping it kills it; acknowledged writes survive that.
#[derive(Debug)]
pub struct Workerd {
    child: Child,
    edge_port: u16,
    cron_port: u16,
    log: PathBuf,
}

impl Workerd {
    /// Starts the built edge and answers when it listens.
    pub fn start(built: &Built, options: &Options) -> Result<Self, SetupError> {
        let log = options.state_dir.join("workerd.log");
        let config = write_config(built, options)?;
        let append = |path: &Path| OpenOptions::new().create(true).append(true).open(path);
        let errors = append(&log).map_err(SetupError::io("cannot be written", &log))?;
        let notes = append(&log).map_err(SetupError::io("cannot be written", &log))?;
        let program = built
            .node
            .workerd()
            .ok_or_else(|| SetupError::Other("workerd is missing from the cache.".into()))?;
        let mut command = children::command(program);
        // Control messages come on standard output, between what the Worker itself says.
        command.args(["serve", "--experimental", "--control-fd=1"]).arg(&config);
        command.envs(options.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
        let mut child = children::spawn(command).map_err(|error| failed(&error.to_string(), &log))?;
        let heard = listen(child.stdout.take(), notes);
        match wait_for_ports(&mut child, &heard, &log) {
            Ok((edge_port, cron_port)) => Ok(Self { child, edge_port, cron_port, log }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.edge_port)
    }

    pub fn port(&self) -> u16 {
        self.edge_port
    }

    /// Each request to it is one tick of the cron trigger; it answers when the tick is done.
    pub fn cron_url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.cron_port)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where workerd and the Worker write what they have to say.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Whether it has ended by itself, and how.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// The hardest end there is: no handler of workerd runs.
    pub fn kill9(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Workerd {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// One line on the control channel.
#[derive(Deserialize)]
struct Listening {
    event: String,
    socket: String,
    port: u16,
}

/// The modules are copied, so that a build in the meantime does not change what runs.
fn write_config(built: &Built, options: &Options) -> Result<PathBuf, SetupError> {
    let state = &options.state_dir;
    files::create_folder(state)?;
    let absolute = state.canonicalize().map_err(SetupError::io("cannot be found", state))?;
    let (objects, bucket, folder) =
        (absolute.join("objects"), absolute.join("files"), absolute.join("config"));
    files::create_folder(&objects)?;
    files::create_folder(&bucket)?;
    for name in ["index.js", "index_bg.wasm"] {
        files::write(&folder.join(name), files::read(&built.edge.join(name))?)?;
    }
    files::write(&folder.join("cron.js"), config::CRON_MODULE)?;
    bucket::copy_modules(&built.node, &folder)?;
    let path = folder.join("config.capnp");
    let folders = Folders { objects: &objects, files: &bucket, widget: &built.widget };
    files::write(&path, config::text(options, &folders))?;
    Ok(path)
}

fn listen(stdout: Option<ChildStdout>, mut log: File) -> Receiver<Listening> {
    let (found, heard): (Sender<Listening>, _) = channel();
    if let Some(stdout) = stdout {
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
                match serde_json::from_slice::<Listening>(&line) {
                    Ok(message) if message.event == "listen" => drop(found.send(message)),
                    _ => drop(log.write_all(&[&line, b"\n".as_slice()].concat())),
                }
            }
        });
    }
    heard
}

fn wait_for_ports(
    child: &mut Child,
    heard: &Receiver<Listening>,
    log: &Path,
) -> Result<(u16, u16), SetupError> {
    let started = Instant::now();
    let (mut edge, mut cron) = (None, None);
    while started.elapsed() < START_LIMIT {
        match heard.recv_timeout(Duration::from_millis(50)) {
            Ok(message) if message.socket == EDGE_SOCKET => edge = Some(message.port),
            Ok(message) if message.socket == CRON_SOCKET => cron = Some(message.port),
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if let (Some(edge), Some(cron)) = (edge, cron) {
            return Ok((edge, cron));
        }
    }
    let _ = child.kill();
    let text = std::fs::read_to_string(log).unwrap_or_default();
    Err(failed(text.lines().last().unwrap_or("it did not listen in time"), log))
}

fn failed(reason: &str, log: &Path) -> SetupError {
    SetupError::Failed { what: "Starting workerd".into(), reason: reason.to_owned(), log: log.to_path_buf() }
}
