//! The detectors on the project's own phrases.
