//! A conversation that is erased while the shopper looks at it: it is gone from the screen, and the next
//! question begins a new one.

use crate::scene::{Scene, ask, see};
use tests::http::Ask;
use tests::run;

/// All that is seen, without what screen readers were told.
const SEEN: &str =
    "[...document.querySelectorAll('#frame > :not([aria-live])')].map(part => part.innerText).join(' ')";

#[test]
fn the_frame_forgets_it_and_goes_on_with_a_new_one() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        ask(&frame, "I want to talk to a person").await;
        let conversation = scene.waiting().await;
        let url = format!("{}/v1/shops/{}/conversations/{conversation}", scene.shop.edge, scene.shop.id);
        Ask::new("DELETE", url).bearer(scene.shop.admin_key()).send().await.expect(200);

        frame.wait_for(&format!("!{SEEN}.includes('49 kr')")).await;
        ask(&frame, "And how many days to return it?").await;
        see(&frame, "30 days").await;
        let left = frame.eval_text(SEEN).await;
        assert!(!left.contains("What does shipping cost?"), "{left}");
        // The browser itself says that it was refused.
        scene.page.close_quietly(&["404"]).await;
    });
}
