//! The widget works on pages that do their worst: strict policies, hostile styles, odd documents.

use crate::scene::{Scene, ask};
use tests::browser::LogEntry;
use tests::proxy::Proxy;
use tests::run;
use tests::shop_page::Page;

/// A page on which the chat must work: what comes before the script tag, the tag, and the headers.
struct Case {
    name: &'static str,
    page: fn(&Scene) -> Page,
}

const CASES: [Case; 12] = [
    Case { name: "strict CSP", page: |scene| tagged(scene).with("content-security-policy", &strict(scene)) },
    Case { name: "nonce and strict-dynamic", page: nonce },
    Case {
        name: "Trusted Types",
        page: |scene| {
            let policy =
                format!("{}; require-trusted-types-for 'script'; trusted-types 'none'", strict(scene));
            tagged(scene).with("content-security-policy", &policy)
        },
    },
    Case { name: "everything hidden", page: |scene| styled(scene, "* { display: none !important; }") },
    Case {
        name: "hostile styles",
        page: |scene| {
            styled(
                scene,
                "div, button, iframe { all: unset !important; position: static !important; width: 1px !important; opacity: 0 !important; }",
            )
        },
    },
    Case {
        name: "z-index war",
        page: |scene| {
            styled(scene, "").replacing_body(
                "<div style='position:fixed;inset:0;z-index:2147483647;background:#fff'>A banner over everything</div>",
            )
        },
    },
    Case {
        name: "a base element",
        page: |scene| {
            Page::html(&format!("<base href='https://elsewhere.example/x/'>{}", scene.script_tag()))
        },
    },
    Case { name: "the tag twice", page: |scene| Page::html(&format!("{0}{0}", scene.script_tag())) },
    Case { name: "document.write", page: document_write },
    Case {
        name: "transformed body",
        page: |scene| {
            styled(scene, "body { transform: scale(0.5); filter: blur(0); overflow: hidden; height: 40px; }")
        },
    },
    Case { name: "right to left", page: |scene| styled(scene, "html { direction: rtl; }") },
    Case { name: "quirks mode", page: quirks },
];

fn tagged(scene: &Scene) -> Page {
    Page::html(&scene.script_tag())
}

fn styled(scene: &Scene, css: &str) -> Page {
    Page::html(&format!("<style>{css}</style>{}", scene.script_tag()))
}

/// As strict as a shop can be: its own files and our one host.
fn strict(scene: &Scene) -> String {
    let edge = &scene.shop.edge;
    format!(
        "default-src 'none'; script-src 'self' {edge}; style-src 'self' {edge}; frame-src {edge}; base-uri 'none'; form-action 'none'; img-src data:"
    )
}

fn nonce(scene: &Scene) -> Page {
    let tag = scene.script_tag().replace("<script ", "<script nonce=\"abc\" ");
    let policy = format!(
        "script-src 'nonce-abc' 'strict-dynamic'; style-src 'nonce-abc'; frame-src {}; object-src 'none'",
        scene.shop.edge
    );
    Page::html(&tag).with("content-security-policy", &policy)
}

fn document_write(scene: &Scene) -> Page {
    let tag = scene.script_tag().replace("</script>", "<\\/script>");
    let page = format!("<h1>Written</h1>{tag}");
    Page::html(&format!(
        "<script>addEventListener('load', () => {{ document.open(); document.write('{page}'); document.close(); }})</script>"
    ))
}

fn quirks(scene: &Scene) -> Page {
    let mut page = tagged(scene);
    page.body = page.body.replace("<!doctype html>", "");
    page
}

#[test]
fn the_chat_works_on_every_page() {
    run(async {
        // Four at a time: each is a page of its own.
        for chunk in CASES.chunks(4) {
            futures_util::future::join_all(chunk.iter().map(works)).await;
        }
    });
}

async fn works(case: &Case) {
    let scene = Scene::new().await;
    let url = scene.site.put("/", (case.page)(&scene));
    scene.page.goto(&url).await;
    let name = case.name;
    eprintln!("{name}");
    scene.page.click_role("button", "Chat").await;
    let frame = scene.running().await;
    ask(&frame, "What does shipping cost?").await;
    frame.wait_for_text("49 kr").await;
    scene.page.screenshot(&format!("survives-{}", name.replace(' ', "-"))).await;
    let complaints: Vec<LogEntry> = scene.page.log().into_iter().filter(LogEntry::is_csp_violation).collect();
    assert!(complaints.is_empty(), "{name}: {complaints:#?}");
}

#[test]
fn another_page_may_not_frame_it() {
    run(async {
        let scene = Scene::new().await;
        let stranger = tests::shop_page::ShopSite::start().await;
        let src = format!("{}/s/{}/frame", scene.shop.edge, scene.shop.id);
        let url =
            stranger.put("/", Page::html("").replacing_body(&format!("<iframe src=\"{src}\"></iframe>")));
        scene.page.goto(&url).await;
        tests::poll::until("a refusal to be framed", tests::browser::PATIENCE, || async {
            scene.page.log().into_iter().find(|entry| entry.text.contains("frame-ancestors"))
        })
        .await;
    });
}

#[test]
fn storage_may_be_blocked() {
    run(async {
        let scene = Scene::new().await;
        // A sandboxed page of an opaque origin: every storage throws.
        let page = tagged(&scene).with("content-security-policy", "sandbox allow-scripts allow-forms");
        scene.page.goto(&scene.site.put("/", page)).await;
        scene.page.wait_for_role("button", "Chat").await;
        assert!(scene.page.log().iter().all(|entry| !entry.is_error()), "{:?}", scene.page.log());
    });
}

#[test]
fn where_the_network_lets_no_socket_through_plain_http_does() {
    run(async {
        let mut scene = Scene::new().await;
        // As a company's proxy or an ad-blocker does it: whoever asks for a socket is hung up on.
        let lets = |head: &str| !head.to_lowercase().contains("upgrade: websocket");
        let proxy = Proxy::before(&scene.shop.edge, lets).await;
        scene.shop.edge.clone_from(&proxy.url);
        let frame = scene.open().await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        frame.click("#person").await;
        let conversation = scene.waiting().await;
        let held = scene.shop.queue.claim(&conversation, "Mina").await;
        scene.shop.queue.reply(&conversation, &held.claim, "Hello from Mina").await.expect(200);
        frame.wait_for_text("Hello from Mina").await;
        let polls = |request: &tests::browser::Requested| request.url.contains("/events?after=");
        assert!(scene.page.requests().iter().any(polls), "a socket went through");
    });
}

#[test]
fn where_sockets_fail_at_once_plain_http_does() {
    run(async {
        let scene = Scene::new().await;
        scene.visit().await;
        scene.page.click_role("button", "Chat").await;
        let frame = scene.running().await;
        // As an ad-blocker does it: the constructor is there, and every socket fails.
        frame.eval("(window.WebSocket = class extends EventTarget {
            constructor() { super(); setTimeout(() => { this.onerror?.(new Event('error')); this.dispatchEvent(new Event('error'));
                this.onclose?.(new CloseEvent('close', {code: 1006})); this.dispatchEvent(new CloseEvent('close', {code: 1006})); }); }
            get readyState() { return 3; } send() {} close() {} }, true)").await;
        ask(&frame, "What does shipping cost?").await;
        frame.wait_for_text("49 kr").await;
        frame.click("#person").await;
        let conversation = scene.waiting().await;
        scene.shop.queue.claim(&conversation, "Mina").await;
        frame.wait_for_text("Mina has joined").await;
    });
}
