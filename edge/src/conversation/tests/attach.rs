//! A file's message is committed once, whole, and only where somebody can look at the file.

use super::{Bench, SHOP};
use crate::conversation::Effects;
use crate::conversation::attach::Admission;
use crate::error::Result;
use counterbell_protocol::{Attachment, FileId, MAX_ATTACHMENTS, MessageId};

fn attach(bench: &Bench, id: &str) -> Result<Option<Effects>> {
    let file = Attachment {
        file: FileId(format!("f-{id}")),
        name: "a.png".into(),
        media_type: "image/png".into(),
        size_bytes: 7,
    };
    bench.with(|core, cx| core.attach(cx, &MessageId::new(id), file))
}

fn admitted(bench: &Bench, id: &str) -> Result<Admission> {
    bench.with(|core, cx| core.may_attach(cx, &MessageId::new(id)))
}

fn waiting() -> Bench {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    bench
}

#[test]
fn it_is_told_once_to_everyone() {
    let bench = waiting();
    let effects = attach(&bench, "m1").unwrap().expect("a new message");
    assert_eq!((effects.events.len(), effects.deliver), (1, true));
    assert_eq!(attach(&bench, "m1").unwrap(), None);
    assert_eq!(admitted(&bench, "m1").unwrap(), Admission::Known);
    assert_eq!(bench.outbox(), ["requested", "message"]);
}

#[test]
fn what_was_admitted_is_checked_again_when_it_has_come() {
    let bench = waiting();
    assert_eq!(admitted(&bench, "late").unwrap(), Admission::Free);
    for n in 0..MAX_ATTACHMENTS {
        bench.pass_ms(5_000);
        attach(&bench, &format!("m{n}")).unwrap();
    }
    assert_eq!(attach(&bench, "late").unwrap_err().code, "too_many");

    let bench = waiting();
    assert_eq!(admitted(&bench, "late").unwrap(), Admission::Free);
    let claim = bench.claim("Ada").unwrap().claim;
    bench.with(|core, cx| core.resolve(cx, &claim)).unwrap();
    assert_eq!(attach(&bench, "late").unwrap_err().code, "no_person");
}

#[test]
fn a_flood_of_files_is_a_flood() {
    let bench = waiting();
    for n in 0..80 {
        let _ = bench.send(super::say(&format!("m{n}"), "x"));
    }
    assert_eq!(admitted(&bench, "file").unwrap_err().code, "too_fast");
}

#[test]
fn whatever_fails_nothing_of_it_stays() {
    for statement in 0.. {
        let bench = waiting();
        let (log, outbox) = (bench.log(), bench.outbox());
        bench.core.store.fail_after.set(Some(statement));
        let done = attach(&bench, "m1");
        bench.core.store.fail_after.set(None);
        if done.is_ok() {
            assert!(statement > 5, "only {statement} statements were tried");
            return;
        }
        assert_eq!((bench.log(), bench.outbox()), (log, outbox), "statement {statement}");
        assert!(attach(&bench, "m1").unwrap().is_some(), "its id is free for another try");
    }
}
