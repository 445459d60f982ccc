//! A shopper asks and is answered: from the help pages, or by a model that is told what it must know.

use counterbell_protocol::Author;
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::shopper::Outcome;
use tests::{poll, run};

#[test]
fn the_help_pages_answer_without_any_model() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (_, mut socket) = shop.talk().await;
        socket.say("How many days do I have to return a coat?").await;
        let answer = socket.answer().await;
        assert!(answer.text.contains("30 days"), "{}", answer.text);
        assert_eq!(answer.sources[0].url, "https://shop.example/help/returns");
        assert!(!answer.cut);
    });
}

#[test]
fn pages_that_have_changed_are_quoted_as_they_are_now() {
    run(async {
        let edge = Edge::shared().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let ask = async || {
            let (_, mut socket) = shop.talk().await;
            socket.say("Within how many days can I return anything?").await;
            socket.answer().await.text
        };
        // Asked often: the pages are at hand where the conversations are.
        for _ in 0..4 {
            let text = ask().await;
            assert!(text.contains("30 days"), "{text}");
        }
        let changed = ShopSetup::new().without_help();
        edge.change(&shop, changed.help_page("Returns", "You can return anything within 60 days.")).await;
        poll::until("the new page", Duration::from_secs(30), || async {
            ask().await.contains("60 days").then_some(())
        })
        .await;
        for _ in 0..4 {
            let text = ask().await;
            assert!(text.contains("60 days"), "{text}");
        }
    });
}

#[test]
fn what_the_help_pages_do_not_hold_is_said_and_a_person_offered() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (_, mut socket) = shop.talk().await;
        socket.say("Do you sell gift vouchers for helicopter flights?").await;
        let offer = socket
            .until("offer", |frame| match tests::shopper::event_of(frame)? {
                counterbell_protocol::EventBody::Offer(offer) => Some(offer.clone()),
                _ => None,
            })
            .await;
        assert_eq!(offer.reason, "no_answer");
    });
}

#[test]
fn a_model_is_told_the_shop_the_passages_and_what_was_said() {
    run(async {
        let model = Upstream::start(Script::answer("A larger one, I would say.")).await;
        let setup =
            ShopSetup::new().model(&model.base_url()).section("assistant", "instructions = \"Be brief.\"");
        let shop = Edge::shared().await.shop(setup).await;
        let (_, mut socket) = shop.talk().await;
        socket.say("Which size of coat should I take?").await;
        let first = socket.answer().await;
        assert_eq!(first.text, "A larger one, I would say.");
        let mark = socket.mark();
        socket.say("And if I am between two?").await;
        assert!(matches!(socket.answer_or_person(mark).await, Outcome::Answered(_)));

        let asked = model.requests();
        assert_eq!(asked.len(), 2);
        let (first, second) = (asked[0].text(), asked[1].text());
        assert!(first.contains("Be brief.") && first.contains("sizes S to XL"), "{first}");
        assert_eq!(asked[0].json()["stream"], true);
        assert_eq!(asked[0].json()["model"], "scripted");
        for said in
            ["Which size of coat should I take?", "A larger one, I would say.", "And if I am between two?"]
        {
            assert!(second.contains(said), "{said} is missing in {second}");
        }
    });
}

#[test]
fn a_card_number_reaches_neither_the_log_nor_the_model() {
    run(async {
        let model = Upstream::start(Script::answer("Please never send card numbers.")).await;
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say("My card is 4111 1111 1111 1111, why was it refused?").await;
        socket.answer_or_person(0).await;
        let stored = socket.message_since(0, Author::Shopper).await.text;
        let log = serde_json::to_string(&shopper.missed(0).await.events).unwrap();
        for text in [stored, log, model.requests().iter().map(tests::wire::Request::text).collect()] {
            assert!(!text.replace(' ', "").contains("4111111111111111"), "{text}");
        }
    });
}
