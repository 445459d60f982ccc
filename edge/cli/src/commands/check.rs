//! `counterbell check`: everything that is wrong with a `shop.toml`, or what is in force.

use crate::shop_folder::{Addresses, stand_in};
use counterbell_policy::{PerLanguage, Reason, RuleSource, Stage, Then};
use counterbell_shop::{OpeningHours, Parsed, Problem, Provider, Settings, Shift};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

pub fn run(shop: &Path) -> ExitCode {
    match load(shop) {
        Ok(parsed) => print(&(in_force(shop, &parsed) + &for_the_demo(shop))),
        Err(report) => complain(&report),
    }
}

/// A copy of the demo shop's file still has what only the demo fills in; `push` would refuse it.
fn for_the_demo(path: &Path) -> String {
    let path = if path.is_dir() { path.join("shop.toml") } else { path.to_path_buf() };
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    stand_in(&text).map_or_else(String::new, |(line, mark)| {
        format!(
            "\nwarning: {}:{line}: {mark} is filled in for the demo shop only: write the real address before you push\n",
            path.display()
        )
    })
}

/// Settings that hold, or everything that is wrong with them. A folder stands for the `shop.toml` in it, and
/// addresses that `counterbell dev` fills in are stood in for.
pub(super) fn load(path: &Path) -> Result<Parsed, String> {
    let path = if path.is_dir() { path.join("shop.toml") } else { path.to_path_buf() };
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let local = |port: u16| format!("http://localhost:{port}");
    let stand_ins = Addresses { edge: local(8787), shop: local(8000), desk: local(8001) };
    let text = stand_ins.fill(&text);
    Settings::parse(&text)
        .map_err(|problems| format!("{} Nothing of this file is in force.", told(&path, &text, &problems)))
}

/// Every problem with its place, and how many they are.
pub(super) fn told(path: &Path, text: &str, problems: &[Problem]) -> String {
    let each =
        problems.iter().map(|problem| format!("{}:{problem}\n{}", path.display(), shown(text, problem)));
    let count =
        if problems.len() == 1 { "1 problem.".to_owned() } else { format!("{} problems.", problems.len()) };
    format!("{}{count}", each.collect::<String>())
}

/// The line with a mark under the place, unless it would not fit a screen.
fn shown(text: &str, problem: &Problem) -> String {
    match text.lines().nth(problem.line - 1) {
        Some(line) if !line.trim().is_empty() && line.chars().count() <= 100 => {
            // Tabs stay, so that the mark stands under its place.
            let before = line.chars().take(problem.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' });
            format!("    {line}\n    {}^\n", before.collect::<String>())
        }
        _ => String::new(),
    }
}

/// Status 0, also when the reader has gone.
pub(super) fn print(text: &str) -> ExitCode {
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

pub(super) fn complain(report: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{report}");
    ExitCode::FAILURE
}

// Writing to a `String` cannot fail: the results below are not looked at.
fn in_force(path: &Path, parsed: &Parsed) -> String {
    let settings = &parsed.settings;
    let mut out = format!("{} holds: {} (`{}`)\n\n", path.display(), settings.name, settings.id);
    for (what, value) in overview(settings) {
        let _ = writeln!(out, "  {what:<16} {value}");
    }
    out.push_str("\nBuilt in, always first:\n");
    for reason in Reason::ALL {
        let _ = writeln!(out, "  {:<16} {}", reason.name(), builtin(settings, reason));
    }
    out.push_str(&rules(parsed));
    for warning in &parsed.warnings {
        let _ = writeln!(out, "\nwarning: {}:{warning}", path.display());
    }
    out
}

fn overview(settings: &Settings) -> Vec<(&'static str, String)> {
    let assistant = &settings.assistant;
    let answers = match assistant.provider {
        Provider::HelpPages => "from the help pages".to_owned(),
        Provider::Openai => format!(
            "{} at {}, for at most {} answers a minute and {} a day",
            assistant.model.as_deref().unwrap_or_default(),
            assistant.base_url.as_deref().unwrap_or_default(),
            assistant.answers_a_minute,
            assistant.answers_a_day
        ),
    };
    let while_waiting = if assistant.while_waiting { "goes on helping" } else { "is silent" };
    let handoff = &settings.handoff;
    let mut lines = vec![
        ("script tag", script_tag("https://YOUR-EDGE", settings.id.as_str())),
        ("embedded by", settings.origins.join(", ")),
        ("language", settings.language.clone()),
        ("assistant", format!("answers {answers}; {while_waiting} while a person is awaited")),
        (
            "a person",
            format!(
                "within {} s, or a call-back; a claim lapses after {} s",
                handoff.deadline_s, handoff.lease_s
            ),
        ),
        ("hours", settings.hours.as_ref().map_or_else(|| "not said".to_owned(), hours)),
    ];
    for target in &settings.targets {
        let fallback =
            target.fallback.as_ref().map(|fallback| format!(", else {}", fallback.url)).unwrap_or_default();
        let queue = &target.queue;
        lines.push((
            "queue",
            format!("{queue} → {} ({}){fallback}", target.url, format!("{:?}", target.format).to_lowercase()),
        ));
    }
    lines
}

/// What a merchant pastes.
pub(super) fn script_tag(edge: &str, shop: &str) -> String {
    format!("<script async src=\"{}/s/{shop}/loader.js\"></script>", edge.trim_end_matches('/'))
}

fn hours(hours: &OpeningHours) -> String {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].into_iter().zip(&hours.week);
    if hours.week.iter().all(Vec::is_empty) {
        return format!("nobody is there on any day, in {}", hours.timezone);
    }
    let open: Vec<String> = days
        .filter(|(_, shifts)| !shifts.is_empty())
        .map(|(day, shifts)| format!("{day} {}", shifts.iter().map(shift).collect::<Vec<_>>().join(" ")))
        .collect();
    let holidays = match hours.holidays.len() {
        0 => String::new(),
        1 => ", 1 holiday".to_owned(),
        many => format!(", {many} holidays"),
    };
    format!("{} in {}{holidays}", open.join(", "), hours.timezone)
}

fn shift(shift: &Shift) -> String {
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    format!("{}-{}", clock(shift.from_min), clock(shift.to_min))
}

fn builtin(settings: &Settings, reason: Reason) -> String {
    let change = settings.builtins.get(&reason).cloned().unwrap_or_default();
    let queue = change.queue.as_deref().unwrap_or(&settings.handoff.queue);
    let words =
        change.message.as_ref().map(|message| format!(", saying {}", words(message))).unwrap_or_default();
    if reason.hands_over() || change.raise {
        let priority = change.priority.unwrap_or(reason.default_priority());
        format!("handed over to {queue}, priority {priority}{words}")
    } else {
        format!("a person is offered{words}")
    }
}

fn rules(parsed: &Parsed) -> String {
    let sources = &parsed.settings.rules;
    if sources.is_empty() {
        return "\nNo rules of the shop's own.\n".to_owned();
    }
    let mut out = "\nThe shop's rules, in this order:\n".to_owned();
    let width = sources.iter().map(|rule| rule.name.chars().count()).max().unwrap_or(0).min(32);
    for rule in sources {
        let _ = writeln!(out, "  {:<width$} {}", rule.name, follows(parsed, rule));
        let when = rule.when.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "  {:<width$} when {when}", "");
    }
    out
}

/// As said in the shop's own language, and in which others.
fn words(said: &PerLanguage) -> String {
    match said {
        PerLanguage::One(usual) => format!("“{usual}”"),
        PerLanguage::Many { usual, others } => {
            let others: Vec<&str> = others.keys().map(String::as_str).collect();
            format!("“{usual}” (and in {})", others.join(", "))
        }
    }
}

fn follows(parsed: &Parsed, rule: &RuleSource) -> String {
    let default = &parsed.settings.handoff.queue;
    let action = match &rule.then {
        Then::Handoff { queue, priority, .. } => {
            format!("hands over to {}, priority {priority}", queue.as_ref().unwrap_or(default))
        }
        Then::Offer { .. } => "offers a person".to_owned(),
        Then::Answer { text } => format!("answers {}", words(text)),
        Then::Block { .. } => "gives no answer".to_owned(),
        Then::Tag { tag } => format!("tags `{tag}`"),
    };
    let stage = match parsed.rules.stage_of(&rule.name) {
        None => ", switched off",
        Some(Stage::Message) => ", at the shopper's message",
        Some(Stage::Answer) => ", at the assistant's answer",
    };
    let sample =
        rule.sample.map(|share| format!(", in {} % of conversations", share * 100.0)).unwrap_or_default();
    format!("{action}{stage}{sample}")
}

#[cfg(test)]
mod tests {
    use super::{in_force, load, shown};
    use counterbell_shop::Problem;
    use std::path::Path;

    fn reference() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shop/reference.toml"))
    }

    #[test]
    fn what_is_in_force_is_told_in_words() {
        let report = in_force(Path::new("shop.toml"), &load(reference()).unwrap());
        for expected in [
            "shop.toml holds: Flowers & Friends (`flowers`)",
            "  script tag       <script async src=\"https://YOUR-EDGE/s/flowers/loader.js\"></script>\n",
            "  safety           handed over to default, priority 90\n",
            "  anger            handed over to night, priority 20, saying “I am sorry.",
            "  loop             a person is offered\n",
            "hands over to default, priority 10, at the shopper's message, in 50 % of conversations",
            "when customer.tier == \"vip\" && conversation.failures > 0",
            "mon 09:00-12:00 13:00-18:00, tue",
            "queue            night → https://pager.example/hook (text)",
        ] {
            assert!(report.contains(expected), "{expected}\n{report}");
        }
    }

    #[test]
    fn the_place_of_a_mistake_is_marked() {
        let (line, column) = (2, 5);
        let problem = Problem { line, column, path: String::new(), message: String::new(), suggestion: None };
        assert_eq!(shown("id\n\tä = 3\nx", &problem), "    \tä = 3\n    \t   ^\n");
        assert_eq!(shown(&format!("id\n{}", "x".repeat(101)), &problem), "");
    }

    #[test]
    fn a_file_that_is_not_there_is_one_sentence() {
        let error = load(Path::new("/nowhere/shop.toml")).unwrap_err();
        assert!(error.starts_with("cannot read /nowhere/shop.toml: "), "{error}");
    }
}
