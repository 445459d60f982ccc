//! A person claims, answers and resolves; while they hold the conversation the assistant is silent.

use counterbell_protocol::agent::{Claimed, People, Reply};
use counterbell_protocol::event::OwnerCause;
use counterbell_protocol::{Author, ClientFrame, MessageId, Owner, ServerFrame};
use std::time::Duration;
use tests::edge::{Edge, ShopSetup};
use tests::llm::{Script, Upstream};
use tests::receiver::Receiver;
use tests::shopper::{PATIENCE, fresh_id, messages};
use tests::{poll, run, unique};

#[test]
fn from_the_question_to_the_end() {
    run(async {
        let model = Upstream::start(Script::answer("I am the assistant.")).await;
        let receiver = Receiver::start().await;
        let setup = ShopSetup::new().model(&model.base_url()).target(&receiver.url());
        let shop = Edge::shared().await.shop(setup).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.say("Is the coat warm?").await;
        socket.answer().await;
        socket.ask_person().await;

        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        let joined = socket.owner(Owner::Person).await;
        assert_eq!((joined.cause, joined.name.as_deref()), (OwnerCause::Claimed, Some("Mina")));
        shop.queue.reply(&shopper.conversation, &held.claim, "Hello, I am <b>Mina</b>.").await.expect(200);
        let mark = socket.mark();
        let reply = socket.message_since(0, Author::Person).await;
        assert_eq!((reply.text.as_str(), reply.name.as_deref()), ("Hello, I am <b>Mina</b>.", Some("Mina")));

        let asked_before = model.requests().len();
        socket.say("Thank you. And is it dry?").await;
        let passed_on = receiver.first("escalation.message", PATIENCE).await;
        assert!(passed_on.0.text().contains("And is it dry?"));
        shop.queue.reply(&shopper.conversation, &held.claim, "It is.").await.expect(200);
        socket.message_since(mark, Author::Person).await;
        assert_eq!(model.requests().len(), asked_before, "the assistant was asked while a person holds it");

        shop.queue.held(&shopper.conversation, &held.claim, "resolve").await.expect(200);
        assert_eq!(socket.owner(Owner::Closed).await.cause, OwnerCause::Resolved);
        receiver.first("conversation.closed", PATIENCE).await;
        shop.wait_for_open("empty queue", |count| count == 0).await;
        let late = shop.queue.reply(&shopper.conversation, &held.claim, "One more thing").await;
        assert_eq!(late.status, 409, "{}", late.text());

        // Writing again opens it again, and the assistant is back.
        let mark = socket.mark();
        socket.say("Is the coat warm at night?").await;
        assert_eq!(socket.owner_since(mark, Owner::Assistant).await.cause, OwnerCause::Reopened);
        assert_eq!(socket.message_since(mark, Author::Assistant).await.text, "I am the assistant.");
    });
}

#[test]
fn a_call_sent_twice_under_one_idempotency_id_takes_effect_once() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        let (call, id) = (unique("call"), MessageId(unique("r")));
        let reply = Reply { claim: held.claim.clone(), id, text: "Hello".to_owned() };
        let first = shop.queue.call_again(&shopper.conversation, "reply", &reply, &call).await.expect(200);
        for _ in 0..3 {
            let again =
                shop.queue.call_again(&shopper.conversation, "reply", &reply, &call).await.expect(200);
            assert_eq!(again.body, first.body);
        }
        // The same message under a fresh idempotency id is still the same message.
        let other = shop.queue.call(&shopper.conversation, "reply", &reply).await.expect(200);
        assert_eq!(other.body, first.body);
        let said = messages(&shopper.missed(0).await.events);
        assert_eq!(said.iter().filter(|m| m.from == Author::Person).count(), 1);
        let without = tests::http::Ask::post(format!(
            "{}/v1/shops/{}/agent/conversations/{}/reply",
            shop.edge, shop.id, shopper.conversation
        ));
        assert_eq!(without.bearer(&shop.queue.key).json(&reply).send().await.status, 400);
    });
}

#[test]
fn notes_are_for_people_alone() {
    run(async {
        let model = Upstream::start(Script::answer("I am the assistant.")).await;
        let shop = Edge::shared().await.shop(ShopSetup::new().model(&model.base_url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        shop.queue.note(&shopper.conversation, &held.claim, "a difficult customer").await.expect(200);
        assert_eq!(shop.queue.transcript(&shopper.conversation).await.notes[0].text, "a difficult customer");
        shop.queue.held(&shopper.conversation, &held.claim, "release").await.expect(200);
        socket.owner_since(0, Owner::Person).await;
        let mark = socket.mark();
        socket.say("Is the coat warm?").await;
        socket.message_since(mark, Author::Assistant).await;
        let heard = serde_json::to_string(&socket.heard).unwrap();
        let asked: String = model.requests().iter().map(tests::wire::Request::text).collect();
        let log = serde_json::to_string(&shopper.missed(0).await).unwrap();
        for text in [heard, asked, log] {
            assert!(!text.contains("a difficult customer"), "{text}");
        }
    });
}

#[test]
fn a_transfer_keeps_the_place_and_tells_the_other_queue() {
    run(async {
        let (first, second) = (Receiver::start().await, Receiver::start().await);
        let setup = ShopSetup::new().target(&first.url());
        let setup = setup.more(&format!("[[targets]]\nqueue = \"returns\"\nurl = \"{}\"\n", second.url()));
        let shop = Edge::shared().await.shop(setup).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        let since_ms = shop.queue.escalations().await.escalations.first().map(|e| e.since_ms);
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        let mark = socket.mark();
        shop.queue.transfer(&shopper.conversation, &held.claim, "returns").await.expect(200);
        assert_eq!(socket.owner_since(mark, Owner::Waiting).await.cause, OwnerCause::Transferred);
        let told = second.first("escalation.requested", PATIENCE).await.requested();
        assert_eq!(told.queue, "returns");
        assert_eq!(told.about.escalation, held.escalation);
        let open = poll::until("escalation in the other queue", PATIENCE, || async {
            let open = shop.queue.escalations().await.escalations;
            open.into_iter().find(|e| e.queue == "returns")
        })
        .await;
        if let Some(since_ms) = since_ms {
            assert_eq!(open.since_ms, since_ms);
        }
        let late = shop.queue.reply(&shopper.conversation, &held.claim, "Hello").await;
        assert_eq!(late.status, 409);
    });
}

#[test]
fn the_shopper_sees_that_somebody_writes_and_how_the_wait_stands() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (shopper, mut socket) = shop.talk().await;
        let people =
            People { online: Some(2), wait_low_s: Some(60), wait_high_s: Some(180), ttl_s: Some(600) };
        shop.queue.put("people", &people).await.expect(200);
        socket.ask_person().await;
        let status = socket
            .until("queue status", |frame| match frame {
                ServerFrame::Queue(status) if status.position.is_some() => Some(status.clone()),
                _ => None,
            })
            .await;
        assert_eq!((status.position, status.people_online), (Some(1), Some(2)));
        assert_eq!((status.wait_low_s, status.wait_high_s), (Some(60), Some(180)));
        let held = shop.queue.claim(&shopper.conversation, "Mina").await;
        shop.queue.held(&shopper.conversation, &held.claim, "typing").await.expect(200);
        let name = socket
            .until("typing", |frame| match frame {
                ServerFrame::Typing { name } => Some(name.clone()),
                _ => None,
            })
            .await;
        assert_eq!(name.as_deref(), Some("Mina"));
    });
}

#[test]
fn a_number_that_nobody_gave_is_not_shown() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let (_, mut socket) = shop.talk().await;
        socket.ask_person().await;
        poll::never("a wait that nobody gave", Duration::from_secs(2), || async { None::<()> }).await;
        socket.say("Are you there?").await;
        for frame in &socket.heard {
            if let ServerFrame::Queue(status) = frame {
                assert_eq!((status.wait_low_s, status.wait_high_s, status.people_online), (None, None, None));
            }
        }
    });
}

#[test]
fn the_shopper_may_take_the_request_back_and_rate_the_end() {
    run(async {
        let receiver = Receiver::start().await;
        let shop = Edge::shared().await.shop(ShopSetup::new().target(&receiver.url())).await;
        let (shopper, mut socket) = shop.talk().await;
        socket.ask_person().await;
        socket.deliver(&ClientFrame::Withdraw { id: fresh_id() }).await;
        let kinds = ["escalation.requested", "escalation.withdrawn"];
        for kind in kinds {
            receiver.first(kind, PATIENCE).await;
        }
        assert_eq!(shop.queue.try_claim(&shopper.conversation, "Mina").await.status, 409);

        socket.ask_person().await;
        receiver.nth("escalation.requested", 2, PATIENCE).await;
        let held: Claimed = shop.queue.claim(&shopper.conversation, "Mina").await;
        shop.queue.held(&shopper.conversation, &held.claim, "resolve").await.expect(200);
        let rating = counterbell_protocol::event::Rating { solved: true, comment: Some("Kind.".to_owned()) };
        socket.deliver(&ClientFrame::Rate { id: fresh_id(), rating }).await;
        assert!(receiver.first("conversation.rated", PATIENCE).await.0.text().contains("Kind."));
        // In order, as it happened.
        let order: Vec<String> = receiver.attempts().iter().map(tests::receiver::Recorded::kind).collect();
        let expected = [
            "escalation.requested",
            "escalation.withdrawn",
            "escalation.requested",
            "conversation.closed",
            "conversation.rated",
        ];
        assert_eq!(order, expected);
    });
}
