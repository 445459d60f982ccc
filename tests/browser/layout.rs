//! How the panel looks, held against `released/layout.json`: where its parts lie and what colours they have.
//!
//! Pictures are not compared: letters are drawn otherwise on every machine, so their pixels prove nothing. Boxes and
//! colours are what a careless change of the style breaks. Boxes may differ by what other letters need: little from
//! side to side, more from top to bottom. `UPDATE=1 cargo test -p tests --test browser layout` writes the file anew;
//! look at `tests/output/layout-*.png` and at the difference before you commit it.

use crate::scene::{DESKTOP, PHONE, Scene};
use crate::states;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use tests::browser::Frame;
use tests::edge::repository;
use tests::run;

/// What letters of another machine may change: so many CSS pixels, and a share of the part's own size.
const SIDEWAYS_PX: f64 = 16.0;
const DOWNWARDS_PX: f64 = 48.0;
const SHARE: f64 = 0.25;

/// The parts that make the picture, by what each is.
const LOOK: &str = "(() => {
    const parts = {panel: '#frame', header: 'header', title: '#title', close: '#close', more: '#more', log: '#log', greeting: '#greeting',
        question: '.mine .bubble', answer: '.line:not(.mine) .bubble', card: '#below .card', main: '#below .main', form: '#form', field: '#field',
        text: '#text', send: '#send', person: '#person'};
    const shown = Object.entries(parts).map(([name, selector]) => [name, document.querySelector(selector)])
        .filter(([, part]) => part?.getClientRects().length);
    return Object.fromEntries(shown.map(([name, part]) => {
        const box = part.getBoundingClientRect(), style = getComputedStyle(part);
        // How high a message is, and how far up, is the letters' affair.
        const [y, height] = part.closest('.line') ? [0, 0] : [box.y, box.height];
        return [name, {box: [box.x, y, box.width, height].map(Math.round), ink: style.color, ground: style.backgroundColor,
            corner: style.borderTopLeftRadius, letters: style.fontSize}];
    }));
})()";

/// States whose look does not hang on how much somebody has written.
const STATES: [&str; 4] = ["2-empty", "4-offer", "5-waiting", "6-contact"];

#[test]
fn in_light_on_a_desktop() {
    run(compare("desktop-light", DESKTOP, "light", "en"));
}

#[test]
fn in_dark_on_a_phone_from_right_to_left() {
    run(compare("phone-dark-rtl", PHONE, "dark", "ar"));
}

async fn compare(name: &str, size: (u32, u32), scheme: &str, language: &str) {
    let scene = Scene::with(states::setup(), size).await.speaking(language);
    scene.page.prefer(&[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]).await;
    let mut found = Map::new();
    states::walk(&scene, async |frame, state| {
        if STATES.contains(&state) {
            found.insert(state.to_owned(), at_rest(frame).await);
            scene.page.screenshot(&format!("layout-{name}-{state}")).await;
        }
    })
    .await;
    if std::env::var_os("UPDATE").is_some() {
        return keep(name, found);
    }
    let kept = kept();
    let differences: Vec<_> =
        STATES.iter().flat_map(|state| differ(state, &kept[name][*state], &found[*state])).collect();
    assert!(differences.is_empty(), "{}\n(see tests/output/layout-{name}-*.png)", differences.join("\n"));
}

/// The same twice in a row: nothing moves any more.
async fn at_rest(frame: &Frame) -> Value {
    let before = std::sync::Mutex::new(Value::Null);
    tests::poll::until("look at rest", tests::browser::PATIENCE, || async {
        frame.eval("new Promise(done => setTimeout(done, 100))").await;
        let now = frame.eval(LOOK).await;
        let before = std::mem::replace(&mut *before.lock().ok()?, now.clone());
        (before == now).then_some(now)
    })
    .await
}

fn differ(state: &str, kept: &Value, found: &Value) -> Vec<String> {
    let (Some(kept), Some(found)) = (kept.as_object(), found.as_object()) else {
        return vec![format!("{state} is not kept")];
    };
    let names: Vec<_> = kept.keys().chain(found.keys().filter(|name| !kept.contains_key(*name))).collect();
    let part = |name: &&String| match (kept.get(*name), found.get(*name)) {
        (Some(kept), Some(found)) if alike(kept, found) => None,
        (kept, found) => Some(format!("{state}: {name} was {} and is {}", json!(kept), json!(found))),
    };
    names.iter().filter_map(part).collect()
}

fn alike(kept: &Value, found: &Value) -> bool {
    let at = |value: &Value, place: usize| value["box"][place].as_f64().unwrap_or(f64::MAX);
    let near = |place: usize, size: usize, most_px: f64| {
        (at(kept, place) - at(found, place)).abs() <= most_px + SHARE * at(kept, size)
    };
    let sideways = near(0, 2, SIDEWAYS_PX) && near(2, 2, SIDEWAYS_PX);
    let downwards = near(1, 3, DOWNWARDS_PX) && near(3, 3, DOWNWARDS_PX);
    sideways
        && downwards
        && ["ink", "ground", "corner", "letters"].iter().all(|name| kept[*name] == found[*name])
}

fn path() -> PathBuf {
    repository().join("tests/browser/released/layout.json")
}

fn kept() -> Value {
    std::fs::read_to_string(path())
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or(json!({}))
}

fn keep(name: &str, found: Map<String, Value>) {
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _held = ONE_AT_A_TIME.lock().expect("nobody panics while writing");
    let mut all = kept();
    all[name] = Value::Object(found);
    std::fs::write(path(), written(&all, 3) + "\n").expect("the file can be written");
}

/// JSON with one line a part, so that a difference can be read.
fn written(value: &Value, depth: usize) -> String {
    let Some(fields) = value.as_object().filter(|_| depth > 0) else { return value.to_string() };
    let line = |(name, value): (&String, &Value)| format!("{}: {}", json!(name), written(value, depth - 1));
    let lines: Vec<_> = fields.iter().map(line).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}
