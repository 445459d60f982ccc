//! The page is served whole, and nothing foreign may run in it.

use crate::house::House;
use std::collections::BTreeSet;

#[tokio::test]
async fn every_file_that_the_page_names_is_served() {
    let house = House::open().await;
    let mut seen = BTreeSet::new();
    let mut wanted = vec!["/".to_owned()];
    while let Some(path) = wanted.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let answer = house.http.get(format!("{}{path}", house.base)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{path}: {policy}");
        wanted.extend(files_in(&answer.text().await.unwrap()));
    }
    assert!(seen.len() > 5, "{seen:?}");
}

#[tokio::test]
async fn the_page_never_parses_html_from_text() {
    let house = House::open().await;
    for file in ["desk.js", "dom.js", "list.js", "case.js", "live.js", "unsent.js"] {
        let text = house.http.get(format!("{}/{file}", house.base)).send().await.unwrap();
        let text = text.text().await.unwrap();
        for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser"] {
            assert!(!text.contains(way), "{file} uses {way}");
        }
    }
}

/// Quoted paths such as `"/desk.css"` and `'/dom.js'`.
fn files_in(text: &str) -> Vec<String> {
    let quoted = text.split(['"', '\'']).skip(1).step_by(2);
    let is_file = |path: &&str| {
        path.starts_with('/') && [".js", ".css", ".svg"].iter().any(|ending| path.ends_with(ending))
    };
    quoted.filter(is_file).map(str::to_owned).collect()
}
