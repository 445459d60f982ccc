//! A turn of the assistant: what may be shown of it, and what follows from it.

use super::*;
use crate::store::Store;
use counterbell_policy::ModelFacts;
use counterbell_protocol::event::OwnerChange;

fn asked() -> (Bench, Turn) {
    let bench = Bench::new(SHOP);
    let turn = bench.say("m1", "How long does delivery take?").answer.unwrap();
    (bench, turn)
}

fn handed_over(effects: &Effects) -> Option<&OwnerChange> {
    effects.events.iter().find_map(|event| match &event.event {
        EventBody::Owner(change) if change.owner == Owner::Waiting => Some(change),
        _ => None,
    })
}

#[test]
fn a_good_answer_is_committed_under_the_id_of_its_draft() {
    let (bench, turn) = asked();
    let effects = bench.finish(&turn, &grounded("Two days."));
    assert_eq!(kinds(&effects.events), ["message"]);
    assert_eq!(bench.core.history(9).unwrap()[1].id, turn.message);
    assert_eq!(bench.owner(), Owner::Assistant);
}

#[test]
fn a_false_promise_is_not_shown_and_becomes_true() {
    let (bench, turn) = asked();
    let claim = "I have transferred you to a colleague.".to_owned();
    let finished = Finished { text: "Sure.".into(), claim: Some(claim), ..Finished::default() };
    let effects = bench.finish(&turn, &finished);
    assert_eq!(effects.dropped.as_ref(), Some(&turn.message));
    assert!(handed_over(&effects).is_some(), "{effects:?}");
    assert_eq!(texts(&bench.log()), ["How long does delivery take?"]);
}

#[test]
fn a_model_that_is_down_hands_over_and_keeps_what_was_shown() {
    let (bench, turn) = asked();
    bench.core.grow(bench.now_ms.get(), &turn, "It takes").unwrap();
    let model = ModelFacts { down: true, ..ModelFacts::default() };
    let finished = Finished { text: "It takes".into(), cut: true, model, ..Finished::default() };
    let effects = bench.finish(&turn, &finished);
    assert!(handed_over(&effects).is_some());
    let messages = bench.core.history(9).unwrap();
    assert_eq!((messages[1].text.as_str(), messages[1].cut), ("It takes", true));
}

#[test]
fn an_answer_that_nobody_writes_any_more_hands_over() {
    let (bench, turn) = asked();
    bench.core.grow(bench.now_ms.get(), &turn, "It").unwrap();
    assert_eq!(bench.core.store.alarm_ms.get(), Some(bench.now_ms.get() + 18_000));
    bench.pass_ms(18_000);
    let effects = bench.tick();
    assert!(handed_over(&effects).is_some());
    let last = bench.core.history(9).unwrap().pop().unwrap();
    assert_eq!((last.text.as_str(), last.cut), ("It", true));
}

/// The object is gone and back, so much later.
fn restart(bench: &Bench, later_ms: u64) -> Effects {
    bench.pass_ms(later_ms);
    bench.core.wake(bench.now_ms.get()).unwrap();
    assert_eq!(bench.core.store.alarm_ms.get(), Some(bench.now_ms.get()));
    bench.tick()
}

#[test]
fn an_answer_whose_writer_died_is_begun_again_and_what_was_shown_stays() {
    let (bench, turn) = asked();
    bench.core.grow(bench.now_ms.get(), &turn, "It").unwrap();
    let effects = restart(&bench, 3_000);
    assert_eq!(texts(&effects.events), ["It"]);
    let again = effects.answer.unwrap();
    assert_ne!(again.message, turn.message);
    assert_eq!(again.begun_ms, turn.begun_ms, "the shopper has waited since the question");
    bench.finish(&again, &grounded("It takes two days."));
    let cut: Vec<_> = bench.core.history(9).unwrap().into_iter().map(|said| (said.text, said.cut)).collect();
    let question = "How long does delivery take?".to_owned();
    assert_eq!(cut, [(question, false), ("It".into(), true), ("It takes two days.".into(), false)]);
    assert_eq!(bench.owner(), Owner::Assistant);
}

#[test]
fn one_of_which_nothing_was_shown_is_begun_again_without_a_trace() {
    let (bench, turn) = asked();
    let effects = restart(&bench, 0);
    assert_eq!((effects.events.len(), effects.dropped), (0, Some(turn.message)));
    assert!(effects.answer.is_some());
}

#[test]
fn an_answer_whose_writer_died_twice_or_late_is_given_up() {
    let (bench, turn) = asked();
    bench.core.grow(bench.now_ms.get(), &turn, "It").unwrap();
    assert!(restart(&bench, 1_000).answer.is_some());
    let second = restart(&bench, 1_000);
    assert!(second.answer.is_none() && handed_over(&second).is_some(), "{second:?}");
    assert_eq!(texts(&bench.log()), ["How long does delivery take?", "It"]);

    for (later_ms, again) in [(9_999, true), (10_000, false)] {
        let (bench, _) = asked();
        let late = restart(&bench, later_ms);
        assert_eq!((late.answer.is_some(), handed_over(&late).is_none()), (again, again), "{later_ms}");
    }
}

#[test]
fn nothing_is_begun_again_for_an_epoch_that_is_over() {
    let (bench, turn) = asked();
    let raise = "UPDATE conversation SET state = json_set(state, '$.epoch', 7)";
    bench.core.store.run(raise, &[]).unwrap();
    let effects = restart(&bench, 1_000);
    assert_eq!((effects.answer, effects.dropped), (None, Some(turn.message)));
}

#[test]
fn who_does_not_know_offers_a_person_in_the_same_turn() {
    let (bench, turn) = asked();
    let text = "The help pages do not hold the answer to this.";
    let finished = Finished { text: text.into(), refused: true, quoted: true, ..Finished::default() };
    let effects = bench.finish(&turn, &finished);
    assert_eq!(kinds(&effects.events), ["message", "offer"]);
}

#[test]
fn a_second_question_keeps_what_was_shown_of_the_first_answer() {
    let (bench, turn) = asked();
    bench.core.grow(bench.now_ms.get(), &turn, "It takes").unwrap();
    let effects = bench.say("m2", "and to Norway?");
    assert_eq!(kinds(&effects.events), ["message", "message"]);
    assert_eq!(texts(&effects.events), ["It takes", "and to Norway?"]);
    assert_ne!(effects.answer.unwrap().message, turn.message);
    assert!(!bench.core.is_current(&turn).unwrap());
}

#[test]
fn a_writer_that_asks_again_and_again_hears_of_every_end() {
    let check = |name: &str, end: &dyn Fn(&Bench, &Turn)| {
        let (bench, turn) = asked();
        bench.core.offer_slow(bench.now_ms.get(), &turn).unwrap();
        assert!(bench.core.is_current(&turn).unwrap(), "before {name}");
        end(&bench, &turn);
        assert!(!bench.core.is_current(&turn).unwrap(), "after {name}");
    };
    check("a request for a person", &|bench, _| drop(bench.ask_person()));
    check("another question", &|bench, _| drop(bench.say("m2", "and to Norway?")));
    check("the end of the conversation", &|bench, _| {
        bench.send(ClientFrame::End { id: MessageId::new("e1") }).unwrap();
    });
    check("the end of the answer", &|bench, turn| drop(bench.finish(turn, &grounded("Two days."))));
    check("being given up", &|bench, _| {
        bench.pass_ms(18_000);
        bench.tick();
    });
    check("the end of another turn", &|bench, turn| {
        let other = Turn { message: MessageId::new("other"), epoch: turn.epoch, begun_ms: turn.begun_ms };
        bench.finish(&other, &grounded("No."));
        bench.ask_person();
    });
}

#[test]
fn one_who_comes_back_gets_the_draft() {
    let (bench, turn) = asked();
    assert_eq!(bench.core.draft().unwrap(), None);
    bench.core.grow(bench.now_ms.get(), &turn, "It takes").unwrap();
    let draft = bench.core.draft().unwrap().unwrap();
    assert_eq!((draft.message, draft.offset, draft.text.as_str()), (turn.message, 0, "It takes"));
}

#[test]
fn a_request_in_words_is_handed_over_before_any_model() {
    let bench = Bench::new(SHOP);
    let effects = bench.say("m1", "I want to talk to a human");
    assert_eq!(effects.answer, None);
    assert!(handed_over(&effects).is_some());
    assert!(effects.deliver);
}

#[test]
fn a_slow_answer_comes_with_an_offer() {
    let (bench, turn) = asked();
    let effects = bench.core.offer_slow(bench.now_ms.get(), &turn).unwrap();
    assert_eq!(kinds(&effects.events), ["offer"]);
    bench.ask_person();
    assert_eq!(bench.core.offer_slow(bench.now_ms.get(), &turn).unwrap(), Effects::default());
}

#[test]
fn an_answer_that_came_after_all_is_not_called_slow() {
    let (bench, turn) = asked();
    bench.finish(&turn, &grounded("Two days."));
    assert_eq!(bench.core.offer_slow(bench.now_ms.get(), &turn).unwrap(), Effects::default());
}

#[test]
fn a_turn_of_an_earlier_epoch_is_over_even_if_its_row_was_left_behind() {
    let (bench, turn) = asked();
    let raise = "UPDATE conversation SET state = json_set(state, '$.epoch', 7)";
    bench.core.store.run(raise, &[]).unwrap();
    assert!(!bench.core.is_current(&turn).unwrap());
    assert!(!bench.core.grow(bench.now_ms.get(), &turn, "It takes").unwrap());
    assert_eq!(bench.finish(&turn, &grounded("Two days.")).dropped, Some(turn.message));
    assert_eq!(texts(&bench.log()), ["How long does delivery take?"]);
}

#[test]
fn a_claim_ends_the_answer_of_the_helper_and_keeps_what_was_shown() {
    let bench = Bench::new(&format!("{SHOP}\n[assistant]\nwhile_waiting = true\n"));
    bench.ask_person();
    let turn = bench.say("m1", "how long is the return period?").answer.unwrap();
    bench.core.grow(bench.now_ms.get(), &turn, "It is").unwrap();
    bench.claim("Ada").unwrap();
    assert_eq!(bench.core.draft().unwrap(), None);
    let kept = bench.core.history(9).unwrap().pop().unwrap();
    assert_eq!((kept.text.as_str(), kept.cut), ("It is", true));
    assert_eq!(bench.finish(&turn, &grounded("It is 60 days.")).dropped, Some(turn.message));
}
