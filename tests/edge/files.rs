//! What a browser loads comes compressed where it can take that, as it is where it cannot, and hashed names for
//! ever.

use tests::edge::{Edge, Shop, ShopSetup, repository};
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

/// The language whose word for the launcher is the longest in bytes.
fn longest_launcher() -> String {
    let folder = std::fs::read_dir(repository().join("widget/languages")).expect("the languages").flatten();
    let bytes = |path: &std::path::Path| {
        let words: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path).expect("a language")).expect("words");
        words["launcher"].as_str().map_or(0, str::len)
    };
    let longest = folder.map(|file| file.path()).max_by_key(|path| bytes(path)).expect("a language");
    longest.file_stem().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn the_loader_of_the_shop_that_sets_the_most_is_within_its_budget() {
    run(async {
        let budget = std::fs::read_to_string(repository().join("widget/budget.toml")).expect("the budget");
        let limit = budget.lines().find_map(|line| line.strip_prefix("loader_brotli_bytes = "));
        let limit: usize = limit.expect("the loader's").replace('_', "").parse().expect("a number");
        let theme =
            "accent = \"#24483e\"\nradius_px = 24\nside = \"start\"\noffset_x_px = 120\noffset_y_px = 120";
        let language = format!("language = {:?}", longest_launcher());
        let setup = ShopSetup::new().line(&language).section("theme", theme);
        let shop = Edge::shared().await.shop(setup).await;
        let path = format!("/s/{}/loader.js", shop.id);
        let plain = get(&shop, &path, "identity").await.text();
        assert!(plain.ends_with("},\"start\",120,120);\n"), "{}", &plain[plain.len() - 80..]);
        let bytes = get(&shop, &path, BROWSER).await.body.len();
        assert!(bytes <= limit, "{bytes} bytes, allowed are {limit}");
        println!("the longest loader has {bytes} bytes");
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
