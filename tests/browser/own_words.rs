//! What the shop says itself goes with the language of the chat, also when the page changes that while it runs.

use crate::scene::{DESKTOP, Scene, see};
use serde_json::json;
use tests::browser::Frame;
use tests::edge::ShopSetup;
use tests::run;

/// A shop of the North, Danish at home.
fn nordic() -> ShopSetup {
    ShopSetup::new()
        .line("language = \"da\"")
        .line("greeting = { da = \"Hej på dansk\", sv = \"Hej på svenska\" }")
        .line("suggestions = { da = [\"Hvor er den?\", \"Kan den byttes?\"], sv = [\"Var är den?\"] }")
}

async fn says(frame: &Frame, language: &str, greeting: &str, questions: &[&str]) {
    let said = "[document.documentElement.lang, document.getElementById('greeting').innerText,
        ...[...document.querySelectorAll('.suggestions button')].map(button => button.innerText)]";
    let expected = json!([&[language, greeting], questions].concat());
    frame.wait_for(&format!("JSON.stringify({said}) === JSON.stringify({expected})")).await;
}

#[test]
fn greeting_and_questions_go_with_the_language_while_the_chat_runs() {
    run(async {
        let scene = Scene::with(nordic(), DESKTOP).await.speaking("sv-SE");
        let frame = scene.open().await;
        says(&frame, "sv", "Hej på svenska", &["Var är den?"]).await;
        let asked = scene.page.requests().into_iter().filter(|request| request.url.contains("/words"));
        assert_eq!(asked.count(), 0, "they came with the document");
        let speak =
            async |code: &str| scene.page.eval(&format!("counterbell('setLanguage', '{code}')")).await;
        speak("da").await;
        says(&frame, "da", "Hej på dansk", &["Hvor er den?", "Kan den byttes?"]).await;
        // A language that the chat speaks and the shop does not.
        speak("fi").await;
        says(&frame, "fi", "Hej på dansk", &["Hvor er den?", "Kan den byttes?"]).await;
        speak("sv").await;
        says(&frame, "sv", "Hej på svenska", &["Var är den?"]).await;
        // What is tapped is what is said.
        frame.click(".suggestions button").await;
        see(&frame, "Var är den?").await;
        frame.wait_for("!document.querySelector('.suggestions')").await;
    });
}

/// The one language of the shop is told to everybody; buttons that stay the same stay where they are.
#[test]
fn a_shop_of_one_language_is_asked_for_nothing_and_its_buttons_keep_the_focus() {
    run(async {
        let setup = ShopSetup::new().line("greeting = \"Moin\"").line("suggestions = [\"Where is it?\"]");
        let scene = Scene::with(setup, DESKTOP).await;
        let frame = scene.open().await;
        says(&frame, "en", "Moin", &["Where is it?"]).await;
        frame.eval("(document.querySelector('.suggestions button').focus(), true)").await;
        scene.page.eval("counterbell('setLanguage', 'da')").await;
        says(&frame, "da", "Moin", &["Where is it?"]).await;
        frame.wait_for("document.activeElement.innerText === 'Where is it?'").await;
        let asked = scene.page.requests().into_iter().filter(|request| request.url.contains("/words"));
        assert_eq!(asked.count(), 0);
    });
}

/// An edge that fails is asked again, and until it answers nothing is half in another language. One that does not
/// know the address is an older one: what the shop said first stays.
#[test]
fn an_edge_that_fails_is_asked_again_and_an_older_one_takes_no_words_away() {
    for (first, greeting) in [(503, "Hej på svenska"), (404, "Hej på dansk")] {
        run(async {
            let scene = Scene::with(nordic(), DESKTOP).await.speaking("da");
            let frame = scene.open().await;
            let faulty = format!(
                "(fetch => window.fetch = (url, how) => /[/]words/.test(url) && !window.asked
                    ? (window.asked = document.documentElement.lang, Promise.resolve(new Response('', {{status: {first}}})))
                    : fetch(url, how))(window.fetch)"
            );
            frame.eval(&format!("({faulty}, true)")).await;
            frame.eval("(counterbell.language('sv'), true)").await;
            frame.wait_for("document.documentElement.lang === 'sv'").await;
            assert_eq!(
                frame.eval("window.asked").await,
                "da",
                "the shop's words are there before any is changed"
            );
            frame.wait_for(&format!("document.getElementById('greeting').innerText === '{greeting}'")).await;
        });
    }
}

#[test]
fn the_frames_document_greets_for_the_shop_without_script() {
    run(async {
        let scene = Scene::with(nordic(), DESKTOP).await;
        scene.page.without_script().await;
        scene.page.goto(&format!("{}/s/{}/frame?language=sv", scene.shop.edge, scene.shop.id)).await;
        scene.page.wait_for_text("Hej på svenska").await;
        assert_eq!(scene.page.eval("document.documentElement.lang").await, "sv");
    });
}
