//! What is due is done and told, whatever fails beside it.

use super::*;
use crate::conversation::answer::WATCH_MS;
use crate::store::Store;

/// Everything is due at once: an answer that nobody writes, the deadline, the fallback.
fn all_is_due() -> Bench {
    let bench = Bench::new(&SHOP.replace("[[targets]]", "[assistant]\nwhile_waiting = true\n\n[[targets]]"));
    bench.ask_person();
    bench.pass_ms(180_000 - WATCH_MS);
    let turn = bench.say("m1", "do you ship to Norway?").answer.unwrap();
    bench.core.grow(bench.now_ms.get(), &turn, "Yes, we").unwrap();
    bench.pass_ms(WATCH_MS);
    bench
}

#[test]
fn what_was_stored_is_told_though_something_beside_it_fails() {
    let mut failed = 0;
    for fails_at in 0..80 {
        let bench = all_is_due();
        let before = bench.log().len();
        bench.core.store.fail_after.set(Some(fails_at));
        let (effects, done) = bench.with(|core, cx| core.tick(cx));
        bench.core.store.fail_after.set(None);
        assert_eq!(effects.events, bench.log()[before..], "statement {fails_at}");
        failed += usize::from(done.is_err());
    }
    assert!(failed > 20, "{failed}");
}

#[test]
fn a_part_that_fails_keeps_nothing_else_from_being_done() {
    let bench = all_is_due();
    // As a row that cannot be read would: an answer is given up again and again, in vain.
    bench.core.store.run("UPDATE turn SET begun_ms = 'unreadable'", &[]).unwrap();
    let (effects, done) = bench.with(|core, cx| core.tick(cx));
    assert!(done.is_err());
    assert_eq!(kinds(&effects.events), ["contact_asked"]);
    assert_eq!(bench.outbox(), ["requested", "message", "overdue", "requested", "message", "overdue"]);
}

#[test]
fn a_claim_that_comes_before_the_alarm_finds_what_has_lapsed() {
    for fails_at in 0..60 {
        let bench = Bench::new(SHOP);
        bench.ask_person();
        bench.claim("Ada").unwrap();
        bench.pass_ms(60_000);
        let before = bench.log().len();
        bench.core.store.fail_after.set(Some(fails_at));
        let claimed = bench.with(|core, cx| core.claim(cx, &person("Bob")));
        bench.core.store.fail_after.set(None);
        let told = claimed.map(|(_, effects)| effects.events).unwrap_or_default();
        assert_eq!(told, bench.log()[before..], "statement {fails_at}");
    }
}
