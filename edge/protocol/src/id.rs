//! Ids are newtypes, so that a message id never stands where a conversation id belongs.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// An id that came from outside: 1 to 64 characters of `A–Z a–z 0–9 _ -`.
            pub fn is_well_formed(&self) -> bool {
                (1..=64).contains(&self.0.len())
                    && self.0.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// One shop, as named in `data-shop` and in `shop.toml`.
    ShopId
);
id!(
    /// One conversation. It is unguessable, but it is not a secret: the token is.
    ConversationId
);
id!(
    /// One message. The shopper's own are made by the frame, so that a message sent twice is stored once.
    MessageId
);
id!(
    /// One file of a conversation, named by the edge.
    FileId
);
id!(
    /// One escalation: stable over every delivery attempt.
    EscalationId
);
