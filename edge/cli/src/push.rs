//! Sends a shop's settings, help pages and secrets to an edge: `PUT /v1/shops/{shop}` with the admin key.

use crate::shop_folder::{HelpPage, ShopFolder};
use serde::Serialize;
use std::time::Duration;
use ureq::Body;
use ureq::http::{Response, StatusCode, Uri};

const TIMEOUT: Duration = Duration::from_secs(30);

/// What the edge must know and no page may see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Secrets {
    pub agent_key: Option<String>,
    /// `whsec_…`; two while a key is being rotated.
    pub webhook_keys: Vec<String>,
    pub llm_key: Option<String>,
    pub identity_key: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum PushError {
    #[error("{0} is not an address like https://chat.example")]
    NotAnAddress(String),
    #[error("{0} is not https, so the keys could be read on the way. Plain http is for this machine only.")]
    NotSecret(String),
    #[error("the edge at {to} cannot be reached: {reason}")]
    Unreachable { to: String, reason: String },
    #[error(
        "the edge does not take this admin key: it must be the one that `wrangler secret put ADMIN_KEY` was given"
    )]
    NotAdmin,
    #[error("the edge answered {status}: {detail}")]
    Refused { status: u16, detail: String },
}

#[derive(Serialize)]
struct PushBody<'a> {
    settings: &'a str,
    help: &'a [HelpPage],
    secrets: &'a Secrets,
}

/// Replaces what the edge has of this shop.
///
/// # Errors
/// An address that is not safe or not there, and whatever the edge finds wrong with the settings.
pub fn push(to: &str, admin_key: &str, shop: &ShopFolder, secrets: &Secrets) -> Result<(), PushError> {
    let to = safe(to)?;
    let body = PushBody { settings: &shop.settings, help: &shop.help, secrets };
    let unreachable =
        |error: ureq::Error| PushError::Unreachable { to: to.clone(), reason: error.to_string() };
    let mut answer = agent(&to)
        .put(format!("{to}/v1/shops/{}", shop.id))
        .header("Authorization", format!("Bearer {admin_key}"))
        .send_json(&body)
        .map_err(unreachable)?;
    if answer.status().is_success() {
        return Ok(());
    }
    Err(refused(&mut answer))
}

/// Plain http is for these alone, and no proxy of the environment can reach them.
const THIS_MACHINE: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// For an address that `safe` gave.
pub(crate) fn agent(to: &str) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(TIMEOUT));
    let host = to.parse().ok().and_then(|uri: Uri| uri.host().map(str::to_owned));
    let config = match host.is_some_and(|host| THIS_MACHINE.contains(&host.as_str())) {
        true => config.proxy(None),
        false => config,
    };
    config.build().new_agent()
}

pub(crate) fn refused(answer: &mut Response<Body>) -> PushError {
    if answer.status() == StatusCode::UNAUTHORIZED {
        return PushError::NotAdmin;
    }
    let text = answer.body_mut().read_to_string().unwrap_or_default();
    PushError::Refused { status: answer.status().as_u16(), detail: detail(&text) }
}

/// The address without a slash at its end, if keys may be sent there.
pub(crate) fn safe(to: &str) -> Result<String, PushError> {
    let not_an_address = || PushError::NotAnAddress(to.to_owned());
    let uri: Uri = to.parse().map_err(|_| not_an_address())?;
    let host = uri.host().ok_or_else(not_an_address)?;
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if THIS_MACHINE.contains(&host) => {}
        Some("http") => return Err(PushError::NotSecret(to.to_owned())),
        _ => return Err(not_an_address()),
    }
    Ok(to.trim_end_matches('/').to_owned())
}

/// The edge's own words out of its error body; the whole answer when it is of another shape.
fn detail(answer: &str) -> String {
    let body: Option<serde_json::Value> = serde_json::from_str(answer).ok();
    let detail = body.as_ref().and_then(|body| body.get("detail")).and_then(serde_json::Value::as_str);
    detail.unwrap_or(answer).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_travel_over_https_or_stay_on_the_machine() {
        for (to, expected) in [
            ("https://chat.example/", "https://chat.example"),
            ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
            ("http://localhost:8787", "http://localhost:8787"),
            ("http://[::1]:8787", "http://[::1]:8787"),
        ] {
            assert_eq!(safe(to).unwrap(), expected);
        }
        for (to, expected) in [
            ("http://chat.example", "is not https"),
            ("http://127.0.0.1.chat.example", "is not https"),
            ("chat.example", "is not an address"),
            ("ftp://chat.example", "is not an address"),
            ("", "is not an address"),
        ] {
            let error = safe(to).unwrap_err().to_string();
            assert!(error.contains(expected), "{to:?}: {error}");
        }
    }

    #[test]
    fn the_edge_is_quoted() {
        assert_eq!(detail(r#"{"code":"bad_settings","detail":"line 3: no"}"#), "line 3: no");
        assert_eq!(detail("Bad gateway\n"), "Bad gateway");
    }

    #[test]
    fn the_body_has_the_shape_that_the_edge_reads() {
        let help = [HelpPage { url: "/u".into(), title: "T".into(), markdown: "m".into() }];
        let secrets = Secrets {
            agent_key: Some("a".into()),
            webhook_keys: vec!["whsec_b".into()],
            ..Secrets::default()
        };
        let body = PushBody { settings: "id = 1", help: &help, secrets: &secrets };
        let expected = serde_json::json!({
            "settings": "id = 1",
            "help": [{"url": "/u", "title": "T", "markdown": "m"}],
            "secrets": {"agent_key": "a", "webhook_keys": ["whsec_b"], "llm_key": null, "identity_key": null},
        });
        assert_eq!(serde_json::to_value(&body).unwrap(), expected);
    }
}
