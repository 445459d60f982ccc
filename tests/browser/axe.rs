//! axe-core finds nothing to complain about, in no state and in no scheme.

use crate::scene::{DESKTOP, PHONE, Scene};
use crate::states;
use tests::browser::Frame;
use tests::edge::built;
use tests::run;

#[test]
fn in_light_on_a_desktop() {
    run(every_state(DESKTOP, &[("prefers-color-scheme", "light")]));
}

#[test]
fn in_dark_on_a_phone() {
    run(every_state(PHONE, &[("prefers-color-scheme", "dark"), ("prefers-reduced-motion", "reduce")]));
}

async fn every_state(size: (u32, u32), features: &[(&str, &str)]) {
    let mut found = Vec::new();
    let prepare = async |scene: &Scene| scene.page.prefer(features).await;
    states::every(size, "en", prepare, async |_, frame, state| found.extend(complaints(frame, state).await))
        .await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What axe-core finds in a frame, with the state in which it found it.
pub async fn complaints(frame: &Frame, state: &str) -> Vec<String> {
    let axe = built().node.folder().join("axe-core/axe.min.js");
    let axe = std::fs::read_to_string(axe).expect("axe-core is installed");
    frame.eval(&format!("window.axe ? true : ((() => {{ {axe}\n }})(), true)")).await;
    let run = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        iframes: false}).then(found => found.violations.map(v => v.id + ': ' + v.help + '\\n  '
            + v.nodes.map(n => n.html + ' ' + n.failureSummary).join('\\n  ')))";
    let violations = frame.eval(run).await;
    let texts = violations.as_array().expect("a list of violations").iter();
    texts.map(|text| format!("{state}: {}", text.as_str().unwrap_or_default())).collect()
}
