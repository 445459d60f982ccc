//! The edge's door is shut for a while: the shopper reads so, and the frame comes back no sooner than it was told.

use crate::scene::{Scene, ask, see};
use serde_json::json;
use tests::run;
use tests::shopper::Shopper;

const FLOODER: &str = "203.0.113.77";

/// Keeps when each conversation was asked for, when the answer came, and how long that said to wait.
const WATCH: &str = "{ window.asked = []; const real = window.fetch;
    window.fetch = async (url, how) => {
        if (!String(url).endsWith('/conversations')) return real(url, how);
        const at = performance.now(), answer = await real(url, how);
        asked.push({at, until: performance.now(), status: answer.status, wait: answer.headers.get('retry-after') * 1000});
        return answer;
    };
}";

#[test]
fn a_shopper_at_a_shut_door_reads_so_and_is_let_in_when_it_opens() {
    run(async {
        let scene = Scene::new().await;
        scene.page.run_first(WATCH).await;
        scene.page.comes_from(FLOODER).await;
        let frame = scene.open().await;
        let flood = (0..60).map(|_| Shopper::try_open_from(&scene.shop.edge, &scene.shop.id, FLOODER));
        futures_util::future::join_all(flood).await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "Your message is kept and will be sent in a moment.").await;
        frame.wait_for_role("alert", "").await;
        // Neither impatience nor a network that comes back opens it.
        ask(&frame, "Hello?").await;
        frame.eval("(dispatchEvent(new Event('online')), true)").await;
        see(&frame, "49 kr").await;
        assert!(!frame.text().await.contains("It is very busy"), "it is said no more");
        let asked = frame.eval("asked").await;
        let asked = asked.as_array().expect("a list");
        assert!(asked.len() >= 2 && asked[0]["status"] == 429, "{asked:?}");
        assert_eq!(asked[asked.len() - 1]["status"], json!(201));
        for pair in asked.windows(2) {
            let number = |value: &serde_json::Value| value.as_f64().expect("a number");
            let (until, wait, next) =
                (number(&pair[0]["until"]), number(&pair[0]["wait"]), number(&pair[1]["at"]));
            assert!(wait >= 1_000.0 && next - until >= wait - 50.0, "{pair:?}");
        }
    });
}
