//! A shopper's file reaches people who are logged in, by way of the desk's server, and runs nothing.

use crate::fake_edge::FILE;
use crate::house::{Colleague, House, requested};

async fn with_case(house: &House) -> Colleague {
    let mut mira = house.log_in("Mira").await;
    house.deliver("msg_1", &requested("c1", "e1")).await;
    mira.sees_stage("c1", "waiting").await;
    mira
}

#[tokio::test]
async fn it_comes_as_it_is_and_with_headers_of_the_desks_own() {
    let house = House::open().await;
    let mira = with_case(&house).await;
    let answer = mira.get("cases/c1/files/f1").await;
    assert_eq!(answer.status().as_u16(), 200);
    for (name, expected) in [
        ("content-type", Some("image/png")),
        ("content-disposition", Some("inline")),
        ("x-content-type-options", Some("nosniff")),
        ("content-security-policy", Some("sandbox; default-src 'none'")),
        ("cross-origin-resource-policy", Some("same-origin")),
        ("set-cookie", None),
    ] {
        let found = answer.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!(answer.bytes().await.unwrap(), FILE);
}

#[tokio::test]
async fn nobody_gets_it_without_logging_in_and_no_path_leads_elsewhere() {
    let house = House::open().await;
    let mira = with_case(&house).await;
    let url = format!("{}/api/cases/c1/files/f1", house.base);
    assert_eq!(house.http.get(url).send().await.unwrap().status().as_u16(), 401);
    for path in [
        "cases/c2/files/f1",
        "cases/c1/files/f1%2F..%2F..%2F..%2Fescalations",
        "cases/c1/files/..%2F..%2F..%2Fescalations",
        "cases/c1%2Fattachments%2Ff1%3F/files/f1",
    ] {
        assert_eq!(mira.get(path).await.status().as_u16(), 404, "{path}");
    }
}
