//! Calls of people that come twice, late or out of order: each takes effect once, under the claim it was
//! written under, or is refused and not heard.

use counterbell_protocol::agent::{Note, Replied, Reply, Transfer};
use counterbell_protocol::{Author, MessageId, Owner};
use tests::edge::{Edge, Shop, ShopSetup};
use tests::shopper::{Shopper, messages};
use tests::{run, unique};

fn reply(claim: &str, text: &str) -> Reply {
    Reply { claim: claim.to_owned(), id: MessageId(unique("r")), text: text.to_owned() }
}

async fn by_people(shopper: &Shopper) -> Vec<String> {
    let said = messages(&shopper.missed(0).await.events).into_iter();
    said.filter(|message| message.from == Author::Person).map(|message| message.text).collect()
}

async fn waiting() -> (Shop, Shopper) {
    let shop = Edge::shared().await.shop(ShopSetup::new()).await;
    let (shopper, mut socket) = shop.talk().await;
    socket.ask_person().await;
    (shop, shopper)
}

#[test]
fn replies_that_overtake_each_other_are_each_stored_once() {
    run(async {
        let (shop, shopper) = waiting().await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        let (first, second) = (reply(&held.claim, "first"), reply(&held.claim, "second"));
        let (queue, id) = (&shop.queue, &shopper.conversation);
        let send = |one: Reply| async move {
            let answer = queue.call(id, "reply", &one).await.expect(200);
            answer.json::<Replied>().seq
        };
        // The second arrives before the first, and both again, each under a fresh idempotency id.
        let (b, a) = (send(second.clone()).await, send(first.clone()).await);
        assert_eq!((send(first).await, send(second).await), (a, b));
        assert!(b < a);
        assert_eq!(by_people(&shopper).await, ["second", "first"]);
    });
}

#[test]
fn what_was_written_under_an_earlier_claim_is_refused() {
    run(async {
        let (shop, shopper) = waiting().await;
        let id = &shopper.conversation;
        let before = shop.queue.call(id, "reply", &reply("made-up", "too early")).await;
        assert_eq!((before.status, before.code().as_str()), (409, "claim_lapsed"));
        let old = shop.queue.claim(id, "Mina").await;
        shop.queue.transfer(id, &old.claim, "default").await.expect(200);
        let new = shop.queue.claim(id, "Jonas").await;
        // Mina's calls were under way; they arrive now.
        for what in ["renew", "typing", "release", "resolve"] {
            let late = shop.queue.held(id, &old.claim, what).await;
            assert_eq!((late.status, late.code().as_str()), (409, "claim_lapsed"), "{what}");
            assert_eq!(late.value()["held_by"]["name"], "Jonas", "{what}");
        }
        for late in [
            shop.queue.call(id, "reply", &reply(&old.claim, "too late")).await,
            shop.queue.note(id, &old.claim, "too late").await,
            shop.queue.transfer(id, &old.claim, "returns").await,
        ] {
            assert_eq!((late.status, late.code().as_str()), (409, "claim_lapsed"));
        }
        shop.queue.reply(id, &new.claim, "Jonas here").await.expect(200);
        assert_eq!(by_people(&shopper).await, ["Jonas here"]);
        assert_eq!(shopper.missed(0).await.ready.owner, Owner::Person);
    });
}

#[test]
fn a_claim_whose_answer_was_lost_is_given_again_to_the_same_person_alone() {
    run(async {
        let (shop, shopper) = waiting().await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        assert_eq!(shop.queue.claim(&shopper.conversation, "Mina").await.claim, held.claim);
        let other = shop.queue.try_claim(&shopper.conversation, "Jonas").await;
        assert_eq!((other.status, other.value()["held_by"]["name"].as_str()), (409, Some("Mina")));
    });
}

#[test]
fn a_call_that_comes_twice_takes_effect_once_whatever_it_is() {
    run(async {
        let (shop, shopper) = waiting().await;
        let (queue, id) = (&shop.queue, &shopper.conversation);
        let held = queue.claim(id, "Mina").await;
        let note = Note { claim: held.claim.clone(), text: "The parcel is lost.".to_owned() };
        let transfer = Transfer { claim: held.claim, queue: "returns".to_owned() };
        for _ in 0..3 {
            queue.call_again(id, "note", &note, "note-1").await.expect(200);
        }
        // The second of these would be refused: the claim is gone with the first.
        for _ in 0..2 {
            queue.call_again(id, "transfer", &transfer, "transfer-1").await.expect(200);
        }
        let transcript = queue.transcript(id).await;
        assert_eq!(transcript.notes.len(), 1, "{:?}", transcript.notes);
        let other = queue.call_again(id, "transfer", &transfer, "note-1").await;
        assert_eq!((other.status, other.code().as_str()), (422, "key_reused"));
    });
}
