//! What the shop says itself reaches a shopper in their language, and no other: in the frame's document, by itself
//! for a frame that changes its language, on the plain form, and in the words of its rules.

use serde_json::{Value, json};
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::Ask;
use tests::run;
use tests::shopper::form::between;
use tests::shopper::{Shopper, ask_person, say};

/// A shop of the North, Danish at home.
fn nordic() -> ShopSetup {
    let builtin = "message = { da = \"Vi kommer\", sv = \"Vi kommer strax\" }";
    let rule = "[[rules]]\nname = \"strike\"\nwhen = \"message.lower.contains('strike')\"\n\
                then = { answer = { da = \"Posten strejker.\", sv = \"Posten strejkar.\" } }\n";
    ShopSetup::new()
        .line("language = \"da\"")
        .line("greeting = { da = \"Hej på dansk\", sv = \"Hej på svenska\", nb = \"Hei {{config}} \\\"på\\\" <norsk>\" }")
        .line("suggestions = { da = [\"Hvor er den?\"], sv = [\"Var är den?\"] }")
        .section("builtin.asks_for_human", builtin)
        .more(rule)
}

async fn document(shop: &Shop, query: &str) -> String {
    Ask::get(format!("{}/s/{}/frame{query}", shop.edge, shop.id)).send().await.expect(200).text()
}

fn config_of(html: &str) -> Value {
    serde_json::from_str(&between(html, "id=\"shop\">", "</script>")).expect("the config")
}

#[test]
fn the_document_is_in_one_language_with_all_that_the_shop_says() {
    run(async {
        let shop = Edge::shared().await.shop(nordic()).await;
        for (query, language, greeting, question) in [
            ("", "da", "Hej på dansk", "Hvor er den?"),
            ("?language=sv-FI", "sv", "Hej på svenska", "Var är den?"),
            // Neither word nor file: the shop's own language. A file and no word: the file, and the shop's own word.
            ("?language=tlh", "da", "Hej på dansk", "Hvor er den?"),
            ("?language=fi", "fi", "Hej på dansk", "Hvor er den?"),
            ("?language=no", "nb", "Hei {{config}} \"på\" <norsk>", "Hvor er den?"),
        ] {
            let html = document(&shop, query).await;
            let config = config_of(&html);
            assert_eq!((&config["greeting"], &config["suggestions"]), (&json!(greeting), &json!([question])));
            assert!(html.contains(&format!("<html lang=\"{language}\"")), "{query}");
            let shown = between(&html, "id=\"greeting\"", "</p>");
            let shown = shown.split_once('>').expect("a tag").1;
            let shown = shown
                .replace("&#123;", "{")
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
            assert_eq!(shown, greeting, "without script too");
            for other in ["Hej på dansk", "Hej på svenska", "Hvor er den?", "Var är den?"] {
                assert_eq!(html.contains(other), [greeting, question].contains(&other), "{query}: {other}");
            }
        }
    });
}

#[test]
fn a_frame_that_changes_its_language_gets_the_shops_words_alone() {
    run(async {
        let shop = Edge::shared().await.shop(nordic()).await;
        for (language, expected) in [
            ("sv", json!({"greeting": "Hej på svenska", "suggestions": ["Var är den?"]})),
            ("nb", json!({"greeting": "Hei {{config}} \"på\" <norsk>", "suggestions": ["Hvor er den?"]})),
            ("en", json!({"greeting": "Hej på dansk", "suggestions": ["Hvor er den?"]})),
        ] {
            let url = format!("{}/s/{}/words?language={language}", shop.edge, shop.id);
            assert_eq!(Ask::get(url).send().await.expect(200).value(), expected, "{language}");
        }
        Ask::get(format!("{}/s/nobody/words?language=sv", shop.edge)).send().await.expect(404);
    });
}

/// Nothing is asked for that would be the same.
#[test]
fn a_shop_of_one_language_says_the_same_to_everybody_as_it_always_did() {
    run(async {
        let setup = ShopSetup::new().line("greeting = \"Moin\"").line("suggestions = [\"Where?\"]");
        let shop = Edge::shared().await.shop(setup).await;
        for query in ["", "?language=da", "?language=ar"] {
            let config = config_of(&document(&shop, query).await);
            assert_eq!((&config["greeting"], &config["suggestions"]), (&json!("Moin"), &json!(["Where?"])));
            assert_eq!(config.get("per_language"), None);
        }
    });
}

#[test]
fn the_plain_form_greets_in_the_language_of_the_browser() {
    run(async {
        let (nordic, plain) =
            (Edge::shared().await.shop(nordic()).await, Edge::shared().await.shop(ShopSetup::new()).await);
        for (shop, accepts, expected) in [
            (&nordic, "sv-SE,sv;q=0.9,en;q=0.8", "Hej på svenska"),
            (&nordic, "fi", "Hej på dansk"),
            (&plain, "de", "Guten Tag!"),
        ] {
            let ask =
                Ask::get(format!("{}/s/{}/form", shop.edge, shop.id)).header("accept-language", accepts);
            let page = ask.send().await.expect(200).text();
            let greeting = between(&page, "<p dir=\"auto\">", "</p>");
            assert!(greeting.starts_with(expected), "{accepts}: {greeting}");
        }
    });
}

#[test]
fn rules_and_built_in_reasons_speak_the_language_of_the_conversation() {
    run(async {
        let shop = Edge::shared().await.shop(nordic()).await;
        for (language, answer, note) in [
            ("sv", "Posten strejkar.", "Vi kommer strax"),
            ("da", "Posten strejker.", "Vi kommer"),
            ("fi", "Posten strejker.", "Vi kommer"),
        ] {
            let open =
                counterbell_protocol::socket::Open { language: Some(language.into()), ..Default::default() };
            let opened = Shopper::try_open(&shop.edge, &shop.id, &open).await.expect(201).json();
            let mut socket = Shopper::opened(&shop.edge, &shop.id, &opened).connect().await;
            socket.deliver(&say("Is there a strike?")).await;
            assert_eq!(socket.answer().await.text, answer, "{language}");
            socket.deliver(&ask_person()).await;
            let change = socket.owner(counterbell_protocol::Owner::Waiting).await;
            assert_eq!(change.note.as_deref(), Some(note), "{language}");
        }
    });
}
