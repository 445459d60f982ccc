//! Nothing is told before it is on the disk.
//!
//! Our code tells after its storage step. But SQLite commits that step only when our code has returned, and what
//! holds its messages back until then is the platform's *output gate*: whatever an object sends after a write
//! waits until the write is confirmed, and is never sent if it fails (Cloudflare's documents on Durable Objects,
//! "output gates"). SQL has no option to pass it by. What is sent before the write, nothing holds.
//!
//! The disk under workerd is ours here:
//!
//! - while it is *held*, before a write or before its sync, workerd's only thread stands in the commit. That
//!   shows what any object told in an earlier step, and what is left when it is killed there;
//! - when it *refuses*, workerd goes on. That shows what passed the gate, or was sent just before the write.
//!
//! Neither shows a request to somebody else's server that leaves just before the write, in the same step: here
//! the commit is quicker than the connection. Only one does, the question to the model (`worker/pump.rs`); what
//! is shown of it is that its words wait for the commit.

mod call;
mod scene;

use call::Act;
use counterbell_protocol::socket::{Open, Page};
use scene::Scene;
use tests::edge::{At, Edge, ShopSetup};
use tests::run;
use tests::shopper::Shopper;
use tests::unique;
use tokio::task::JoinHandle;

#[test]
fn while_the_disk_is_held_nobody_is_told_and_then_everybody() {
    run(async {
        for act in Act::ALL {
            let mut scene = Scene::before(act).await;
            scene.disk.hold(At::Sync, scene.id());
            let answer = scene.act().await;
            scene.disk.met().await;
            scene.nobody_was_told().await;
            assert!(!answer.as_ref().is_some_and(JoinHandle::is_finished), "{act:?}: answered");
            scene.disk.release();
            scene.everybody_is_told().await;
            if let Some(answer) = answer {
                answer.await.expect("no panic").expect("an answer").expect(200);
            }
        }
    });
}

#[test]
fn what_the_disk_refuses_is_told_to_nobody() {
    run(async {
        for act in Act::ALL {
            let mut scene = Scene::before(act).await;
            scene.disk.fail(At::Write, scene.id());
            let answer = scene.act().await;
            scene.disk.met().await;
            scene.nobody_was_told().await;
            scene.was_not_accepted(answer).await;
            scene.disk.release();
            scene.nothing_is_kept().await;
            scene.again_it_takes_effect_once().await;
        }
    });
}

#[test]
fn killed_while_the_disk_is_held_nothing_that_was_told_is_missing() {
    run(async {
        for act in Act::ALL {
            let mut scene = Scene::before(act).await;
            scene.disk.hold(At::Write, scene.id());
            let answer = scene.act().await;
            scene.disk.met().await;
            scene.edge.kill9();
            // Whatever had left it by then is here.
            scene.nobody_was_told().await;
            scene.was_not_accepted(answer).await;
            scene.disk.release();
            scene.edge.restart().await;
            scene.nothing_is_kept().await;
            scene.again_it_takes_effect_once().await;
        }
    });
}

#[test]
fn a_conversation_that_is_not_stored_is_given_to_nobody() {
    run(async {
        let (edge, disk) = Edge::start_on_a_disk().await;
        let shop = edge.shop(ShopSetup::new()).await;
        let url = unique("https://shop.example/coat");
        let page = Page { url: Some(url.clone()), ..Page::default() };
        let open = Open { page: Some(page), ..Open::default() };
        disk.fail(At::Write, &url);
        let refused = Shopper::try_open(&edge.url, &shop.id, &open).await;
        assert!(refused.status >= 500, "{} {}", refused.status, refused.text());
        disk.hold(At::Sync, &url);
        let answer = {
            let (edge, shop) = (edge.url.clone(), shop.id.clone());
            tokio::spawn(async move { Shopper::try_open(&edge, &shop, &open).await })
        };
        disk.met().await;
        tokio::time::sleep(scene::LONG_ENOUGH).await;
        assert!(!answer.is_finished(), "answered");
        disk.release();
        let opened = answer.await.expect("no panic").expect(201);
        let shopper = Shopper::opened(&edge.url, &shop.id, &opened.json());
        assert_eq!(shopper.missed(0).await.ready.seq, 1);
    });
}
