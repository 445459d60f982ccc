//! From a bare machine to a running edge: tools into a cache, the builds, workerd, the demo shop's pages and
//! a local model. It must not know what the edge or the widget do.

pub mod build;
pub mod children;
pub mod error;
pub mod files;
pub mod keys;
pub mod llm;
pub mod node;
pub mod pins;
pub mod ports;
pub mod prepare;
pub mod progress;
pub mod repo;
pub mod setup;
pub mod site;
pub mod workerd;

pub use error::SetupError;
pub use prepare::{Built, prepare};
pub use progress::Progress;
pub use setup::python;
pub use workerd::{Options, Workerd};
