//! Versions that differ: a widget under an edge that says more than it knows, a page with the loader of v1, and
//! a frame of v1 in a page with today's loader. The messages of v1 are kept in `released/page_v1.json`.

use crate::scene::{DESKTOP, Scene, see};
use serde_json::{Value, json};
use tests::edge::{Edge, ShopSetup, built};
use tests::run;
use tests::shop_page::{Page, ShopSite};

/// Every frame from the edge has fields more, at every depth; frames and events come that nobody knows. Numbers of
/// later events move up by the unknown one.
const NEWER_EDGE: &str = "{ const Real = WebSocket;
    const more = value => value && typeof value === 'object'
        ? (Object.values(value).forEach(more), Array.isArray(value) || (value.from_the_future = {deep: [null, 1.5]}), value) : value;
    window.WebSocket = class extends Real {
        set onmessage(told) {
            let shift = 0;
            const tell = frame => told({data: JSON.stringify(frame)});
            super.onmessage = told && (({data}) => {
                if (data === 'pong') return told({data});
                const frame = more(JSON.parse(data));
                tell({type: 'confetti', colour: 'blue'});
                told({data: new Blob(['binary'])});
                told({data: 'not json'});
                if (frame.seq === 2 && !shift) {
                    shift = 1;
                    tell({type: 'event', seq: 2, at_ms: 1, event: {type: 'sticker', url: 'x'}});
                }
                if (frame.seq !== undefined) frame.seq += shift;
                tell(frame);
            });
        }
    };
}";

#[test]
fn under_a_newer_edge_the_widget_goes_the_whole_way() {
    run(async {
        let scene = Scene::new().await;
        scene.page.run_first(NEWER_EDGE).await;
        let frame = scene.open().await;
        scene.go_the_whole_way(&frame).await;
        scene.page.close_quietly(&[]).await;
    });
}

/// A frame's document of then: it says what it said, and keeps what it hears.
const OF_THEN: &str = "<script>window.heard = []; window.later = LATER;
    addEventListener('message', ({data}) => heard.push(data));
    const say = message => parent.postMessage(message, '*');
    say({counterbell: 1, type: 'hologram', x: 1});
    say({counterbell: 1, type: 'shell'});
    say({counterbell: 1, type: 'ready', version: '0.1.0'});
    </script><textarea id='text'></textarea>";

fn v1() -> Value {
    serde_json::from_str(include_str!("released/page_v1.json")).expect("JSON")
}

/// Whether `new` says all that `old` says; a text stands for any of its kind.
fn says(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            old.iter().all(|(name, value)| new.get(name).is_some_and(|now| says(value, now)))
        }
        (Value::String(kind), new) if kind == "any text" => new.is_string(),
        (Value::String(kind), new) if kind == "any number" => new.is_number(),
        (old, new) => old == new,
    }
}

#[test]
fn a_page_with_the_loader_of_v1_opens_todays_frame_and_hears_it() {
    run(async {
        let site = ShopSite::start().await;
        let shop = Edge::shared().await.shop(ShopSetup::new().origins(&[&site.origin()])).await;
        let scene = Scene::at(site, shop, DESKTOP).await;
        let src = format!(
            "{}/s/{}/frame?origin={}&language=en",
            scene.shop.edge,
            scene.shop.id,
            scene.site.origin()
        );
        let script = format!(
            "<script>window.heard = []; addEventListener('message', ({{data}}) => heard.push(data));</script>
            <iframe src='{src}' style='width:400px;height:600px'></iframe>"
        );
        scene.page.goto(&scene.site.put("/", Page::html("").replacing_body(&script))).await;
        scene.page.wait_for("heard.some(message => message.type === 'ready')").await;
        let v1 = v1();
        for message in v1["to_frame"].as_array().expect("messages") {
            let edge = json!(scene.shop.edge);
            scene.page.eval(&format!("(frames[0].postMessage({message}, {edge}), true)")).await;
        }
        // The last of them asked for a person.
        let frame = scene.frame();
        see(&frame, "Is it warm?").await;
        see(&frame, "You are in the queue").await;
        frame
            .wait_for("document.documentElement.lang === 'de' || document.documentElement.lang === 'en'")
            .await;
        for expected in v1["to_page"].as_array().expect("messages") {
            if expected["type"] == "close" {
                frame.click("#close").await;
            }
            tests::poll::until(format!("{expected}"), tests::browser::PATIENCE, || async {
                let heard = scene.page.eval("heard").await;
                heard.as_array()?.iter().any(|message| says(expected, message)).then_some(())
            })
            .await;
        }
    });
}

#[test]
fn todays_loader_shows_a_frame_of_v1_and_passes_on_what_it_says() {
    run(async {
        // An edge of then: today's loader and a document that speaks v1.
        let (edge, shop) = (ShopSite::start().await, ShopSite::start().await);
        let loader = std::fs::read_to_string(built().widget.join("loader.js")).expect("the built loader");
        edge.put("/loader.js", Page::script(&loader));
        let messages = v1();
        let frame = OF_THEN.replace("LATER", &messages["later"].to_string());
        edge.put("/s/then/frame", Page::html("").replacing_body(&frame));
        let page = tests::browser::Browser::shared().await.page().await;
        let tag = format!("<script async src='{}/loader.js' data-shop='then'></script>", edge.origin());
        page.goto(&shop.put("/", Page::html(&tag))).await;
        page.wait_for("window.counterbell?.version").await;
        page.eval("(window.events = [], ['ready', 'unread', 'message', 'queue', 'close', 'error'].forEach(type => counterbell('on', type, event => events.push(event))), true)").await;
        page.eval("(counterbell('identify', 'a.b.c'), counterbell('ask', 'Is it warm?', {send: true}))")
            .await;
        let frame = page.frame("/s/then/frame");
        page.wait_for("events.some(event => event.type === 'ready')").await;
        page.eval("(counterbell('update', {order: '1042'}), counterbell('setLanguage', 'de'), counterbell('handoff'))").await;
        frame.wait_for("heard.some(message => message.type === 'handoff')").await;
        let heard = frame.eval("heard").await;
        for expected in messages["from_loader"].as_array().expect("messages") {
            let said = heard.as_array().expect("messages").iter().any(|message| says(expected, message));
            assert!(said, "{expected} in {heard}");
        }
        frame.eval("(later.forEach(say), true)").await;
        page.wait_for("events.some(event => event.type === 'unread' && event.count === 2) && document.title === 'Mina has answered'").await;
        assert_eq!(page.eval("counterbell('unread')").await, 2);
        frame.eval("(say({counterbell: 1, type: 'close'}), true)").await;
        page.wait_for("events.some(event => event.type === 'close')").await;
        // That edge has no WebAssembly beside the frame.
        page.close_quietly(&["404"]).await;
    });
}
