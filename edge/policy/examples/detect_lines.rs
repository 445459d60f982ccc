//! Reads one text a line and prints what the detectors see: `cargo run -p counterbell-policy --example detect_lines`.

use std::io::{self, BufRead, Write};

use counterbell_policy::detect;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let seen = detect::detect(&line);
        writeln!(out, "{}\t{}", line, serde_json::to_string(&seen)?)?;
    }
    out.flush()
}
