//! Whatever the model does, the shopper has an answer or the offer of a person within 20 s, and nothing that
//! was said is lost.

use counterbell_protocol::Author;
use std::time::{Duration, Instant};
use tests::edge::{Edge, Shop, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::run;
use tests::shopper::{Outcome, Socket, messages};

/// The product's bound of 20 s, which the edge's own constants keep, and what a busy machine adds.
const BOUND: Duration = Duration::from_secs(50);
const QUESTION: &str = "Is the blue coat warm enough for the north in winter?";

/// What must come of it.
#[derive(Clone, Copy, Debug)]
enum Want {
    /// Exactly this answer, whole, and nobody is offered.
    Whole(&'static str),
    /// A person, offered or fetched; what was shown of this is kept, marked as cut.
    PersonAfter(&'static str),
    /// A person, and no word of the model's.
    Person,
}

#[test]
fn each_fault_ends_in_an_answer_or_a_person() {
    use Want::{Person, PersonAfter, Whole};
    let long = "Yes. It is lined with wool down to the knee.";
    let cases: Vec<(&str, Script, Want)> = vec![
        ("healthy", Script::answer(long), Whole(long)),
        ("401", Script::error(401, "invalid_api_key"), Person),
        ("429", Script::error(429, "rate_limit"), Person),
        ("429 with Retry-After", Script::status(429, &[("retry-after", "3600")], "{}"), Person),
        ("500", Script::error(500, "server_error"), Person),
        ("silent", Script::silent(), Person),
        ("silent after the head", Script::silent_after_head(), Person),
        ("stalls", Script::stalls_after("Yes. It is lined"), PersonAfter("Yes. It is lined")),
        ("dies", Script::dies_after("Yes. It is lined"), PersonAfter("Yes. It is lined")),
        ("ends early", Script::ends_early_after("Yes. It is lined"), PersonAfter("Yes. It is lined")),
        ("one byte a second", Script::one_byte_a_second(long), Person),
        ("odd but legal", Script::odd_but_legal(long), Whole(long)),
        ("no [DONE]", Script::without_done(long), Whole(long)),
        (
            "split code points",
            Script::in_pieces("Ja, schön wärmend – 暖かい 🧥.", 3),
            Whole("Ja, schön wärmend – 暖かい 🧥."),
        ),
        ("null content", Script::null_content(), Person),
        ("error with 200", Script::error_with_200(), Person),
        ("error in the stream", Script::error_event_after("Yes. It is"), PersonAfter("Yes. It is")),
        ("HTML", Script::html(), Person),
        ("empty", Script::empty(), Person),
        ("filtered", Script::filtered_after("Yes. It is"), PersonAfter("Yes. It is")),
        ("broken tool call", Script::broken_tool_call(), Person),
        ("garbage", Script::garbage(), Person),
    ];
    run(async {
        let edge = Edge::shared().await;
        let tries = cases.into_iter().map(|(name, script, want)| async move {
            let model = Upstream::start(script).await;
            let shop = edge.shop(ShopSetup::new().model(&model.base_url())).await;
            check(name, &shop, want).await.err().map(|wrong| format!("{name}: {wrong}"))
        });
        let wrong: Vec<String> = futures_util::future::join_all(tries).await.into_iter().flatten().collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn a_model_that_refuses_the_connection_is_replaced_by_the_help_pages() {
    run(async {
        let model = Upstream::start(Script::answer("never heard")).await;
        model.down();
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (_, mut socket) = shop.talk().await;
        let started = Instant::now();
        socket.say("How many days do I have to return a coat?").await;
        assert!(socket.answer().await.text.contains("30 days"));
        socket.person(0).await;
        assert!(started.elapsed() < BOUND);
    });
}

#[test]
fn a_server_that_is_busy_for_a_moment_is_asked_once_more() {
    run(async {
        let model = Upstream::start(Script::answer("Here I am.")).await;
        model.next(Script::status(429, &[("retry-after", "1")], "{}"));
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (_, mut socket) = shop.talk().await;
        socket.say(QUESTION).await;
        assert_eq!(socket.answer().await.text, "Here I am.");
        assert_eq!(model.requests().len(), 2);
    });
}

#[test]
fn a_megabyte_in_one_event_is_cut_and_does_not_hurt_others() {
    run(async {
        let model = Upstream::start(Script::answer("Fine.")).await;
        model.when("everything", Script::one_megabyte());
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (_, mut greedy) = shop.talk().await;
        let (_, mut modest) = shop.talk().await;
        greedy.say("Tell me everything about the blue coat").await;
        modest.say("Is the blue coat warm?").await;
        assert_eq!(modest.answer().await.text, "Fine.");
        if let Outcome::Answered(message) = greedy.answer_or_person(0).await {
            assert!(message.text.len() < 100_000 && message.cut, "{} bytes", message.text.len());
        }
    });
}

async fn check(name: &str, shop: &Shop, want: Want) -> Result<(), String> {
    let (shopper, mut socket) = shop.talk().await;
    let started = Instant::now();
    socket.say(QUESTION).await;
    let outcome = person_or_whole(&mut socket, want).await;
    let took = started.elapsed();
    let log = shopper.missed(0).await.events;
    let said = messages(&log);
    let answer = said.iter().find(|message| message.from == Author::Assistant);
    let fine = match want {
        Want::Whole(text) => {
            matches!(&outcome, Outcome::Answered(m) if m.text == text && !m.cut && log.len() == 3)
        }
        Want::PersonAfter(text) => {
            !matches!(outcome, Outcome::Answered(_))
                && answer.is_some_and(|m| m.cut && !m.text.is_empty() && text.starts_with(&m.text))
                && answer.is_some_and(|m| m.text == socket.drafted(&m.id).trim_end())
        }
        // The help pages may stand in; the model's own words may not be there.
        Want::Person => !matches!(outcome, Outcome::Answered(_)) && answer.is_none_or(|m| !m.cut),
    };
    if said.first().is_none_or(|first| first.text != QUESTION) {
        return Err("the question is lost".to_owned());
    }
    if took > BOUND {
        return Err(format!("took {took:?} ({name})"));
    }
    if fine { Ok(()) } else { Err(format!("wanted {want:?}, got {outcome:?} with {said:#?}")) }
}

/// Where a person is wanted, an answer that comes first is passed over.
async fn person_or_whole(socket: &mut Socket, want: Want) -> Outcome {
    match want {
        Want::Whole(_) => socket.answer_or_person(0).await,
        Want::Person | Want::PersonAfter(_) => socket.person(0).await,
    }
}
