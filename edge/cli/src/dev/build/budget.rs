//! What the shopper's browser loads, part by part, against the limits in `widget/budget.toml`.

use super::sizes::FileSize;
use crate::dev::{SetupError, files};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Limits in bytes after brotli.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    pub loader_brotli_bytes: u64,
    /// Loader, document with its style, glue, WebAssembly and one language file.
    pub running_brotli_bytes: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    pub raw_bytes: u64,
    pub gzip_bytes: u64,
    pub brotli_bytes: u64,
}

/// The parts in the order in which a browser meets them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub loader: Weight,
    /// With the style and the shell's script in it.
    pub html: Weight,
    pub glue: Weight,
    pub wasm: Weight,
    /// The heaviest language file: a shopper loads one.
    pub language: Weight,
}

impl Budget {
    pub fn of(repo: &Path) -> Result<Self, SetupError> {
        Self::parse(&files::read_text(&repo.join("widget/budget.toml"))?)
    }

    fn parse(text: &str) -> Result<Self, SetupError> {
        toml::from_str(text).map_err(|error| SetupError::Other(format!("widget/budget.toml: {error}")))
    }

    pub fn check(&self, parts: &Parts) -> Result<(), SetupError> {
        let over = |what: &str, is: u64, limit: u64| {
            (is > limit).then(|| format!("{what} is {is} bytes after brotli, allowed are {limit}"))
        };
        let found: Vec<_> = [
            over("the loader", parts.loader.brotli_bytes, self.loader_brotli_bytes),
            over("everything until Leptos runs", parts.total().brotli_bytes, self.running_brotli_bytes),
        ]
        .into_iter()
        .flatten()
        .collect();
        if found.is_empty() { Ok(()) } else { Err(SetupError::OverBudget(found.join("; "))) }
    }
}

impl Parts {
    pub fn of(files: &BTreeMap<String, FileSize>) -> Self {
        let mut parts = Self::default();
        for (name, file) in files {
            parts.count(name, Weight::from(file));
        }
        parts
    }

    pub fn total(&self) -> Weight {
        self.rows().into_iter().fold(Weight::default(), |sum, (_, weight)| sum.plus(weight))
    }

    /// The two figures that the budget limits.
    pub fn summary(&self) -> String {
        let (loader, total) = (self.loader.brotli_bytes, self.total().brotli_bytes);
        format!("after brotli, loader {loader} bytes, everything until Leptos runs {total} bytes")
    }

    pub fn table(&self) -> String {
        let row = |(name, weight): (&str, Weight)| {
            let Weight { raw_bytes, gzip_bytes, brotli_bytes } = weight;
            format!("      {name:<10}{raw_bytes:>10}{gzip_bytes:>10}{brotli_bytes:>10}")
        };
        let head = format!("      {:<10}{:>10}{:>10}{:>10}", "bytes", "raw", "gzip", "brotli");
        let rows = self.rows().into_iter().chain([("together", self.total())]).map(row);
        std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
    }

    fn rows(&self) -> [(&'static str, Weight); 5] {
        [
            ("loader", self.loader),
            ("html", self.html),
            ("glue", self.glue),
            ("wasm", self.wasm),
            ("language", self.language),
        ]
    }

    fn count(&mut self, name: &str, weight: Weight) {
        let part = match (name, name.rsplit_once('.').map_or("", |(_, extension)| extension)) {
            ("loader.js", _) => &mut self.loader,
            (name, "json") if name.starts_with("languages/") => {
                if weight.brotli_bytes > self.language.brotli_bytes {
                    self.language = weight;
                }
                return;
            }
            // The WebAssembly as a document, which is what a frame in a page gets.
            ("wasm.html", _) => &mut self.wasm,
            (_, "html") => &mut self.html,
            // Loaded by nobody but who has a file to send or to look at, or who changes the language.
            (name, "js") if name.starts_with("files-") || name.starts_with("language-") => return,
            (_, "js") => &mut self.glue,
            _ => return,
        };
        *part = part.plus(weight);
    }
}

impl Weight {
    fn plus(self, other: Self) -> Self {
        Self {
            raw_bytes: self.raw_bytes + other.raw_bytes,
            gzip_bytes: self.gzip_bytes + other.gzip_bytes,
            brotli_bytes: self.brotli_bytes + other.brotli_bytes,
        }
    }
}

impl From<&FileSize> for Weight {
    fn from(file: &FileSize) -> Self {
        Self { raw_bytes: file.raw_bytes, gzip_bytes: file.gzip_bytes, brotli_bytes: file.brotli_bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(files: &[(&str, u64)]) -> Parts {
        let file = |bytes| FileSize {
            sha256: String::new(),
            raw_bytes: bytes,
            gzip_bytes: bytes,
            brotli_bytes: bytes,
        };
        Parts::of(&files.iter().map(|(name, bytes)| ((*name).to_owned(), file(*bytes))).collect())
    }

    #[test]
    fn files_are_counted_as_what_they_are() {
        let parts = parts(&[
            ("loader.js", 1),
            ("index.html", 2),
            ("frame-3c4d.js", 8),
            ("frame-3c4d_bg.wasm", 1000),
            ("wasm.html", 16),
            ("languages/de.json", 30),
            ("languages/en.json", 32),
            ("picture.png", 1000),
            ("files-5e6f.js", 2000),
            ("language-7a8b.js", 4000),
        ]);
        assert_eq!(parts.total().brotli_bytes, 1 + 2 + 8 + 16 + 32);
        assert_eq!((parts.loader.raw_bytes, parts.glue.raw_bytes), (1, 8));
    }

    #[test]
    fn the_budget_holds_or_names_what_is_over() {
        let budget = Budget::parse("loader_brotli_bytes = 10\nrunning_brotli_bytes = 100").unwrap();
        let check = |loader, wasm| budget.check(&parts(&[("loader.js", loader), ("wasm.html", wasm)]));
        assert!(check(10, 90).is_ok(), "the limits themselves are allowed");
        let error = check(11, 90).unwrap_err().to_string();
        assert!(
            error.contains("the loader is 11 bytes after brotli, allowed are 10; everything until"),
            "{error}"
        );
        let error = check(1, 100).unwrap_err().to_string();
        assert!(error.contains(": everything until Leptos runs is 101 bytes"), "{error}");
    }

    #[test]
    fn a_misspelt_budget_is_refused() {
        assert!(Budget::parse("loader_bytes = 10\nrunning_brotli_bytes = 100").is_err());
    }
}
