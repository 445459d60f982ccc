//! The demo shop as it is served on a developer's machine.

// A helper of a test fails as a test does.
#![allow(clippy::unwrap_used)]

use counterbell::dev::repo;
use counterbell::dev::site::Site;
use counterbell::shop_folder::Addresses;
use std::path::{Path, PathBuf};

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "html" || extension == "md") {
            found.push(path);
        }
    }
}

async fn get(url: String) -> (u16, String, String) {
    let answer = tokio::task::spawn_blocking(move || {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let mut answer = agent.get(url).call().unwrap();
        let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        (answer.status().as_u16(), kind.unwrap_or_default(), answer.body_mut().read_to_string().unwrap())
    });
    answer.await.unwrap()
}

#[tokio::test]
async fn every_page_is_served_with_its_addresses_and_nothing_else_is() {
    let folder = repo::root().unwrap().join("examples/shop");
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let shop = format!("http://{}", listener.local_addr().unwrap());
    let addresses =
        Addresses { edge: "http://edge.test".into(), shop: shop.clone(), desk: "http://desk.test".into() };
    tokio::spawn(Site { folder: folder.clone(), addresses }.serve(listener));

    let mut found = Vec::new();
    pages(&folder, &mut found);
    assert!(found.len() > 25, "{} pages", found.len());
    for page in found {
        let name = page.strip_prefix(&folder).unwrap().display().to_string();
        let (status, kind, body) = get(format!("{shop}/{name}")).await;
        assert!(status == 200 && kind.starts_with("text/"), "{name}: {status} {kind}");
        assert!(!body.contains("{{"), "{name} has an address that nobody filled in");
    }
    let (_, kind, front) = get(format!("{shop}/")).await;
    assert_eq!(kind, "text/html; charset=utf-8");
    assert!(front.contains("http://edge.test/s/demo/loader.js"));
    for hidden in ["shop.toml", "..%2fshop.toml", "nothing.html"] {
        assert_eq!(get(format!("{shop}/{hidden}")).await.0, 404, "{hidden}");
    }
}
