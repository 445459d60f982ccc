//! `counterbell detect`: one text a line from standard input, and what the detectors find in it.

use counterbell_policy::detect::{Detected, Verdict, detect, detect_answer};
use serde::Serialize;
use std::io::{BufRead, Write};
use std::process::ExitCode;

pub fn run(json: bool) -> ExitCode {
    super::finish(answer(std::io::stdin().lock(), std::io::stdout().lock(), json))
}

/// The shopper's detectors, and those of an answer, on the same text.
#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
    #[serde(flatten)]
    detected: Detected,
}

fn answer(mut input: impl BufRead, mut output: impl Write, json: bool) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    while input.read_until(b'\n', &mut bytes)? > 0 {
        let text = String::from_utf8_lossy(&bytes);
        let line = look(text.trim_end_matches(['\n', '\r']));
        let written = if json { serde_json::to_string(&line)? } else { in_words(&line) };
        match writeln!(output, "{written}") {
            // Whoever read has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            other => other?,
        }
        bytes.clear();
    }
    Ok(())
}

fn look(text: &str) -> Line<'_> {
    let mut detected = detect(text);
    let answer = detect_answer(text);
    detected.false_promise = answer.false_promise;
    detected.no_answer = answer.no_answer;
    Line { text, detected }
}

fn in_words(line: &Line<'_>) -> String {
    let hits: Vec<String> =
        verdicts(&line.detected).into_iter().filter(|(_, verdict)| verdict.hit).map(hit).collect();
    let found = if hits.is_empty() { "-".to_owned() } else { hits.join(", ") };
    format!("{:<8} {found:<40} | {}", line.detected.language, line.text)
}

fn hit((name, verdict): (&str, &Verdict)) -> String {
    let because = verdict.because.as_ref().map(|because| format!(" “{because}”")).unwrap_or_default();
    format!("{name} {:.2}{because}", verdict.score)
}

fn verdicts(detected: &Detected) -> [(&'static str, &Verdict); 8] {
    [
        ("asks_for_human", &detected.asks_for_human),
        ("anger", &detected.anger),
        ("safety", &detected.safety),
        ("legal_threat", &detected.legal_threat),
        ("fraud", &detected.fraud),
        ("bereavement", &detected.bereavement),
        ("false_promise", &detected.false_promise),
        ("no_answer", &detected.no_answer),
    ]
}

#[cfg(test)]
mod tests {
    use super::answer;
    use serde_json::Value;

    fn lines(input: &[u8], json: bool) -> Vec<String> {
        let mut output = Vec::new();
        answer(input, &mut output, json).unwrap();
        String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_line_has_its_object_also_odd_ones() {
        let found = lines(b"hello\r\n\n\xff\xfe\nno newline at the end", true);
        let texts: Vec<Value> =
            found.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()["text"].clone()).collect();
        assert_eq!(texts, ["hello", "", "\u{fffd}\u{fffd}", "no newline at the end"]);
        for name in [
            "asks_for_human",
            "anger",
            "safety",
            "legal_threat",
            "fraud",
            "bereavement",
            "false_promise",
            "no_answer",
        ] {
            let object: Value = serde_json::from_str(&found[0]).unwrap();
            assert!(object[name]["hit"].is_boolean() && object[name]["score"].is_number(), "{name}");
            assert!(object["language"].is_string());
        }
    }

    #[test]
    fn people_read_what_was_found() {
        assert!(lines(b"where is my parcel\n", false)[0].ends_with("| where is my parcel"));
    }
}
