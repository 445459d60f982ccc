//! The driver reaches frames of another site and shadow roots, with real keys and clicks.

use tests::browser::Browser;
use tests::run;
use tests::shop_page::{Page, ShopSite};

#[test]
fn types_and_clicks_in_a_frame_of_another_site() {
    run(async {
        let (shop, other) = (ShopSite::start().await, ShopSite::start().await);
        other.put(
            "/inside",
            Page::html("").replacing_body(
                "<label>Say <input></label><div id=host></div><script>
                 const root = host.attachShadow({mode: 'closed'});
                 root.innerHTML = '<button style=\"margin-top:300px\">Send</button><output></output>';
                 root.querySelector('button').onclick =
                   () => { document.title = document.querySelector('input').value; };
                 document.querySelector('input').onkeydown = e => { if (e.key === 'Escape') console.error('esc'); };
                 </script>",
            ),
        );
        let inside = other.origin().replace("localhost", "127.0.0.1") + "/inside";
        let outer =
            format!("<iframe src=\"{inside}\" style=\"margin:120px 0 0 80px;height:200px\"></iframe>");
        let url = shop.put("/", Page::html("").replacing_body(&outer));

        let page = Browser::shared().await.page().await;
        page.size(800, 600).await;
        page.goto(&url).await;
        let frame = page.frame("/inside");
        frame.click("input").await;
        frame.insert("bell ").await;
        frame.type_keys("Ok").await;
        frame.press("Escape").await;
        frame.click_role("button", "Send").await;
        frame.wait_for("document.title === 'bell Ok'").await;
        assert_eq!(page.eval("document.title").await, "A shop");
        assert!(page.log().iter().any(|entry| entry.is_error() && entry.text == "esc"));
        assert!(page.requests().iter().any(|r| r.url == inside && r.kind == "Document"));
        let picture = page.screenshot("harness-frame").await;
        assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
        page.close_quietly(&["esc"]).await;
    });
}

#[test]
fn reports_what_a_content_security_policy_refused() {
    run(async {
        let shop = ShopSite::start().await;
        let page = Page::html("<script>window.ran = 1</script>")
            .with("content-security-policy", "script-src 'self'");
        let url = shop.put("/", page);
        let page = Browser::shared().await.page().await;
        page.goto(&url).await;
        assert!(page.log().iter().any(tests::browser::LogEntry::is_csp_violation), "{:?}", page.log());
        assert_eq!(page.eval("window.ran === undefined").await, true);
    });
}
