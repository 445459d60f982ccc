//! The comparison with a small language model that is asked whether the shopper wants a person.
//!
//! Its server speaks the chat completions of OpenAI over plain HTTP; without one, this part is skipped.

use std::{
    env,
    error::Error,
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use counterbell_policy::detect;
use serde_json::{Value, json};

use super::measure::{self, Phrase, Tally};

const PATIENCE: Duration = Duration::from_secs(60);
/// Every so manieth language is asked, with its first phrases of each kind.
const STEP: usize = 2;
const QUESTION: &str = "You sort messages to an online shop, in any language. Does the shopper ask to talk or write \
    with a person, or to be called by one, instead of a bot? Answer with one word: yes or no.";

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Prints what the model and our detector make of the same few dozen phrases, or why it was not asked.
pub fn report(phrases: &[Phrase]) {
    println!("\n## A language model asked to classify\n");
    let Ok(server) = env::var("COUNTERBELL_LLM") else {
        println!("Skipped: COUNTERBELL_LLM names no server.");
        return;
    };
    if let Err(problem) = compare(&server, &chosen(phrases)) {
        println!("Not measured: {server}: {problem}");
    }
}

/// The first phrase of each kind, of every other language.
fn chosen(phrases: &[Phrase]) -> Vec<&Phrase> {
    let languages = measure::by_language(phrases, "human").into_values().step_by(STEP);
    let first = |of: &[&'_ Phrase], positive| of.iter().position(|phrase| phrase.positive == positive);
    languages
        .flat_map(|of| {
            let places = [first(&of, true), first(&of, false)];
            places.into_iter().flatten().map(|place| of[place]).collect::<Vec<_>>()
        })
        .collect()
}

fn compare(server: &str, phrases: &[&Phrase]) -> Outcome<()> {
    let (mut theirs, mut unclear, start) = (Vec::new(), 0, Instant::now());
    for phrase in phrases {
        let answer = ask(server, &phrase.text)?.to_lowercase();
        unclear += usize::from(!answer.contains("yes") && !answer.contains("no"));
        theirs.push((phrase.text.as_str(), answer.contains("yes")));
    }
    let each = start.elapsed().as_millis() / phrases.len().max(1) as u128;
    let says = |text: &str| theirs.iter().any(|(asked, yes)| *asked == text && *yes);
    println!("| who | recall | false hits | precision |\n|---|---|---|---|");
    println!("| ours | {} |", Tally::new(phrases, |text| detect::asks_for_human(text).hit));
    println!("| the model | {} |", Tally::new(phrases, says));
    println!("\nThe model took {each} ms a message; {unclear} answers were neither yes nor no.");
    Ok(())
}

fn ask(server: &str, text: &str) -> Outcome<String> {
    let model = env::var("COUNTERBELL_LLM_MODEL").unwrap_or_else(|_| "default".to_owned());
    let messages = json!([{"role": "system", "content": QUESTION}, {"role": "user", "content": text}]);
    let body = json!({"model": model, "messages": messages, "temperature": 0, "max_tokens": 8});
    let answer: Value = serde_json::from_str(&post(server, "/v1/chat/completions", &body.to_string())?)?;
    let content = answer.pointer("/choices/0/message/content").and_then(Value::as_str);
    Ok(content.ok_or("its answer has no content")?.to_owned())
}

/// HTTP 1.0, so that the answer comes in one piece and ends with the connection.
fn post(server: &str, path: &str, body: &str) -> Outcome<String> {
    let host = server.strip_prefix("http://").ok_or("only http:// is understood")?.trim_end_matches('/');
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "POST {path} HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no HTTP answer")?;
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status == "200" { Ok(body.to_owned()) } else { Err(format!("status {status}").into()) }
}
