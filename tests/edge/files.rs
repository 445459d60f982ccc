//! What a browser loads comes compressed where it can take that, as it is where it cannot, and hashed names for
//! ever.

use tests::edge::{Edge, Shop, ShopSetup};
use tests::http::{Ask, Response};
use tests::run;

const BROWSER: &str = "gzip, deflate, br, zstd";

async fn get(shop: &Shop, path: &str, accepts: &str) -> Response {
    Ask::get(format!("{}{path}", shop.edge)).header("accept-encoding", accepts).send().await.expect(200)
}

/// Every file that the frame's document names, other than itself.
fn named_in(html: &str) -> Vec<String> {
    let parts = html.split(['"', '\'']).filter(|part| part.starts_with("/a/"));
    let mut names: Vec<_> = parts.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn everything_is_compressed_for_a_browser() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let document = format!("/s/{}/frame", shop.id);
        let own_loader = format!("/s/{}/loader.js", shop.id);
        let plain = get(&shop, &document, "identity").await;
        assert_eq!(plain.header("content-encoding"), None);
        let files = named_in(&plain.text());
        assert!(files.iter().any(|name| name.ends_with(".wasm")), "{files:?}");
        for path in files.iter().map(String::as_str).chain(["/loader.js", &own_loader, "/wasm", &document]) {
            let (small, large) = (get(&shop, path, BROWSER).await, get(&shop, path, "identity").await);
            assert_eq!(small.header("content-encoding"), Some("br"), "{path}");
            assert_eq!(small.header("vary"), Some("accept-encoding"), "{path}");
            assert_eq!(large.header("content-encoding"), None, "{path}");
            assert!(small.body.len() * 10 < large.body.len() * 7, "{path}: {}", small.body.len());
            let for_ever = small.header("cache-control").unwrap_or_default().contains("immutable");
            assert_eq!(for_ever, path.starts_with("/a/"), "{path}");
        }
    });
}

#[test]
fn webassembly_that_is_known_is_not_sent_again() {
    run(async {
        let shop = Edge::shared().await.shop(ShopSetup::new()).await;
        let first = get(&shop, "/wasm", BROWSER).await;
        let tag = first.header("etag").expect("a tag").to_owned();
        let ask = |tag: &str| Ask::get(format!("{}/wasm", shop.edge)).header("if-none-match", tag);
        let again = ask(&tag).send().await.expect(304);
        assert_eq!((again.body.len(), again.header("etag")), (0, Some(tag.as_str())));
        // A page that is cross-origin isolated embeds it, and what is in it reaches nothing.
        assert_eq!(again.header("cross-origin-embedder-policy"), Some("credentialless"));
        assert_eq!(
            first.header("content-security-policy"),
            Some("default-src 'none'; script-src 'unsafe-inline'")
        );
        ask("\"older\"").send().await.expect(200);
    });
}
