//! What is found out before anything is stored is what then happens.

use super::*;
use crate::conversation::plan::Plan;
use crate::store::Store;

const RULES: &str = r#"
[[rules]]
name = "vip page"
when = 'page.url.contains("vip")'
then = { handoff = {} }
"#;

fn bench() -> Bench {
    Bench::new(&format!("{SHOP}{RULES}"))
}

fn plan(bench: &Bench, frame: &ClientFrame) -> Option<Plan> {
    bench.with(|core, cx| core.plan(cx, frame)).unwrap()
}

fn say_on(id: &str, text: &str, url: &str) -> ClientFrame {
    let page = Page { url: Some(url.into()), ..Page::default() };
    ClientFrame::Say { id: MessageId::new(id), text: text.into(), page: Some(page) }
}

fn all_of(bench: &Bench) -> (Vec<Event>, Vec<String>, Owner) {
    let rows = bench.core.store.rows("SELECT seq, body FROM decision ORDER BY rowid", &[]).unwrap();
    let decisions = rows.iter().map(|row| format!("{} {}", row.count(0).unwrap(), row.text(1).unwrap()));
    (bench.log(), decisions.collect(), bench.owner())
}

#[test]
fn planned_or_not_a_message_leads_to_the_same() {
    let dialogues: [&[ClientFrame]; 4] = [
        &[say("m1", "How long does delivery take?"), say("m2", "And how much is it?")],
        &[say("m1", "This is a disgrace, you idiots!")],
        &[say("m1", "Hello"), say("m2", "my card is 4111 1111 1111 1111, let me talk to a human")],
        &[say_on("m1", "Hello", "https://shop.example/vip"), say("m2", "Anybody there?")],
    ];
    for dialogue in dialogues {
        let (planned, straight) = (bench(), bench());
        for frame in dialogue {
            let plan = plan(&planned, frame);
            let effects =
                planned.with(|core, cx| core.receive_as_planned(cx, frame.clone(), plan.as_ref()).unwrap());
            assert_eq!(effects, straight.send(frame.clone()).unwrap(), "{frame:?}");
            let asked = plan.as_ref().is_some_and(Plan::asks_assistant);
            assert!(!asked || effects.answer.is_some(), "the model was asked in vain: {frame:?}");
            if let Some(turn) = effects.answer {
                planned.finish(&turn, &grounded("So it is."));
                straight.finish(&turn, &grounded("So it is."));
            }
        }
        assert_eq!(all_of(&planned), all_of(&straight));
    }
}

#[test]
fn a_plan_holds_the_message_and_changes_nothing() {
    let bench = bench();
    let before = all_of(&bench);
    let plan = plan(&bench, &say("m1", " my card is 4111 1111 1111 1111 ")).unwrap();
    assert!(plan.asks_assistant());
    let last = plan.history.last().unwrap();
    assert_eq!((last.id.as_str(), last.text.as_str()), ("m1", "my card is •••• 1111"));
    assert_eq!(all_of(&bench), before);
    assert_eq!(bench.core.store.alarm_ms.get(), None);
}

#[test]
fn what_may_not_take_effect_or_ends_something_else_has_no_plan() {
    let bench = bench();
    let turn = bench.say("m1", "How long does delivery take?").answer.unwrap();
    let none = |frame: ClientFrame| assert!(plan(&bench, &frame).is_none(), "{frame:?}");
    none(say("m2", "An answer is being written"));
    bench.finish(&turn, &grounded("Two days."));
    none(say("m1", "It was there before"));
    none(say("m2", " "));
    none(say("a b", "A bad id"));
    none(ClientFrame::AskPerson { id: MessageId::new("a1") });
    assert!(plan(&bench, &say("m2", "And how much is it?")).is_some());
    bench.ask_person();
    none(say("m3", "Waiting for a person"));
}

#[test]
fn a_flood_is_not_planned() {
    let bench = bench();
    for n in 0..60 {
        let turn = bench.say(&format!("m{n}"), "x").answer;
        turn.map(|turn| bench.finish(&turn, &grounded("y")));
    }
    assert!(plan(&bench, &say("m60", "x")).is_none());
}
