//! Lists the languages that the chat speaks: the names of its language files. What is in them is the widget's.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from("../../widget/languages");
    let mut codes = Vec::new();
    for file in fs::read_dir(&folder)? {
        let name = file?.file_name().into_string().map_err(|name| format!("{name:?} is no language"))?;
        codes.extend(name.strip_suffix(".json").map(str::to_owned));
    }
    codes.sort();
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("Cargo says where to write")?);
    fs::write(out.join("languages.rs"), format!("&{codes:?}"))?;
    println!("cargo::rerun-if-changed={}", folder.display());
    Ok(())
}
