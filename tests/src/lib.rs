//! The harness of the end-to-end tests: everything a test drives that is not the product.
//!
//! A scripted model ([`llm`]), a scripted webhook receiver ([`receiver`]), pages of other people's shops
//! ([`shop_page`]) and a real browser ([`browser`]). It must not know how the edge works inside: what a
//! test sees, a shopper, a shop or a human queue can see too.

pub mod browser;
pub mod dice;
pub mod edge;
pub mod feed;
pub mod guard;
pub mod http;
pub mod llm;
pub mod oracle;
pub mod poll;
pub mod proxy;
pub mod queue;
pub mod receiver;
pub mod shop_page;
pub mod shopper;
pub mod soak;
pub mod wire;
pub mod yardstick;

use std::future::Future;
use std::path::PathBuf;
use std::sync::OnceLock;
use tokio::runtime::Runtime;

/// Runs one test on the runtime that all tests of a binary share, so that what they share (one workerd,
/// one Chromium) outlives the test that started it.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    runtime().block_on(test)
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime for the tests"))
}

/// Where screenshots and tables go; git ignores it.
pub fn output() -> PathBuf {
    let output = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("output");
    std::fs::create_dir_all(&output).expect("the output folder can be made");
    output
}

/// A fresh id for whatever a test must not share with another.
pub fn unique(prefix: &str) -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now_us = std::time::UNIX_EPOCH.elapsed().map_or(0, |t| t.as_micros() as u64);
    format!("{prefix}-{now_us:x}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
