//! The words of the first language come with the document; a file that fails takes no words away.

use crate::scene::{Scene, ask, see};
use serde_json::json;
use tests::edge::built;
use tests::run;

#[test]
fn no_language_file_is_needed_for_the_first_language() {
    run(async {
        let scene = Scene::new().await.speaking("de");
        scene.page.block(&["*/a/languages/*"]).await;
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        frame.click("#person").await;
        see(&frame, "Sie sind in der Warteschlange").await;
        let asked =
            scene.page.requests().into_iter().filter(|request| request.url.contains("/languages/de.json"));
        assert_eq!(asked.count(), 0);
    });
}

#[test]
fn a_language_that_fails_is_asked_for_again_and_the_words_stay_until_it_is_there() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        scene.page.block(&["*/a/languages/*"]).await;
        scene.page.eval("counterbell('setLanguage', 'de')").await;
        tests::poll::until("a file that was asked for", tests::browser::PATIENCE, || async {
            let requests = scene.page.requests();
            requests.iter().any(|request| request.url.contains("/languages/de.json")).then_some(())
        })
        .await;
        ask(&frame, "What does shipping cost?").await;
        see(&frame, "49 kr").await;
        frame.wait_for("document.getElementById('close').ariaLabel === 'Close the chat'").await;
        frame
            .wait_for("document.getElementById('status').innerText === 'The assistant answers at once'")
            .await;
        scene.page.block(&[]).await;
        frame.wait_for("document.documentElement.lang === 'de'").await;
        frame.wait_for("document.getElementById('close').ariaLabel === 'Chat schließen'").await;
    });
}

#[test]
fn the_language_that_was_wished_for_last_is_taken() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        // The first wish is answered after the second.
        scene.page.hold(&["*/a/languages/de.json*"]).await;
        scene.page.eval("counterbell('setLanguage', 'de')").await;
        tests::poll::until("the first wish", tests::browser::PATIENCE, || async {
            (asked_for(&scene, "de") > 0).then_some(())
        })
        .await;
        scene.page.eval("counterbell('setLanguage', 'fr')").await;
        frame.wait_for("document.documentElement.lang === 'fr'").await;
        scene.page.let_go().await;
        tests::poll::never("German", std::time::Duration::from_secs(3), || async {
            (frame.eval("document.documentElement.lang").await != "fr").then_some(())
        })
        .await;
        scene.page.eval("counterbell('setLanguage', 'en')").await;
        frame.wait_for("document.documentElement.lang === 'en'").await;
    });
}

fn asked_for(scene: &Scene, language: &str) -> usize {
    let file = format!("/languages/{language}.json");
    scene.page.requests().into_iter().filter(|request| request.url.contains(&file)).count()
}

#[test]
fn of_two_wishes_at_once_only_the_last_is_loaded() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        scene.page.eval("(counterbell('setLanguage', 'de'), counterbell('setLanguage', 'fr'), true)").await;
        frame.wait_for("document.documentElement.lang === 'fr'").await;
        assert_eq!((asked_for(&scene, "de"), asked_for(&scene, "fr")), (0, 1));
    });
}

#[test]
fn an_edge_that_fails_to_answer_is_not_an_edge_without_the_file() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        let failing = "(fetch => window.fetch = (url, how) => /pt-BR[.]json/.test(url) && !window.answers
            ? Promise.resolve(new Response('', {status: 503})).finally(() => window.answers = true)
            : fetch(url, how))(window.fetch)";
        frame.eval(&format!("({failing}, true)")).await;
        scene.page.eval("counterbell('setLanguage', 'pt-BR')").await;
        frame.wait_for("document.documentElement.lang !== 'en'").await;
        assert_eq!(frame.eval("document.documentElement.lang").await, "pt-BR");
        assert_eq!((asked_for(&scene, "pt"), asked_for(&scene, "en")), (0, 0));
    });
}

#[test]
fn a_language_falls_back_to_its_base_and_then_to_english() {
    run(async {
        let scene = Scene::new().await;
        let frame = scene.open().await;
        let files = std::fs::read_dir(&built().widget).expect("the built widget").flatten();
        let mut names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        let file =
            names.find(|name| name.starts_with("language-") && name.ends_with(".js")).expect("the file");
        for (language, expected) in [
            ("pt-BR", &["pt-BR", "pt", "en"][..]),
            ("de", &["de", "en"]),
            ("en", &["en"]),
            ("zh-CN", &["zh-Hans", "en"]),
            ("zh", &["zh-Hans", "en"]),
            ("zh-SG", &["zh-Hans", "en"]),
            ("zh-Hans-HK", &["zh-Hans", "en"]),
            ("zh-TW", &["zh-Hant", "en"]),
            ("zh-Hant-MO", &["zh-Hant", "en"]),
            ("no", &["nb", "en"]),
            ("nn-NO", &["nb", "en"]),
            ("tl-PH", &["fil", "en"]),
            ("iw", &["he", "en"]),
            ("in-ID", &["id", "en"]),
            ("toString", &["toString", "en"]),
            ("../secret", &["en"]),
            ("", &["en"]),
        ] {
            let found = format!("import('/a/{file}').then(file => file.candidates({}))", json!(language));
            assert_eq!(frame.eval(&found).await, json!(expected), "{language}");
        }
    });
}

#[test]
fn a_language_that_there_is_no_file_for_becomes_english() {
    run(async {
        let scene = Scene::new().await.speaking("de");
        let frame = scene.open().await;
        assert_eq!(frame.eval("document.documentElement.lang").await, "de");
        scene.page.eval("counterbell('setLanguage', 'tlh')").await;
        frame
            .wait_for("document.documentElement.lang === 'en' && document.title === 'Chat with Nordlys'")
            .await;
        scene.page.eval("counterbell('setLanguage', 'ar-EG')").await;
        frame
            .wait_for("document.documentElement.lang === 'ar' && document.documentElement.dir === 'rtl'")
            .await;
        frame.wait_for("document.getElementById('text').placeholder === 'اكتب رسالة'").await;
        // An empty field goes with the language, what is typed with its letters.
        let direction =
            |way: &str| format!("getComputedStyle(document.getElementById('text')).direction === '{way}'");
        frame.wait_for(&direction("rtl")).await;
        // Otherwise the caret stands at the left all the same.
        let plain = "getComputedStyle(document.getElementById('text')).unicodeBidi !== 'plaintext'";
        assert_eq!(frame.eval(plain).await, true);
        frame.click("#text").await;
        frame.insert("Hello").await;
        frame.wait_for(&direction("ltr")).await;
    });
}
