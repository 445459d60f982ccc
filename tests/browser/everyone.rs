//! For everyone: large zoom, large letters, high contrast, no motion, a keyboard over half of the phone, a
//! notch. Every state is walked through; pictures of all are in `tests/output`.

use crate::scene::{DESKTOP, PHONE, Scene, ask, see};
use crate::states;
use tests::browser::Frame;
use tests::edge::ShopSetup;
use tests::run;

const SETTLING_LOOKS: usize = 50;
const BETWEEN_LOOKS: std::time::Duration = std::time::Duration::from_millis(100);

/// What of the frame cannot be used: a control that no scrolling brings into sight, or that something covers;
/// or a frame that scrolls sideways.
pub const OUT_OF_REACH: &str = "(() => {
    // An open menu lies upon the rest.
    const all = document.getElementById('menu') || document;
    const found = [...all.querySelectorAll('button, textarea, input, a')].filter(control => {
        if (control.hidden || !control.getClientRects().length) return false;
        control.scrollIntoView({block: 'center', behavior: 'instant'});
        // Of a link over several lines, one in the middle.
        const boxes = control.getClientRects(), box = boxes[boxes.length >> 1];
        const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return box.left < 0 || box.right > innerWidth + 0.5 || !control.contains(there);
    }).map(control => control.outerHTML);
    for (const part of [document.documentElement, document.getElementById('frame')])
        if (part.scrollWidth > part.clientWidth) found.push('scrolls sideways: ' + part.outerHTML.slice(0, 40));
    return found.join('\\n');
})()";

/// Walks through all states and gives what `look` complains of.
async fn complaints(
    size: (u32, u32),
    name: &str,
    prepare: impl AsyncFn(&Scene),
    look: impl AsyncFn(&Scene, &Frame) -> String,
) -> String {
    let mut found = Vec::new();
    states::every(size, "en", prepare, async |scene, frame, state| {
        scene.page.screenshot(&format!("everyone-{name}-{state}")).await;
        if state == "1-launcher" {
            return;
        }
        // What moves, or follows the newest message, may take a moment to come to rest.
        let mut complaint = look(scene, frame).await;
        for _ in 0..SETTLING_LOOKS {
            if complaint.is_empty() {
                break;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
            complaint = look(scene, frame).await;
        }
        if !complaint.is_empty() {
            found.push(format!("{state}: {complaint}"));
        }
    })
    .await;
    found.join("\n")
}

#[test]
fn at_400_percent_all_is_within_reach_and_scrolls_one_way() {
    run(async {
        let zoom = async |scene: &Scene| scene.page.zoom((1280, 1024), 400).await;
        let look = async |_: &Scene, frame: &Frame| frame.eval_text(OUT_OF_REACH).await;
        assert_eq!(complaints(DESKTOP, "zoom", zoom, look).await, "");
    });
}

#[test]
fn letters_of_twice_the_size_hide_nothing() {
    run(async {
        for size in [DESKTOP, PHONE] {
            let name = format!("letters-{}", size.0);
            let look = async |scene: &Scene, frame: &Frame| {
                // As the browser's own setting: all sizes follow the root's.
                frame.eval("(document.documentElement.style.setProperty('--size', '200%'), true)").await;
                scene.page.screenshot(&format!("everyone-{name}-large")).await;
                frame.eval_text(OUT_OF_REACH).await
            };
            assert_eq!(complaints(size, &name, async |_: &Scene| {}, look).await, "");
        }
    });
}

#[test]
fn with_forced_colours_controls_have_edges_and_the_focus_is_seen() {
    run(async {
        let forced = async |scene: &Scene| {
            scene.page.prefer(&[("forced-colors", "active"), ("prefers-color-scheme", "dark")]).await;
        };
        let look = "matchMedia('(forced-colors: active)').matches ? [...document.querySelectorAll('button, textarea, input, a')]
            .filter(control => !control.hidden && control.getClientRects().length).flatMap(control => {
                control.focus({focusVisible: true});
                const around = control.id === 'text' ? document.getElementById('field') : control;
                const [ring, edge] = [getComputedStyle(around), getComputedStyle(around)];
                const isSeen = ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2;
                const hasEdge = control.localName === 'a' || edge.borderTopStyle !== 'none' && parseFloat(edge.borderTopWidth) >= 1;
                return [!isSeen && 'no ring: ' + control.outerHTML, !hasEdge && 'no edge: ' + control.outerHTML].filter(Boolean);
            }).concat([...document.querySelectorAll('.typing i, .bell')].filter(dot => {
                const [ink, ground] = [getComputedStyle(dot).backgroundColor, getComputedStyle(document.body).backgroundColor];
                return ink === ground || /, 0\\)$/.test(ink);
            }).map(dot => 'not seen: ' + dot.outerHTML)).join('\\n') : 'no forced colours'";
        let look = async |_: &Scene, frame: &Frame| frame.eval_text(look).await;
        assert_eq!(complaints(DESKTOP, "forced", forced, look).await, "");
    });
}

#[test]
fn with_forced_colours_the_launchers_sign_is_seen() {
    run(async {
        for scheme in ["light", "dark"] {
            let scene = Scene::new().await;
            scene.page.run_first(crate::scene::OPEN_SHADOWS).await;
            let forced = [("forced-colors", "active"), ("prefers-color-scheme", scheme)];
            scene.page.prefer(&forced).await;
            scene.visit().await;
            let colours = "(sign => {
                const button = getComputedStyle(sign.parentNode), drawn = getComputedStyle(sign);
                return [drawn.borderTopColor === button.color, drawn.borderTopColor === button.backgroundColor, drawn.clipPath.length > 99].join();
            })(deep('counterbell-widget').shadowRoot.querySelector('b'))";
            assert_eq!(scene.page.eval_text(colours).await, "true,false,true", "{scheme}");
            scene.page.screenshot(&format!("everyone-forced-launcher-{scheme}")).await;
        }
    });
}

#[test]
fn who_wants_no_motion_sees_none() {
    run(async {
        for (preference, moves) in [("reduce", false), ("no-preference", true)] {
            let scene = Scene::new().await;
            scene.page.run_first(crate::scene::OPEN_SHADOWS).await;
            scene.page.prefer(&[("prefers-reduced-motion", preference)]).await;
            scene.visit().await;
            let transition = "getComputedStyle(deep('counterbell-widget').shadowRoot.querySelector('div > div')).transitionDuration !== '0s'";
            assert_eq!(scene.page.eval(transition).await, moves, "the panel with {preference}");
            scene.page.click_role("button", "Chat").await;
            let frame = scene.running().await;
            frame.click("#person").await;
            see(&frame, "You are in the queue").await;
            assert_eq!(frame.eval("document.getAnimations().length > 0").await, moves, "{preference}");
        }
    });
}

#[test]
fn over_a_phones_keyboard_the_field_and_the_newest_message_are_in_sight() {
    run(async {
        let scene = Scene::with(ShopSetup::new(), PHONE).await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        // The keyboard leaves so much.
        scene.page.size(360, 300).await;
        in_sight(&scene, &frame, "keyboard-answer").await;
        ask(&frame, "How many days do I have to return it?").await;
        see(&frame, "30 days").await;
        in_sight(&scene, &frame, "keyboard-another").await;
        scene.page.size(360, 740).await;
        frame.click("#person").await;
        let conversation = scene.waiting().await;
        see(&frame, "You are in the queue").await;
        frame.click("#text").await;
        scene.page.size(360, 300).await;
        in_sight(&scene, &frame, "keyboard-waiting").await;
        let held = scene.shop.queue.claim(&conversation, "Mina").await;
        scene.shop.queue.reply(&conversation, &held.claim, "Hello from Mina").await.expect(200);
        see(&frame, "Hello from Mina").await;
        in_sight(&scene, &frame, "keyboard-person").await;
    });
}

/// What is not in sight by then is shown by the picture.
const COMES_TO_REST: std::time::Duration = std::time::Duration::from_secs(10);

/// Field and newest message at once, without a hand on the screen.
async fn in_sight(scene: &Scene, frame: &Frame, name: &str) {
    frame.wait_for("innerHeight <= 300").await;
    let seen =
        "[document.getElementById('text'), [...document.querySelectorAll('.line')].pop()].every(part => {
        const box = part.getBoundingClientRect();
        const x = box.left + 12, spots = [box.top + 12, box.bottom - 8];
        return spots.some(y => part.contains(document.elementFromPoint(x, y)));
    })";
    let rest = std::time::Instant::now();
    while frame.eval(seen).await != true && rest.elapsed() < COMES_TO_REST {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    scene.page.screenshot(&format!("everyone-{name}")).await;
    assert_eq!(frame.eval(seen).await, true, "{name}");
}

#[test]
fn what_is_typed_without_a_blank_moves_nothing() {
    run(async {
        for size in [DESKTOP, PHONE] {
            let scene = Scene::with(ShopSetup::new(), size).await;
            let frame = scene.open().await;
            frame.click("#text").await;
            frame.insert(&format!("https://shop.example/{}", "x".repeat(400))).await;
            let wide = "[document.documentElement, ...document.querySelectorAll('#frame, #log, #form, #text')]
                .filter(part => part.scrollWidth > part.clientWidth || part.getBoundingClientRect().right > innerWidth)
                .map(part => part.outerHTML.slice(0, 40)).join()";
            scene.page.screenshot(&format!("everyone-long-word-{}", size.0)).await;
            assert_eq!(frame.eval_text(wide).await, "", "{size:?}");
            assert_eq!(frame.eval_text(OUT_OF_REACH).await, "", "{size:?}");
        }
    });
}

#[test]
fn an_empty_conversation_opens_at_its_greeting() {
    run(async {
        let scene = Scene::with(states::setup(), DESKTOP).await;
        scene.page.zoom((1280, 1024), 400).await;
        let frame = scene.open().await;
        frame.wait_for("deep('.suggestions')").await;
        // Whatever followed the newest line would have done so by the next frames.
        frame.eval("new Promise(done => setTimeout(done, 300))").await;
        assert_eq!(frame.eval("document.getElementById('log').scrollTop").await, 0);
        let beyond = "(log => log.scrollHeight > log.clientHeight)(document.getElementById('log'))";
        assert_eq!(frame.eval(beyond).await, true, "it would have had to scroll");
    });
}

#[test]
fn nothing_lies_under_the_notch_or_the_system_bar() {
    run(async {
        let scene = Scene::with(ShopSetup::new(), PHONE).await;
        scene.page.run_first(crate::scene::OPEN_SHADOWS).await;
        scene.page.safe_area((44, 34)).await;
        scene.visit().await;
        let gap = "innerHeight - deep('counterbell-widget').shadowRoot.querySelector('button').getBoundingClientRect().bottom";
        assert_eq!(scene.page.eval(gap).await.as_f64(), Some(20.0 + 34.0));
        scene.page.click_role("button", "Chat").await;
        scene.running().await;
        scene.page.screenshot("everyone-notch").await;
        let edges = "(box => [box.top, innerHeight - box.bottom].join())(deep('counterbell-widget').shadowRoot.querySelector('iframe').getBoundingClientRect())";
        assert_eq!(scene.page.eval_text(edges).await, "44,34");
    });
}
