//! Opening hours: are people there now, and when are they back?

/// How the shop's hours stand at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// The shop has no hours: it does not say.
    Always,
    Open {
        /// When the shift ends, in milliseconds since the Unix epoch.
        until_ms: i64,
    },
    Closed {
        /// When the next shift begins; `None` if none does within 60 days.
        back_at_ms: Option<i64>,
    },
}
