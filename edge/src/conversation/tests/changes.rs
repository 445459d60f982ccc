//! Every call in every state: what it makes of the owner, or the refusal, which changes nothing. What does not
//! compile stands in `edge/owner`; here is what is read from the store and asked from outside.

use super::*;
use counterbell_protocol::agent::{Note, Transfer};
use counterbell_protocol::event::{Contact, Rating};

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Is(Owner),
    Refused(&'static str),
}

type Call = fn(&Bench, &str) -> Result<()>;

/// A conversation in this state, with the claim that Ada has, or had until just now.
fn in_state(owner: Owner) -> (Bench, String) {
    let bench = Bench::new(SHOP);
    bench.ask_person();
    let claim = bench.claim("Ada").unwrap().claim;
    match owner {
        Owner::Assistant => drop(bench.with(|core, cx| core.release(cx, &claim)).unwrap()),
        Owner::Waiting => {
            let transfer = Transfer { claim: claim.clone(), queue: "default".into() };
            bench.with(|core, cx| core.transfer(cx, &transfer)).unwrap();
        }
        Owner::Person => {}
        Owner::Closed => drop(bench.with(|core, cx| core.resolve(cx, &claim)).unwrap()),
    }
    assert_eq!(bench.owner(), owner);
    (bench, claim)
}

fn id() -> MessageId {
    MessageId::new("fresh")
}

const CALLS: &[(&str, Call)] = &[
    ("say", |bench, _| bench.send(say("fresh", "where is my parcel")).map(drop)),
    ("ask", |bench, _| bench.send(ClientFrame::AskPerson { id: id() }).map(drop)),
    ("withdraw", |bench, _| bench.send(ClientFrame::Withdraw { id: id() }).map(drop)),
    ("contact", |bench, _| {
        let contact = Contact { reach: "a@b.example".into(), name: None };
        bench.send(ClientFrame::LeaveContact { id: id(), contact }).map(drop)
    }),
    ("rate", |bench, _| {
        let rating = Rating { solved: true, comment: None };
        bench.send(ClientFrame::Rate { id: id(), rating }).map(drop)
    }),
    ("end", |bench, _| bench.send(ClientFrame::End { id: id() }).map(drop)),
    ("claim", |bench, _| bench.claim("Bob").map(drop)),
    ("renew", |bench, claim| bench.with(|core, cx| core.renew(cx, claim)).map(drop)),
    ("reply", |bench, claim| bench.reply(claim, "fresh", "hello").map(drop)),
    ("note", |bench, claim| {
        let note = Note { claim: claim.into(), text: "rude".into() };
        bench.with(|core, cx| core.note(cx, &note)).map(drop)
    }),
    ("transfer", |bench, claim| {
        let transfer = Transfer { claim: claim.into(), queue: "billing".into() };
        bench.with(|core, cx| core.transfer(cx, &transfer)).map(drop)
    }),
    ("release", |bench, claim| bench.with(|core, cx| core.release(cx, claim)).map(drop)),
    ("resolve", |bench, claim| bench.with(|core, cx| core.resolve(cx, claim)).map(drop)),
];

const STATES: [Owner; 4] = [Owner::Assistant, Owner::Waiting, Owner::Person, Owner::Closed];

/// From assistant, waiting, person and closed, in this order.
fn expected(call: &str) -> [Then; 4] {
    use Then::{Is, Refused};
    let (assistant, waiting, person, closed) =
        (Is(Owner::Assistant), Is(Owner::Waiting), Is(Owner::Person), Is(Owner::Closed));
    let by_holder = |then| [Refused("claim_lapsed"), Refused("claim_lapsed"), then, Refused("claim_lapsed")];
    match call {
        "say" => [assistant, waiting, person, assistant],
        "ask" => [waiting, waiting, person, waiting],
        "withdraw" => [Refused("not_waiting"), assistant, Refused("not_waiting"), Refused("not_waiting")],
        "contact" => [Refused("not_waiting"), waiting, person, Refused("not_waiting")],
        "rate" => [assistant, waiting, person, closed],
        "end" => [closed; 4],
        "claim" => [Refused("not_waiting"), person, Refused("held"), Refused("not_waiting")],
        "renew" | "reply" | "note" => by_holder(person),
        "transfer" => by_holder(waiting),
        "release" => by_holder(assistant),
        "resolve" => by_holder(closed),
        other => panic!("{other}"),
    }
}

#[test]
fn every_call_in_every_state() {
    for (name, call) in CALLS {
        for (state, then) in STATES.into_iter().zip(expected(name)) {
            let (bench, claim) = in_state(state);
            let (epoch, log, outbox) = (bench.epoch(), bench.log(), bench.outbox());
            let what = format!("{name} while {state:?}");
            match (call(&bench, &claim), then) {
                (Ok(()), Then::Is(owner)) => {
                    assert_eq!(bench.owner(), owner, "{what}");
                    let changes = if owner == state { 0 } else { 1 };
                    // Who asks for a person after the end opens it again and then hands it over.
                    let changes = if (*name, state) == ("ask", Owner::Closed) { 2 } else { changes };
                    assert_eq!(bench.epoch(), epoch + changes, "{what}");
                }
                (Err(error), Then::Refused(code)) => {
                    assert_eq!(error.code, code, "{what}");
                    assert_eq!((bench.owner(), bench.epoch()), (state, epoch), "{what}");
                    assert_eq!((bench.log(), bench.outbox()), (log, outbox), "{what}");
                }
                (done, _) => panic!("{what}: {done:?} instead of {then:?}"),
            }
        }
    }
}
