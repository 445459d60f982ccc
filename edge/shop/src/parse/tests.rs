//! What is read, what is refused, and where the mistake is said to be.

use super::{Located, Section, Sheet, read};
use crate::{Format, Provider, Settings};
use counterbell_policy::{Reason, Then};
use toml::de::DeTable;

const REFERENCE: &str = include_str!("../../reference.toml");
const HEAD: &str = "id = \"s\"\nname = \"S\"\norigins = [\"https://s.example\"]\n";

fn parse(rest: &str) -> Settings {
    Settings::parse(&format!("{HEAD}{rest}"))
        .unwrap_or_else(|problems| panic!("{rest}: {problems:?}"))
        .settings
}

/// The problems of a file, each as `line:column: path: message`.
fn problems(text: &str) -> Vec<String> {
    match Settings::parse(text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn the_reference_holds_and_leaves_nothing_out() {
    let parsed = Settings::parse(REFERENCE).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(parsed.warnings.len(), 0, "{:?}", parsed.warnings);
    let sheet = Sheet::new(REFERENCE);
    let (document, _) = DeTable::parse_recoverable(REFERENCE);
    read(Section::new(&sheet, document.get_ref(), Located { value: (), span: 0..0, path: String::new() }));
    let unset = sheet.unset.into_inner();
    let once = |path: &str| {
        // What stands in one entry of a list, or under one reason, is explained.
        let last = path.rsplit('.').next().unwrap_or_default();
        REFERENCE.lines().any(|line| {
            line.trim_start().starts_with(&format!("{last} =")) || line.contains(&format!("{{ {last} ="))
        }) || (path.starts_with("builtin.") && REFERENCE.contains(last))
    };
    let left_out: Vec<_> = unset.iter().filter(|path| !once(path)).collect();
    assert!(left_out.is_empty(), "{left_out:?}");
}

#[test]
fn the_settings_survive_being_stored() {
    let settings = Settings::parse(REFERENCE).unwrap().settings;
    let stored = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&stored).unwrap(), settings);
    assert!(settings.rules().is_ok());
}

#[test]
fn the_reference_means_what_it_says() {
    let settings = Settings::parse(REFERENCE).unwrap().settings;
    assert_eq!(settings.assistant.provider, Provider::Openai);
    assert_eq!(settings.targets[0].fallback.as_ref().unwrap().url, "https://pager.example/hook");
    assert_eq!(settings.targets[0].fallback.as_ref().unwrap().format, Format::Text);
    assert!(settings.builtins[&Reason::Anger].raise);
    assert_eq!(settings.rules[0].sample, Some(0.5));
    assert_eq!(settings.rules[4].then, Then::Tag { tag: "gift".to_owned() });
    assert_eq!(settings.targets_of("night")[0].name, "pager");
    assert_eq!(settings.targets_of("nowhere")[0].name, "desk");
    for (name, expected) in [("pager", "pager"), ("night", "pager"), ("its old name", "desk")] {
        assert_eq!(settings.target(name).unwrap().name, expected, "{name}");
    }
    let hours = settings.hours.unwrap();
    assert_eq!(hours.week[0].len(), 2);
    assert_eq!(hours.week[5][0].to_min, 120);
    assert_eq!(hours.holidays.len(), 2);
}

#[test]
fn a_small_file_has_the_usual_rest() {
    let settings = parse("");
    assert_eq!(settings.language, "en");
    assert_eq!(settings.handoff.deadline_s, 180);
    assert_eq!(settings.assistant.provider, Provider::HelpPages);
    assert_eq!(settings.frame_config("en").origins, ["https://s.example"]);
}

#[test]
fn actions_may_be_written_in_short() {
    for (written, expected) in [
        ("\"offer\"", Then::Offer { message: None }),
        ("{ offer = true }", Then::Offer { message: None }),
        ("{ offer = {} }", Then::Offer { message: None }),
        ("{ offer = \"Shall I?\" }", Then::Offer { message: Some("Shall I?".into()) }),
        ("\"handoff\"", Then::Handoff { queue: None, priority: 0, message: None }),
        ("{ handoff = { priority = -3 } }", Then::Handoff { queue: None, priority: -3, message: None }),
        ("{ answer = { text = \"Yes.\" } }", Then::Answer { text: "Yes.".into() }),
        ("{ block = \"No.\" }", Then::Block { message: Some("No.".into()) }),
        ("{ tag = { tag = \"t\" } }", Then::Tag { tag: "t".to_owned() }),
    ] {
        let settings = parse(&format!("[[rules]]\nname = \"r\"\nwhen = \"true\"\nthen = {written}"));
        assert_eq!(settings.rules[0].then, expected, "{written}");
    }
}

/// A table by language may stand wherever the shop says something itself.
#[test]
fn the_shop_says_it_in_each_of_its_languages() {
    let text = r#"
language = "da"
greeting = { da = "Hej", en = "Hello", nb = "Hei" }
suggestions.da = ["Hvor er min pakke?", "Hvordan returnerer jeg?"]
suggestions.en = ["Where is my parcel?"]

[builtin.anger]
message = { da = "Det er jeg ked af.", sv = "Jag är ledsen." }

[[rules]]
name = "1"
when = "true"
then = { handoff = { message = { da = "Et øjeblik", sv = "Ett ögonblick" } } }
[[rules]]
name = "2"
when = "true"
then = { offer = { da = "Skal jeg?", sv = "Ska jag?" } }
[[rules]]
name = "3"
when = "true"
then = { answer = { text = { da = "Ja", sv = "Ja!" } } }
[[rules]]
name = "4"
when = "true"
then = { answer = { da = "Nej", sv = "Nej!" } }
[[rules]]
name = "5"
when = "true"
then = { block = { message = { da = "Stop", sv = "Stopp" } } }
"#;
    let settings = parse(text);
    let greeting = |language: &str| settings.words(language).greeting.unwrap();
    for (language, expected) in
        [("da", "Hej"), ("en", "Hello"), ("en-GB", "Hello"), ("nb", "Hei"), ("fi", "Hej")]
    {
        assert_eq!(greeting(language), expected, "{language}");
    }
    for (language, expected) in [("da", 2), ("en", 1), ("nb", 2)] {
        assert_eq!(settings.words(language).suggestions.len(), expected, "{language}");
    }
    assert!(settings.frame_config("da").per_language);
    assert_eq!(settings.builtins[&Reason::Anger].message.as_ref().unwrap().to("sv"), "Jag är ledsen.");
    let said = |language: &str| -> Vec<String> {
        let words = |then: &Then| match then {
            Then::Handoff { message, .. } | Then::Offer { message } | Then::Block { message } => {
                message.clone()
            }
            Then::Answer { text } => Some(text.clone()),
            Then::Tag { .. } => None,
        };
        settings.rules.iter().map(|rule| words(&rule.then).unwrap().to(language).clone()).collect()
    };
    assert_eq!(said("da"), ["Et øjeblik", "Skal jeg?", "Ja", "Nej", "Stop"]);
    assert_eq!(said("sv"), ["Ett ögonblick", "Ska jag?", "Ja!", "Nej!", "Stopp"]);
    let stored = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&stored).unwrap(), settings);
}

#[test]
fn what_is_said_in_one_language_is_stored_as_it_always_was() {
    let settings = parse("greeting = \"Hi\"\nsuggestions = [\"Where?\"]");
    let stored = serde_json::to_value(&settings).unwrap();
    assert_eq!((&stored["greeting"], &stored["suggestions"][0]), (&"Hi".into(), &"Where?".into()));
    assert!(!settings.frame_config("da").per_language);
    assert_eq!(settings.words("da").greeting.as_deref(), Some("Hi"));
}

#[test]
fn what_is_wrong_in_one_language_is_said_of_that_language() {
    let seven = "da = [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\"]";
    let all = crate::languages::LANGUAGES.join(", ");
    for (written, expected) in [
        (
            "greeting = { en = \"Hello\", dk = \"Hej\" }".to_owned(),
            "4:28: greeting.dk: the chat speaks no language of this code — did you mean `da`?".to_owned(),
        ),
        (
            "greeting = { en = \"Hello\", no = \"Hei\" }".to_owned(),
            "4:28: greeting.no: the chat speaks no language of this code — did you mean `nb`?".to_owned(),
        ),
        (
            "greeting = { en = \"Hello\", klingon = \"nuqneH\" }".to_owned(),
            format!("4:28: greeting.klingon: the chat speaks no language of this code; there are {all}"),
        ),
        (
            "language = \"sv\"\ngreeting = { en = \"Hello\" }".to_owned(),
            "5:12: greeting: `sv`, the shop's own language, is missing: whoever speaks none of these is told it in that".to_owned(),
        ),
        (
            "language = \"sv-FI\"\ngreeting = { sv = \"Hej\", fi = 3 }".to_owned(),
            "5:31: greeting.fi: a text in quotes is expected, not `3`".to_owned(),
        ),
        (
            format!("greeting = {{ en = \"Hello\", da = \"{}\" }}", "j".repeat(301)),
            "4:33: greeting.da: at most 300 characters are expected, and these are 301".to_owned(),
        ),
        (
            "greeting = { en = \"Hello\", da = \" \" }".to_owned(),
            "4:33: greeting.da: the text is empty".to_owned(),
        ),
        (
            format!("suggestions = {{ en = [], {seven} }}"),
            "4:62: suggestions.da[6]: at most six suggestions fit the empty conversation".to_owned(),
        ),
        (
            "suggestions = { en = \"Where?\" }".to_owned(),
            "4:22: suggestions.en: a list in [ ] is expected, not `\"Where?\"`".to_owned(),
        ),
        (
            "[[rules]]\nname = \"r\"\nwhen = \"true\"\nthen = { offer = { en = \"\", dk = \"Skal jeg?\" } }".to_owned(),
            "7:29: rules[0].then.offer.dk: the chat speaks no language of this code — did you mean `da`?".to_owned(),
        ),
    ] {
        let found = problems(&format!("{HEAD}{written}"));
        assert!(found.contains(&expected), "{written}: {found:?}");
    }
    // Of a language that is wrong itself nothing more is said.
    let found = problems(&format!("{HEAD}language = \"Danish\"\ngreeting = {{ da = \"Hej\" }}"));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn everything_wrong_is_said_at_once_and_in_order() {
    let text = r#"id = "my shop"
nmae = "S"
origins = ["https://s.example/", "shop.example", "http://s.example"]
language = "English"

[theme]
accent = "teal"
radius_px = 99

[assistant]
provider = "openia"

[[targets]]
url = "https://10.0.0.1/hook"
fallback = "other"

[hours]
timezone = "Berlin"
mon = ["9-18", "09:00-09:00"]

[builtin.anger]
enabled = false

[builtin.angry]
raise = true

[[rules]]
name = "vip"
when = '''
customer.tier == "vip" &&
  customer.ordres > "many"
'''
then = { handof = {} }

[[rules]]
name = "anger"
when = 'cart.total > 3 && cart.totl < 9'
then = "offer"
"#;
    let expected = [
        "1:1: name: is missing: what shoppers call the shop is expected",
        "1:6: id: 1 to 64 of A–Z a–z 0–9 _ - are expected",
        "2:1: nmae: there is no such setting — did you mean `name`?",
        "3:12: origins[0]: an origin has no path and is written in its plain form — did you mean `https://s.example`?",
        "3:34: origins[1]: an origin such as `https://shop.example` is expected — did you mean `https://shop.example`?",
        "3:50: origins[2]: plain http is for the loopback only — did you mean `https://s.example`?",
        "4:12: language: a language tag such as `en`, `de` or `pt-BR` is expected",
        "7:10: theme.accent: a colour such as \"#1f5f5b\" is expected",
        "8:13: theme.radius_px: a whole number from 0 to 24 is expected, not `99`",
        "11:12: assistant.provider: “openia” is not known: \"help-pages\" or \"openai\" is expected — did you mean `openai`?",
        "14:7: targets[0].url: a name is expected, not a numeric address",
        "18:12: hours.timezone: an IANA time zone such as `Europe/Berlin` is expected — did you mean `Europe/Berlin`?",
        "19:8: hours.mon[0]: a shift such as \"09:00-18:00\" is expected",
        "19:16: hours.mon[1]: a shift has a length; the whole day is — did you mean `00:00-24:00`?",
        "22:1: builtin.anger.enabled: a built-in reason cannot be switched off: a person can always be reached",
        "24:10: builtin.angry: there is no such built-in reason — did you mean `anger`?",
        "31:3: rules[0].when: unknown fact `customer.ordres`; `customer` has verified, id, tier, orders, spent — did you mean `customer.orders`?",
        "33:10: rules[0].then.handof: there is no such setting — did you mean `handoff`?",
        "36:8: rules[1].name: a built-in reason has this name; choose another one",
        "37:27: rules[1].when: unknown fact `cart.totl`; `cart` has total, items — did you mean `cart.total`?",
    ];
    let found = problems(text);
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

/// Line and column of a condition's mistake, whatever quotes it was written in.
#[test]
fn a_mistake_in_a_condition_stands_where_it_is_in_the_file() {
    for (when, expected) in [
        ("\"true && mesage.anger\"", "7:17"),
        ("'true && mesage.anger'", "7:17"),
        ("\"\"\"\ntrue &&\n  mesage.anger\"\"\"", "9:3"),
        ("'''true && mesage.anger'''", "7:19"),
        // With escapes only the text's beginning is known.
        ("\"\\u0074rue && mesage.anger\"", "7:8"),
    ] {
        let text = format!("{HEAD}\n[[rules]]\nname = \"r\"\nwhen = {when}\nthen = \"offer\"")
            .replacen("\n\n", "\n", 1);
        let found = problems(&text.replacen("name = \"r\"", "\nname = \"r\"", 1));
        assert!(
            found[0].starts_with(&format!("{expected}: rules[0].when: unknown fact")),
            "{when}: {found:?}"
        );
    }
}

#[test]
fn what_is_not_toml_is_named_without_noise() {
    for text in
        ["id = ", "id = \"s\"\nname = S\n", "[theme\n", "= 3", "id = \"s\"\nid = \"t\"", "\u{0}", "a.b.c = ["]
    {
        let found = problems(text);
        assert!(found.iter().any(|problem| problem.contains("this is not TOML")), "{text:?}: {found:?}");
        assert!(found.iter().all(|problem| !problem.contains("is missing")), "{text:?}: {found:?}");
    }
}

#[test]
fn odd_files_do_no_harm() {
    for text in [
        "",
        " ",
        "[[[[",
        &"[".repeat(10_000),
        &format!("a = {}", "[".repeat(10_000)),
        &"x".repeat(600_000),
        "\u{feff}id = \"s\"",
    ] {
        assert!(Settings::parse(text).is_err());
    }
    for wrong in [
        "id = 3",
        "origins = \"https://s.example\"",
        "theme = 3",
        "rules = 3",
        "rules = [3]",
        "targets = {}",
        "builtin = []",
        "[hours]\ntimezone = 3\nmon = 3\nholidays = [3]",
        "[[rules]]",
        "[[rules]]\nthen = 3\nwhen = 3\nname = 3\nsample = 3",
    ] {
        let rest: String = HEAD
            .lines()
            .filter(|line| !wrong.starts_with(line.split(' ').next().unwrap()))
            .map(|line| format!("{line}\n"))
            .collect();
        assert!(!problems(&format!("{rest}{wrong}")).is_empty(), "{wrong}");
    }
}

#[test]
fn faint_colours_are_repaired_with_a_warning() {
    for (theme, warnings, accent, text) in [
        ("accent = \"#1f5f5b\"", 0, "#1f5f5b", "#ffffff"),
        ("accent = \"#ffee00\"", 1, "#9d9406", "#0a0e10"),
        ("accent = \"#1f5f5b\"\naccent_text = \"#2f6f6b\"", 1, "#1f5f5b", "#ffffff"),
        ("accent_text = \"#1f5f5c\"", 1, "#1f5f5b", "#ffffff"),
    ] {
        let parsed =
            Settings::parse(&format!("{HEAD}[[targets]]\nurl = \"https://d.example/\"\n[theme]\n{theme}"))
                .unwrap();
        assert_eq!(parsed.warnings.len(), warnings, "{theme}: {:?}", parsed.warnings);
        assert_eq!(
            (parsed.settings.theme.accent.as_str(), parsed.settings.theme.accent_text.as_str()),
            (accent, text),
            "{theme}"
        );
    }
}

#[test]
fn what_works_only_here_is_said() {
    let parsed =
        Settings::parse(&format!("{HEAD}[[targets]]\nurl = \"http://127.0.0.1:9000/hook\"")).unwrap();
    assert_eq!(
        parsed.warnings[0].to_string(),
        "5:7: targets[0].url: this address works in local development only"
    );
}

#[test]
fn what_changes_nothing_is_said() {
    for (rest, expected) in [
        ("", "1:1: targets: no target receives escalations: people must fetch them by the agent API"),
        (
            "[assistant]\nmodel = \"m\"\nbase_url = \"https://llm.example/v1\"\n",
            "6:12: assistant.base_url: is not used: answers come from the help pages unless `provider` is \"openai\"",
        ),
        (
            "[assistant]\nprovider = \"help-pages\"\nmodel = \"m\"\n",
            "6:9: assistant.model: is not used: answers come from the help pages unless `provider` is \"openai\"",
        ),
    ] {
        let parsed = Settings::parse(&format!("{HEAD}{rest}")).unwrap();
        let warnings: Vec<_> = parsed.warnings.iter().map(ToString::to_string).collect();
        assert!(warnings.iter().any(|warning| warning == expected), "{warnings:?}");
    }
}

/// A zone that is no place would be hours off, or wrong for half of the year.
#[test]
fn only_places_are_suggested_as_time_zones() {
    for (written, meant) in [
        ("Berlin", Some("Europe/Berlin")),
        ("Europe/Berln", Some("Europe/Berlin")),
        ("America/New York", Some("America/New_York")),
        ("GMT+2", None),
        ("UTC+1", None),
        ("PST", None),
    ] {
        let found = problems(&format!("{HEAD}[hours]\ntimezone = \"{written}\"\nmon = [\"09:00-18:00\"]\n"));
        let meant = meant.map(|meant| format!(" — did you mean `{meant}`?")).unwrap_or_default();
        assert_eq!(
            found,
            [format!("5:12: hours.timezone: an IANA time zone such as `Europe/Berlin` is expected{meant}")],
            "{written}"
        );
    }
}

/// The reference with a piece missing, doubled or changed: whatever is left, it is read or it is explained.
#[test]
fn a_damaged_file_is_read_or_explained() {
    let pieces: Vec<usize> = REFERENCE.char_indices().map(|(at, _)| at).step_by(23).collect();
    for (&from, &to) in pieces.iter().zip(pieces.iter().skip(1)) {
        let (before, piece, after) = (&REFERENCE[..from], &REFERENCE[from..to], &REFERENCE[to..]);
        for text in [
            format!("{before}{after}"),
            format!("{before}{piece}{piece}{after}"),
            before.to_owned(),
            format!("{before}\u{feff}'\"[{after}"),
            format!("{before}{}{after}", piece.to_uppercase()),
        ] {
            if let Err(problems) = Settings::parse(&text) {
                assert!(!problems.is_empty(), "{text}");
                let lines = text.lines().count() + 1;
                assert!(problems.iter().all(|problem| (1..=lines).contains(&problem.line)), "{problems:?}");
            }
        }
    }
}
