//! A script that opens conversations without end does not spend the merchant's money: when the shop's budget is
//! used up, shoppers get what the help pages say and a person, and the merchant sees it.

use counterbell_protocol::agent::Budget;
use counterbell_protocol::{Author, Owner};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::Ask;
use tests::llm::{Script, Upstream};
use tests::receiver::Receiver;
use tests::shopper::{Outcome, PATIENCE, messages};
use tests::{poll, run};

const DAY_S: u64 = 86_400;
/// Longer than any of these tests takes.
const TEST_S: u64 = 300;
const ANSWER: &str = "Yes, it is warm.";
const QUESTION: &str = "Is the blue coat warm enough for the north in winter?";

/// At midnight the budget begins anew: no test runs across it.
async fn away_from_midnight() {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let left_s = DAY_S - now_s % DAY_S;
    if left_s < TEST_S {
        tokio::time::sleep(Duration::from_secs(left_s + 1)).await;
    }
}

fn a_day(model: &Upstream, answers: u32) -> ShopSetup {
    let setup = ShopSetup::new().model(&model.base_url());
    setup.section("assistant", &format!("answers_a_day = {answers}"))
}

async fn ask(shop: &Shop, question: &str) -> Outcome {
    let (_, mut socket) = shop.talk().await;
    socket.say(question).await;
    socket.answer_or_person(0).await
}

async fn counted(shop: &Shop, asked: u32, refused: u32) -> Budget {
    poll::until(format!("count of {asked} and {refused}"), PATIENCE, || async {
        let budget: Budget = shop.queue.get("budget").await.expect(200).json();
        ((budget.day.asked, budget.day.refused) == (asked, refused)).then_some(budget)
    })
    .await
}

#[test]
fn a_flood_spends_the_budget_and_not_more_and_everybody_gets_a_person() {
    run(async {
        away_from_midnight().await;
        let (model, receiver) = (Upstream::start(Script::answer(ANSWER)).await, Receiver::start().await);
        let edge = Edge::shared().await;
        let shop = edge.shop(a_day(&model, 5).target(&receiver.url())).await;
        let other = edge.shop(a_day(&model, 5)).await;
        let flood = futures_util::future::join_all((0..12).map(|_| ask(&shop, QUESTION))).await;
        let answered = flood.iter().filter(|one| matches!(one, Outcome::Answered(_))).count();
        let handed_over = flood.iter().filter(|one| matches!(one, Outcome::HandedOver(_))).count();
        assert_eq!((answered, handed_over, model.requests().len()), (5, 7, 5), "{flood:?}");
        let budget = counted(&shop, 5, 7).await;
        assert_eq!(budget.day.allowed, 5);
        assert_eq!(budget.minute.allowed, 200, "what is usual");

        // Nothing is lost: what was asked stands in the log and is in the queue.
        let (shopper, mut socket) = shop.talk().await;
        socket.say("How many days do I have to return a coat?").await;
        socket.owner(Owner::Waiting).await;
        let said = messages(&shopper.missed(0).await.events);
        let texts: Vec<_> = said.iter().map(|message| (message.from, message.text.as_str())).collect();
        assert!(matches!(texts[..], [(Author::Shopper, _), (Author::Assistant, _)]), "{texts:?}");
        assert!(texts[1].1.contains("30 days"), "the help pages answer: {texts:?}");
        receiver.nth("escalation.requested", 8, PATIENCE).await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        shop.queue.reply(&shopper.conversation, &held.claim, "30 days.").await.expect(200);

        assert!(matches!(ask(&other, QUESTION).await, Outcome::Answered(_)), "another shop's budget");
    });
}

#[test]
fn it_outlives_the_processes_that_counted_it() {
    run(async {
        away_from_midnight().await;
        let model = Upstream::start(Script::answer(ANSWER)).await;
        let edge = Edge::start().await;
        let shop = edge.shop(a_day(&model, 2)).await;
        for _ in 0..2 {
            assert!(matches!(ask(&shop, QUESTION).await, Outcome::Answered(_)));
        }
        let before = shop.shopper().await;
        counted(&shop, 2, 0).await;
        edge.restart().await;
        let mut socket = before.connect().await;
        socket.say(QUESTION).await;
        let outcome = socket.answer_or_person(0).await;
        assert!(matches!(outcome, Outcome::HandedOver(_)), "one that was opened before: {outcome:?}");
        assert!(matches!(ask(&shop, QUESTION).await, Outcome::HandedOver(_)));
        assert_eq!(model.requests().len(), 2);
        counted(&shop, 2, 2).await;
    });
}

#[test]
fn the_merchant_sees_it_and_may_give_more() {
    run(async {
        away_from_midnight().await;
        let model = Upstream::start(Script::answer(ANSWER)).await;
        let edge = Edge::start().await;
        let shop = edge.shop(a_day(&model, 1)).await;
        ask(&shop, QUESTION).await;
        assert!(matches!(ask(&shop, QUESTION).await, Outcome::HandedOver(_)));
        let log = edge.log();
        assert!(log.contains(&format!("budget: {} has used up", shop.id)), "{log}");
        counted(&shop, 1, 1).await;
        let url = format!("{}/v1/shops/{}/budget", shop.edge, shop.id);
        let seen: Budget = Ask::get(&url).bearer(shop.admin_key()).send().await.expect(200).json();
        assert_eq!((seen.day.allowed, seen.day.asked, seen.day.refused), (1, 1, 1));
        for key in ["made-up", &shop.queue.key] {
            assert_eq!(Ask::get(&url).bearer(key).send().await.status, 401, "{key}");
        }
        edge.change(&shop, a_day(&model, 2)).await;
        assert!(matches!(ask(&shop, QUESTION).await, Outcome::Answered(_)));
        assert_eq!(model.requests().len(), 2);
    });
}
