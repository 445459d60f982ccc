//! Pictures of every state for the eye, as `tests/output/gallery-*.png`:
//! `cargo test -p tests --test browser gallery`. What can be checked without eyes is checked: nothing
//! scrolls sideways, and the console is quiet.

use crate::scene::{DESKTOP, PHONE, Scene};
use crate::states;
use serde_json::json;
use tests::run;

/// The narrowest that has to work.
const NARROW: (u32, u32) = (320, 568);

#[test]
fn in_light() {
    run(pictures("light", DESKTOP, "light", "en"));
}

#[test]
fn in_dark() {
    run(pictures("dark", DESKTOP, "dark", "en"));
}

#[test]
fn on_a_phone() {
    run(pictures("phone", PHONE, "light", "en"));
}

#[test]
fn at_320_px_in_german() {
    run(pictures("narrow", NARROW, "light", "de"));
}

#[test]
fn from_right_to_left() {
    run(pictures("right-to-left", PHONE, "dark", "ar"));
}

async fn pictures(name: &str, size: (u32, u32), scheme: &str, language: &str) {
    let direction = json!(if language == "ar" { "rtl" } else { "ltr" });
    let mut wrong = Vec::new();
    let prepare = async |scene: &Scene| scene.page.prefer(&[("prefers-color-scheme", scheme)]).await;
    states::every(size, language, prepare, async |scene, frame, state| {
        scene.page.screenshot(&format!("gallery-{name}-{state}")).await;
        if frame.eval("document.documentElement.scrollWidth > innerWidth").await == true {
            wrong.push(format!("{state} scrolls sideways"));
        }
        let is_frame = state != "1-launcher";
        if is_frame && frame.eval("getComputedStyle(document.documentElement).direction").await != direction {
            wrong.push(format!("{state} runs the wrong way"));
        }
    })
    .await;
    assert!(wrong.is_empty(), "{wrong:?}");
}
