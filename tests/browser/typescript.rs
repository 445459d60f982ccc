//! The types that shops get: right calls are accepted, and wrong ones refused.

use tests::edge::{built, repository};

#[test]
fn the_types_accept_what_is_right_and_refuse_what_is_wrong() {
    let tsc = built().node.folder().join("typescript/bin/tsc");
    let run = |file: &std::path::Path| {
        let checks = ["--noEmit", "--strict", "--target", "es2020", "--lib", "es2020,dom"];
        let checked = std::process::Command::new("node").arg(&tsc).args(checks).arg(file).output();
        let checked = checked.expect("Node runs the compiler");
        (checked.status.success(), String::from_utf8_lossy(&checked.stdout).into_owned())
    };
    let (right, said) = run(&repository().join("widget/counterbell.test.ts"));
    assert!(right, "{said}");
    // What the compiler would not refuse would prove nothing.
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = folder.path().join("wrong.ts");
    std::fs::write(&wrong, "counterbell('open');\n").expect("a file");
    assert!(!run(&wrong).0, "it knows the function without its types");
}

#[test]
fn the_types_name_every_call_and_every_event_of_the_documentation() {
    let read = |name: &str| std::fs::read_to_string(repository().join("widget").join(name)).expect(name);
    let (documented, types) = (read("API.md"), read("counterbell.d.ts"));
    let section = |title: &str| {
        let rest = documented.split(&format!("\n## {title}\n")).nth(1).expect("the section is there");
        let section = rest.split("\n## ").next().unwrap_or_default();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(" |"));
        let names = rows.flat_map(|(first, _)| {
            first
                .split(", `")
                .map(|cell| cell.split(['`', ',']).next().unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        });
        names.collect::<Vec<_>>()
    };
    let (calls, events) = (section("Calls"), section("Events"));
    assert!(calls.len() >= 15 && events.len() >= 11, "{calls:?} {events:?}");
    for call in calls {
        assert!(types.contains(&format!("method: '{call}'")), "{call}");
    }
    for event in events {
        let plain = types.contains(&format!("  {event}: {{"));
        assert!(plain || types.contains(&format!("  '{event}': {{")), "{event}");
    }
}
