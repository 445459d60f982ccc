//! What a person types, and the function that each command is.

pub mod build;
pub mod check;
pub mod detect;
pub mod dev;
pub mod explain;
pub mod push;
pub mod replay;
pub mod undelivered;
pub mod wrangler;

use clap::{Parser, Subcommand};
use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Support chat for online shops: an AI answers first, and a person can always be reached.
#[derive(Debug, Parser)]
#[command(name = "counterbell", version, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    dev: dev::DevArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the demo shop on this machine (this is what happens without a command).
    Dev(dev::DevArguments),
    /// Install what is missing, build widget and edge, and print their sizes.
    Build,
    /// Send a shop's settings and help pages to an edge.
    Push(push::PushArguments),
    /// Say which webhook deliveries a shop's receivers have not taken, and send them again.
    Undelivered(undelivered::UndeliveredArguments),
    /// Run the pinned wrangler in `edge/`, e.g. `wrangler deploy`.
    Wrangler(wrangler::WranglerArguments),
    /// Say everything that is wrong with a `shop.toml`, or what is in force.
    Check {
        /// The settings.
        shop: PathBuf,
    },
    /// Read one text a line from standard input, and say what the detectors find.
    Detect {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Run whole dialogues through the rules that the edge runs.
    Replay {
        /// The settings.
        shop: PathBuf,
        /// One dialogue a line.
        dialogues: PathBuf,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Say why a dialogue was decided as it was, in plain words.
    Explain {
        /// The settings.
        shop: PathBuf,
        /// One dialogue a line.
        dialogues: PathBuf,
        /// Which of them.
        #[arg(long)]
        id: String,
    },
}

impl Arguments {
    pub fn run(self) -> ExitCode {
        match self.command.unwrap_or(Command::Dev(self.dev)) {
            Command::Dev(arguments) => dev::run(&arguments),
            Command::Build => build::run(),
            Command::Push(arguments) => push::run(&arguments),
            Command::Undelivered(arguments) => undelivered::run(&arguments),
            Command::Wrangler(arguments) => wrangler::run(&arguments),
            Command::Check { shop } => check::run(&shop),
            Command::Detect { json } => detect::run(json),
            Command::Replay { shop, dialogues, json } => replay::run(&shop, &dialogues, json),
            Command::Explain { shop, dialogues, id } => explain::run(&shop, &dialogues, &id),
        }
    }
}

/// The one way in which a command fails: a sentence on standard error, and status 1.
pub(crate) fn finish(result: Result<(), impl Display>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "counterbell: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_hold_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_demo_shop_needs_no_command() {
        let parse = |line: &str| Arguments::try_parse_from(line.split(' ')).unwrap();
        for line in ["counterbell --llm local --port 9000", "counterbell dev --llm local --port 9000"] {
            let arguments = parse(line);
            let dev = match arguments.command {
                Some(Command::Dev(dev)) => dev,
                None => arguments.dev,
                other => panic!("{other:?}"),
            };
            assert_eq!((dev.llm.as_deref(), dev.port), (Some("local"), 9_000), "{line}");
        }
        assert!(parse("counterbell").command.is_none());
    }
}
