//! Ports on the loopback address: the sentence for one that is taken, and asking what listens there.

use super::SetupError;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

/// Three ports in a row: edge, shop, desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    pub edge: u16,
    pub shop: u16,
    pub desk: u16,
}

/// The ports from `first` on, all free at this moment.
pub fn three_from(first: u16) -> Result<Ports, SetupError> {
    let last = first
        .checked_add(2)
        .ok_or_else(|| SetupError::Other("`--port` must leave room for two more.".into()))?;
    for port in first..=last {
        // The shop is `localhost`, and a browser looks for that on either address.
        let shadowed = port == first + 1 && is_taken_v6(port);
        if shadowed || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
            let suggestion = suggest(first);
            return Err(SetupError::PortBusy { port, suggestion });
        }
    }
    Ok(Ports { edge: first, shop: first + 1, desk: last })
}

/// Where the machine has no such address at all, nobody listens on it.
fn is_taken_v6(port: u16) -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, port)).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
}

/// Asks what listens on this machine, and so never by the proxy that the environment may name.
pub fn asker() -> ureq::Agent {
    ureq::Agent::config_builder().proxy(None).build().new_agent()
}

/// A port that is free now, for a program that cannot choose one itself.
pub fn free() -> Result<u16, SetupError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| SetupError::Other(format!("no free port: {error}")))
}

fn suggest(first: u16) -> u16 {
    first.checked_add(100).filter(|port| *port < 65_000).unwrap_or(9_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_gives_one_clear_sentence() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = three_from(port).unwrap_err().to_string();
        let expected = format!(
            "Port {port} is in use, perhaps by another `counterbell dev`. Stop that one, or choose another with `--port {}`.",
            suggest(port)
        );
        assert_eq!(error, expected);
    }

    #[test]
    fn nobody_else_is_taken_for_the_shop() {
        let Ok(taken) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else { return };
        let shop = taken.local_addr().unwrap().port();
        assert!(matches!(three_from(shop - 1), Err(SetupError::PortBusy { .. })));
    }

    #[test]
    fn suggestions_stay_in_range() {
        for (first, expected) in [(8_787, 8_887), (65_000, 9_000), (u16::MAX, 9_000)] {
            assert_eq!(suggest(first), expected);
        }
    }
}
