//! An object of a trapped isolate never answers. Whoever waits for one goes on without it.

use counterbell_protocol::event::EventBody;
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::receiver::{Answer, Receiver};
use tests::shopper::Outcome;
use tests::{poll, run};

const KIND: &str = "escalation.requested";

/// Each waits for most of its time, so they wait side by side.
#[test]
fn nobody_hangs_with_it() {
    run(async {
        tokio::join!(
            a_conversation_is_opened_though_nobody_answers_at_the_door(),
            the_second_clock_goes_on_though_a_conversation_never_answered_it(),
            a_conversation_that_is_never_told_how_the_queue_moves_is_given_up(),
            the_cron_gives_up_a_shop_that_never_answers(),
            the_cron_ends_though_the_list_of_shops_never_comes(),
            a_deadline_passes_though_the_shops_object_says_nothing(),
            a_frame_is_taken_though_the_shops_object_says_nothing(),
            a_model_answers_though_nobody_says_how_much_is_spent(),
            who_asks_is_handed_over_though_the_help_pages_cannot_be_looked_up(),
            an_escalation_goes_out_though_the_shops_object_says_nothing(),
            a_registration_that_is_never_answered_is_made_again(),
        );
    });
}

async fn a_conversation_is_opened_though_nobody_answers_at_the_door() {
    let edge = Edge::start_with_fault("hang:/enter").await;
    let shop = edge.shop(ShopSetup::new()).await;
    let (_, mut socket) = shop.talk().await;
    socket.say("How many days to return?").await;
    assert!(edge.log().contains("door"), "the fault was not there:\n{}", edge.log());
}

async fn who_asks_is_handed_over_though_the_help_pages_cannot_be_looked_up() {
    let edge = Edge::start_with_fault("hang:/search").await;
    let shop = edge.shop(ShopSetup::new()).await;
    let (_, mut socket) = shop.talk().await;
    let mark = socket.mark();
    socket.say("How many days to return?").await;
    // That the pages hold no answer was never found out, and nobody says so.
    let outcome = socket.person(mark).await;
    assert!(matches!(outcome, Outcome::HandedOver(_)), "{outcome:?}");
    assert!(edge.log().contains("search: "), "the fault was not there:\n{}", edge.log());
}

async fn a_model_answers_though_nobody_says_how_much_is_spent() {
    let edge = Edge::start_with_fault("hang:/spend").await;
    let model = Upstream::start(Script::answer("Yes, it is.")).await;
    let shop = edge.shop(ShopSetup::new().model(&model.base_url())).await;
    let (_, mut socket) = shop.talk().await;
    socket.say("Is the blue coat warm?").await;
    assert_eq!(socket.answer().await.text, "Yes, it is.");
    assert!(edge.log().contains("budget: "), "the fault was not there:\n{}", edge.log());
}

async fn the_second_clock_goes_on_though_a_conversation_never_answered_it() {
    // Without alarms the second clock is all there is.
    let edge = Edge::start_with_fault("alarm_silent hang:/poke").await;
    let receiver = Receiver::start().await;
    receiver.next(Answer::status(500, &[]));
    let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
    let (_, mut socket) = shop.talk().await;
    socket.ask_person().await;
    receiver.first(KIND, Duration::from_secs(60)).await;
    // The first look, a minute from now, is never answered; the second, a minute later, finds it.
    receiver.nth(KIND, 2, Duration::from_secs(240)).await;
    assert!(edge.log().contains("poke: "), "the fault was not there:\n{}", edge.log());
}

async fn a_conversation_that_is_never_told_how_the_queue_moves_is_given_up() {
    let edge = Edge::start_with_fault("hang:/queue").await;
    let shop = edge.shop(ShopSetup::new()).await;
    let (_, mut first) = shop.talk().await;
    first.ask_person().await;
    shop.wait_for_open("open escalation", |count| count == 1).await;
    let (_, mut second) = shop.talk().await;
    second.ask_person().await;
    // So many are told at a time: without an end to it, some that hang would hold up all others.
    poll::until("the end of its patience", Duration::from_secs(120), || async {
        edge.log().contains("queue: ").then_some(())
    })
    .await;
}

async fn the_cron_gives_up_a_shop_that_never_answers() {
    let edge = Edge::start_with_fault("hang:/tick").await;
    edge.shop(ShopSetup::new()).await;
    // It looks at so many shops at a time: without an end to it, some that hang would hold up all others. And
    // its own event ends: one that stays open for each minute is no better.
    edge.cron_within(Duration::from_secs(150)).await;
    assert!(edge.log().contains("tick of "), "the fault was not there:\n{}", edge.log());
}

async fn the_cron_ends_though_the_list_of_shops_never_comes() {
    let edge = Edge::start_with_fault("hang:/take_members").await;
    edge.shop(ShopSetup::new()).await;
    edge.cron_within(Duration::from_secs(150)).await;
    assert!(edge.log().contains("cron failed"), "the fault was not there:\n{}", edge.log());
    edge.cron().await;
}

async fn a_deadline_passes_though_the_shops_object_says_nothing() {
    let edge = Edge::start_with_fault("hang_settings").await;
    let shop = edge.shop(ShopSetup::new().deadline_s(20)).await;
    let (shopper, mut socket) = shop.talk().await;
    let deadline_ms = socket.ask_person().await.deadline_ms.expect("a deadline");
    socket.say("@hang").await;
    socket.close().await;
    let log = shopper
        .log_with("question how to be reached", Duration::from_secs(150), |log| {
            log.iter().any(|event| matches!(event.event, EventBody::ContactAsked(_)))
        })
        .await;
    let asked = log.iter().find(|event| matches!(event.event, EventBody::ContactAsked(_)));
    let late_ms = asked.expect("just seen").at_ms - deadline_ms;
    // The second clock would come a minute after the request.
    assert!(late_ms < 30_000, "{late_ms} ms late");
}

async fn a_frame_is_taken_though_the_shops_object_says_nothing() {
    let edge = Edge::start_with_fault("hang_settings").await;
    let shop = edge.shop(ShopSetup::new()).await;
    let (_, mut socket) = shop.talk().await;
    socket.say("@hang").await;
    // Not a wait for something: after so long the settings in memory count as old.
    tokio::time::sleep(Duration::from_secs(32)).await;
    socket.say("How many days to return?").await;
    socket.ask_person().await;
}

async fn an_escalation_goes_out_though_the_shops_object_says_nothing() {
    let edge = Edge::start_with_fault("hang_settings").await;
    let receiver = Receiver::start().await;
    let shop = edge.shop(ShopSetup::new().target(&receiver.url())).await;
    let (_, mut socket) = shop.talk().await;
    socket.say("@hang").await;
    socket.ask_person().await;
    receiver.first(KIND, Duration::from_secs(60)).await;
}

async fn a_registration_that_is_never_answered_is_made_again() {
    let edge = Edge::start_with_fault("hang:/register").await;
    let shop = edge.shop(ShopSetup::new()).await;
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    let registered = poll::until("registration", Duration::from_secs(120), || async {
        let registered = shop.delivery(&shopper.conversation, "register").await?;
        (registered["state"] == "delivered").then_some(registered)
    })
    .await;
    let error = registered["attempts"][0]["error"].as_str().unwrap_or_default();
    assert!(error.contains("no answer"), "the fault was not there: {registered}");
}
