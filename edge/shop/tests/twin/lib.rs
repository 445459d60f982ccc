//! What a shop's files come to: the settings, the hours at given moments, the delays of delivery, every decision
//! of every dialogue, and what the detectors see in given texts, as one text. The test links it natively and loads it as WASM, and compares.
//!
//! The WASM side takes and gives its text byte by byte, so that no pointer and no glue is needed.
#![allow(unsafe_code, reason = "exported names are marked unsafe since the 2024 edition; nothing else is")]

use counterbell_policy::delivery::{next_delay_ms, retry_after_ms};
use counterbell_policy::detect::{detect, detect_answer, similar_to};
use counterbell_policy::replay::{read, replay};
use counterbell_shop::{Settings, hours};
use std::cell::RefCell;
use std::fmt::Write as _;

/// Between the parts of the input: `shop.toml`, dialogues, moments in milliseconds, texts a line each.
pub const PART: &str = "\u{1e}";

pub fn report(input: &str) -> String {
    let mut parts = input.split(PART);
    let mut part = || parts.next().unwrap_or_default();
    let (settings, dialogues, moments, texts) = (part(), part(), part(), part());
    let mut out = String::new();
    let parsed = match Settings::parse(settings) {
        Ok(parsed) => parsed,
        Err(problems) => return format!("{problems:#?}"),
    };
    let _ = writeln!(out, "{}", serde_json::to_string(&parsed.settings).unwrap_or_default());
    for moment in moments.lines().filter_map(|line| line.parse().ok()) {
        let _ = writeln!(out, "{moment} {:?}", hours::at(&parsed.settings, moment));
    }
    for tries in 0..60 {
        let _ = write!(out, "{:?} ", next_delay_ms(tries, 1_000, f64::from(tries) / 60.0));
    }
    let _ = writeln!(out, "{:?}", retry_after_ms("Sun, 06 Nov 1994 08:50:07 GMT", 784_111_777_000));
    let (dialogues, problems) = read(dialogues);
    let _ = writeln!(out, "{problems:?}");
    for dialogue in &dialogues {
        let _ =
            writeln!(out, "{}", serde_json::to_string(&replay(&parsed.rules, dialogue)).unwrap_or_default());
    }
    out + &detected(texts)
}

/// What each text says, as a shopper's and as the assistant's, and how like the one before it is.
fn detected(texts: &str) -> String {
    let before = std::iter::once("").chain(texts.lines());
    let line = |(text, before): (&str, &str)| {
        let seen = (detect(text), detect_answer(text), similar_to(text)(before));
        format!("{text} {}\n", serde_json::to_string(&seen).unwrap_or_default())
    };
    texts.lines().zip(before).map(line).collect()
}

thread_local! {
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[unsafe(no_mangle)]
pub extern "C" fn give(byte: u32) {
    TEXT.with_borrow_mut(|text| text.push(u8::try_from(byte).unwrap_or_default()));
}

/// Turns the text that was given into its report, and says how long that is.
#[unsafe(no_mangle)]
pub extern "C" fn run() -> usize {
    TEXT.with_borrow_mut(|text| {
        *text = report(&String::from_utf8_lossy(text)).into_bytes();
        text.len()
    })
}

/// Looks at the text that was given as the edge looks at a shopper's message, and says how many detectors hit.
#[unsafe(no_mangle)]
pub extern "C" fn detect_given() -> usize {
    TEXT.with_borrow_mut(|text| {
        let seen = detect(&String::from_utf8_lossy(&std::mem::take(text)));
        let hits =
            [seen.asks_for_human, seen.anger, seen.safety, seen.legal_threat, seen.fraud, seen.bereavement];
        hits.iter().filter(|verdict| verdict.hit).count()
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn take(index: usize) -> u32 {
    TEXT.with_borrow(|text| text.get(index).copied().map_or(0, u32::from))
}
