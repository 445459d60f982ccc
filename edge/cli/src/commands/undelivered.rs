//! `counterbell undelivered`: what a shop's receivers have not taken, and sending it again.

use crate::undelivered::Outbox;
use clap::Args;
use counterbell_protocol::agent::{Replay, Standing, Undelivered};
use counterbell_protocol::{ConversationId, ShopId};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Debug, Args)]
pub struct UndeliveredArguments {
    /// The shop's id.
    shop: String,
    /// The edge, e.g. `https://chat.example`
    #[arg(long)]
    to: String,
    /// The edge's ADMIN_KEY.
    #[arg(long, env = "COUNTERBELL_ADMIN_KEY", hide_env_values = true)]
    admin_key: String,
    /// Send again: `all`, one CONVERSATION, or one CONVERSATION/DELIVERY.
    #[arg(long, value_name = "WHICH")]
    replay: Option<String>,
    /// One JSON object a line.
    #[arg(long, conflicts_with = "replay")]
    json: bool,
}

pub fn run(arguments: &UndeliveredArguments) -> ExitCode {
    super::finish(ask(arguments))
}

fn ask(arguments: &UndeliveredArguments) -> Result<(), Box<dyn std::error::Error>> {
    let shop = ShopId::new(&arguments.shop);
    if !shop.is_well_formed() {
        return Err(format!("{shop} is not a shop's id").into());
    }
    let outbox = Outbox::new(&arguments.to, &arguments.admin_key, &shop)?;
    let said = match &arguments.replay {
        Some(which) => replayed(outbox.replay(&chosen(which))?),
        None if arguments.json => as_json(&outbox.list()?),
        None => as_text(&outbox.list()?, now_ms()),
    };
    std::io::stdout().write_all(said.as_bytes())?;
    Ok(())
}

/// No conversation is called `all`: an id is longer.
fn chosen(which: &str) -> Replay {
    if which == "all" {
        return Replay { all: true, ..Replay::default() };
    }
    let (conversation, delivery) = match which.split_once('/') {
        Some((conversation, delivery)) => (conversation, Some(delivery.to_owned())),
        None => (which, None),
    };
    Replay { conversation: Some(ConversationId::new(conversation)), delivery, all: false }
}

fn replayed(count: u64) -> String {
    match count {
        0 => "Nothing on the list is called that: nothing is sent again.\n".to_owned(),
        1 => "1 delivery is being sent again.\n".to_owned(),
        count => format!("{count} deliveries are being sent again.\n"),
    }
}

fn as_json(list: &[Undelivered]) -> String {
    // Strings and numbers: there is nothing in it that JSON cannot say.
    let line = |one: &Undelivered| format!("{}\n", serde_json::to_string(one).unwrap_or_default());
    list.iter().map(line).collect()
}

fn as_text(list: &[Undelivered], now_ms: u64) -> String {
    if list.is_empty() {
        return "Everything was delivered.\n".to_owned();
    }
    let mut out = String::new();
    for one in list {
        let (standing, tries) = (standing(one, now_ms), if one.tries == 1 { "try" } else { "tries" });
        let target = if one.fallback { format!("{}'s fallback", one.target) } else { one.target.clone() };
        let last = one.status.map(|status| status.to_string()).or_else(|| one.error.clone());
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            out,
            "{} to {target}: {standing}. {} {tries} in {}, the last: {}\n  {}/{}",
            one.event,
            one.tries,
            span(now_ms.saturating_sub(one.since_ms)),
            last.as_deref().unwrap_or("no answer"),
            one.conversation,
            one.delivery,
        );
    }
    let _ = writeln!(out, "\n{} not taken", list.len());
    out
}

fn standing(one: &Undelivered, now_ms: u64) -> String {
    match (one.state, one.next_ms) {
        (Standing::Failing, Some(next_ms)) => {
            format!("failing, tried again in {}", span(next_ms.saturating_sub(now_ms)))
        }
        (Standing::Failing | Standing::Unknown, _) => "failing".to_owned(),
        (Standing::Gone, _) => "refused for good (410)".to_owned(),
        (Standing::Undeliverable, _) => "given up after 72 h".to_owned(),
    }
}

/// As coarse as a person needs it.
fn span(ms: u64) -> String {
    match ms / 1_000 {
        s @ 0..120 => format!("{s} s"),
        s @ 120..7_200 => format!("{} min", s / 60),
        s => format!("{} h", s / 3_600),
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Undelivered {
        Undelivered {
            conversation: ConversationId::new("conversation-1"),
            escalation: None,
            delivery: "msg_1".into(),
            event: "escalation.requested".into(),
            target: "default".into(),
            fallback: false,
            state: Standing::Failing,
            tries: 7,
            status: Some(503),
            error: None,
            since_ms: 0,
            last_ms: 38_000,
            next_ms: Some(98_000),
        }
    }

    #[test]
    fn people_read_what_happened_and_what_to_name_it_by() {
        let given_up = Undelivered {
            fallback: true,
            state: Standing::Undeliverable,
            tries: 1,
            status: None,
            error: Some("no answer within 15 s".into()),
            next_ms: None,
            ..one()
        };
        let gone = Undelivered { state: Standing::Gone, status: Some(410), next_ms: None, ..one() };
        let expected = "\
escalation.requested to default: failing, tried again in 30 s. 7 tries in 68 s, the last: 503
  conversation-1/msg_1
escalation.requested to default's fallback: given up after 72 h. 1 try in 68 s, the last: no answer within 15 s
  conversation-1/msg_1
escalation.requested to default: refused for good (410). 7 tries in 68 s, the last: 410
  conversation-1/msg_1

3 not taken
";
        assert_eq!(as_text(&[one(), given_up, gone], 68_000), expected);
        assert_eq!(as_text(&[], 0), "Everything was delivered.\n");
        let json: Undelivered = serde_json::from_str(as_json(&[one()]).trim_end()).unwrap();
        assert_eq!(json, one());
    }

    #[test]
    fn one_a_conversation_or_all_are_named() {
        let named = |which: &str| {
            let Replay { conversation, delivery, all } = chosen(which);
            (conversation.map(|id| id.0), delivery, all)
        };
        assert_eq!(named("all"), (None, None, true));
        assert_eq!(named("c1"), (Some("c1".into()), None, false));
        assert_eq!(named("c1/msg_1"), (Some("c1".into()), Some("msg_1".into()), false));
    }
}
