//! Every change from every state: the legal ones compile, the others do not. What is tried differs in nothing
//! but the state that it is tried on, so nothing else can be why it does not compile.

use super::*;

/// A row for each change: how it is written, the states it is legal from, and those that it is not.
macro_rules! changes {
    ($($change:literal from $($legal:ident)+, not $($illegal:ident)+;)+) => {
        $(
            $(
                #[doc = concat!(
                    "```\nuse counterbell_owner::*;\nfn change(from: ", stringify!($legal), ", name: String) {\n",
                    "    let _ = from.", $change, ";\n}\n```\n"
                )]
            )+
            $(
                #[doc = concat!(
                    "```compile_fail,E0599\nuse counterbell_owner::*;\nfn change(from: ", stringify!($illegal),
                    ", name: String) {\n    let _ = from.", $change, ";\n}\n```\n"
                )]
            )+
        )+
        struct Changes;
    };
}

changes! {
    "request(counterbell_protocol::EscalationId(name))" from Assistant, not Waiting Held Closed;
    "claim(todo!(), name, 7)" from Waiting, not Assistant Held Closed;
    "withdraw()" from Waiting, not Assistant Held Closed;
    "renew(7)" from Held, not Assistant Waiting Closed;
    "give_back()" from Held, not Assistant Waiting Closed;
    "release()" from Held, not Assistant Waiting Closed;
    "resolve()" from Held, not Assistant Waiting Closed;
    "reopen()" from Closed, not Assistant Waiting Held;
}

/// A state that has changed is gone.
///
/// ```
/// fn change(from: counterbell_owner::Held) {
///     let _ = from.release();
/// }
/// ```
/// ```compile_fail,E0382
/// fn change(from: counterbell_owner::Held) {
///     let _ = from.release();
///     let _ = from.resolve();
/// }
/// ```
struct Twice;

/// No state comes out of nothing, nor an epoch out of another state: who holds one may look at it.
///
/// ```
/// fn look(held: counterbell_owner::Held) -> u64 {
///     let counterbell_owner::Held { expires_at_ms, .. } = held;
///     expires_at_ms
/// }
/// ```
/// ```compile_fail,E0451
/// fn look(held: counterbell_owner::Held) -> u64 {
///     let counterbell_owner::Held { epoch, .. } = held;
///     epoch
/// }
/// ```
/// ```compile_fail,E0451
/// let closed = counterbell_owner::Closed { epoch: 7 };
/// ```
/// ```compile_fail,E0451
/// fn go_back(held: counterbell_owner::Held, waiting: counterbell_owner::Waiting) {
///     let _ = counterbell_owner::Held { claim: String::new(), ..held };
/// }
/// ```
struct Forged;
