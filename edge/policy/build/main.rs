//! Reads the phrase files when the crate is built, so that a fresh Worker need not: it finds them packed.
//!
//! Two files come out: `words.txt`, each word once, and `phrases.bin`, which names them by number.

#![allow(dead_code, reason = "the detectors' own modules are read here in part")]

mod choices;
#[path = "../src/detect/class.rs"]
mod class;
#[path = "../src/detect/fold.rs"]
mod fold;
#[path = "../src/detect/languages.rs"]
mod languages;
#[path = "../src/detect/letters.rs"]
mod letters;
mod pack;
mod phrase;
mod spelling;

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("Cargo says where to write")?);
    let mut packer = pack::Packer::default();
    for code in languages::LANGUAGES {
        let path = format!("data/{code}.txt");
        let (phrases, bad) = phrase::read(code, &fs::read_to_string(&path)?);
        if let Some(line) = bad.first() {
            return Err(format!("{path}:{}: cannot be read", line.0).into());
        }
        packer.language(phrases);
    }
    let packed = packer.finish()?;
    fs::write(out.join("words.txt"), packed.words)?;
    fs::write(out.join("phrases.bin"), packed.phrases)?;
    for changed in ["build", "data", "src/detect"] {
        println!("cargo::rerun-if-changed={changed}");
    }
    Ok(())
}
