//! The command line of Counterbell. Without a command it starts the demo shop.

use clap::Parser;
use counterbell::commands::Arguments;
use std::process::ExitCode;

fn main() -> ExitCode {
    Arguments::parse().run()
}
