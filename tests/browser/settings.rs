//! What a shop sets: each attribute of the script tag, the colours of `shop.toml`, a launcher of its own.

use crate::scene::{DESKTOP, OPEN_SHADOWS, Scene, ask, see};
use serde_json::json;
use tests::edge::ShopSetup;
use tests::run;
use tests::shop_page::Page;

/// The launcher as it is drawn.
const LAUNCHER: &str = "(button => { const box = button.getBoundingClientRect(), style = getComputedStyle(button);
    return {left: box.left, right: innerWidth - box.right, bottom: innerHeight - box.bottom, colour: style.backgroundColor,
        sign: style.color, scheme: style.colorScheme, words: button.innerText, width: box.width,
        corner: getComputedStyle(button.nextSibling).borderTopLeftRadius}; })
    (deep('counterbell-widget').shadowRoot.querySelector('button'))";

#[test]
fn each_attribute_of_the_tag_does_what_it_says() {
    run(async {
        let scene = Scene::new().await;
        scene.page.run_first(OPEN_SHADOWS).await;
        for (attributes, holds) in [
            (
                "",
                "is.right === 20 && is.bottom === 20 && is.colour === 'rgb(31, 95, 91)' && is.words === '' && /light dark/.test(is.scheme)",
            ),
            ("data-position=start", "is.left === 20"),
            ("data-position=left data-language=ar", "is.left === 20"),
            ("data-position=right data-language=ar", "is.right === 20"),
            ("data-language=ar", "is.left === 20"),
            ("data-position=sideways", "is.right === 20"),
            ("data-offset-x=0 data-offset-y=80", "is.right === 0 && is.bottom === 80"),
            ("data-offset-x='9px;color:red'", "is.right === 0 && is.bottom === 20"),
            (
                "data-accent=#ffd400",
                "is.colour === 'rgb(255, 212, 0)' && /^lch\\(0 |^rgb\\(0, 0, 0\\)|^color\\(/.test(is.sign)",
            ),
            ("data-accent='red}*{display:none'", "is.colour === 'rgb(31, 95, 91)'"),
            ("data-theme=dark", "is.scheme === 'dark'"),
            ("data-theme=light", "is.scheme === 'light'"),
            ("data-label='Ask us'", "is.words === 'Ask us' && is.width > 90"),
        ] {
            // Each shop's own tag, and the one for all.
            for tag in [scene.script_tag(), scene.common_script_tag()] {
                drawn(&scene, &tag, attributes, holds).await;
            }
        }
    });
}

/// Loads a page with this tag and more attributes, and looks at the launcher.
async fn drawn(scene: &Scene, tag: &str, attributes: &str, holds: &str) {
    let tag = tag.replace("<script ", &format!("<script {attributes} "));
    scene.page.goto(&scene.site.put("/", Page::html(&tag))).await;
    scene.page.wait_for("deep('counterbell-widget')?.shadowRoot.querySelector('button')").await;
    let found = scene.page.eval(LAUNCHER).await;
    assert_eq!(scene.page.eval(&format!("(is => {holds})({found})")).await, true, "{tag}: {found}");
}

#[test]
fn the_theme_of_the_shop_is_the_launchers_without_a_request_more() {
    run(async {
        for (theme, attributes, holds) in [
            (
                "accent = \"#24483e\"",
                "",
                "is.colour === 'rgb(36, 72, 62)' && is.right === 20 && is.corner === '14px'",
            ),
            ("side = \"start\"", "", "is.left === 20"),
            ("side = \"start\"", "data-language=ar", "is.right === 20"),
            ("offset_x_px = 0\noffset_y_px = 96", "", "is.right === 0 && is.bottom === 96"),
            ("radius_px = 3", "", "is.corner === '3px'"),
            // What the tag says counts more; what it says wrongly does not count.
            (
                "side = \"start\"\noffset_x_px = 5\naccent = \"#24483e\"",
                "data-position=right data-offset-x=7 data-accent=red",
                "is.right === 7 && is.colour === 'rgb(36, 72, 62)'",
            ),
        ] {
            let scene = Scene::with(ShopSetup::new().section("theme", theme), DESKTOP).await;
            scene.page.run_first(OPEN_SHADOWS).await;
            drawn(&scene, &scene.script_tag(), attributes, holds).await;
            let asked: Vec<_> = scene.page.requests().into_iter().map(|request| request.url).collect();
            let ours: Vec<_> = asked.iter().filter(|url| url.starts_with(&scene.shop.edge)).collect();
            assert_eq!(ours, [&format!("{}/s/{}/loader.js", scene.shop.edge, scene.shop.id)]);
        }
    });
}

#[test]
fn the_launcher_is_called_by_the_word_of_the_pages_language_where_shop_or_tag_say_it() {
    run(async {
        for (shop, page, asked, name) in [
            ("ar", "ar-EG", "", "دردشة"),
            ("zh-Hant", "zh", "", "聊天"),
            ("ar", "fr", "", "Chat"),
            ("de", "de", "", "Chat"),
            // A page in another language than its shop's says so in the script's address.
            ("de", "el-GR", "?language=el-GR", "Συνομιλία"),
            ("ar", "pl", "?language=PL", "Czat"),
            ("ar", "fr", "?language=fr", "Chat"),
            // What cannot be a language changes nothing.
            ("ar", "ar", "?language=%22});alert(1);({%22", "دردشة"),
        ] {
            let setup = ShopSetup::new().line(&format!("language = \"{shop}\""));
            let scene = Scene::with(setup, DESKTOP).await.speaking(page);
            let tag = scene.script_tag().replace("loader.js", &format!("loader.js{asked}"));
            scene.page.goto(&scene.site.put("/", Page::html(&tag))).await;
            let button = scene.page.wait_for_role("button", "").await;
            assert_eq!(button.name, name, "{shop} {page} {asked}");
        }
    });
}

#[test]
fn opened_by_the_tag_it_takes_no_focus_and_stays_closed_once_it_was_closed() {
    run(async {
        let scene = Scene::new().await;
        let tag = scene.script_tag().replace("<script ", "<script data-open ");
        scene.page.goto(&scene.site.put("/", Page::html(&tag))).await;
        scene.running().await;
        assert_eq!(scene.page.eval("counterbell('isOpen')").await, true);
        assert_eq!(scene.page.eval("document.activeElement.localName").await, "body");
        scene.page.eval("counterbell('close')").await;
        scene.page.reload().await;
        scene.page.wait_for_role("button", "Chat").await;
        assert_eq!(scene.page.eval("counterbell('isOpen')").await, false);
    });
}

#[test]
fn a_launcher_of_the_shops_own_opens_it_and_gets_the_focus_back() {
    run(async {
        let scene = Scene::new().await;
        scene.page.run_first(OPEN_SHADOWS).await;
        let tag = scene.script_tag().replace("<script ", "<script data-launcher='.help' ");
        let page =
            Page::html(&tag).replacing_body("<main><a class='help' href='/help'><b>Help</b></a></main>");
        scene.page.goto(&scene.site.put("/", page)).await;
        scene.page.wait_for("window.counterbell?.version").await;
        let ours = "deep('counterbell-widget').shadowRoot.querySelector('button').getClientRects().length";
        assert_eq!(scene.page.eval(ours).await, 0);
        scene.page.click(".help b").await;
        let frame = scene.running().await;
        frame.wait_for("document.activeElement.id === 'text'").await;
        assert_eq!(scene.page.eval("location.pathname").await, "/");
        frame.press("Escape").await;
        scene.page.wait_for("document.activeElement.className === 'help'").await;
        // Ours can be had all the same.
        scene.page.eval("counterbell('show')").await;
        assert_eq!(scene.page.eval(ours).await, 1);
        scene.page.eval("counterbell('hide')").await;
        assert_eq!(scene.page.eval(ours).await, 0);
    });
}

#[test]
fn a_launcher_of_the_shops_own_says_that_it_opens_and_whether_it_has() {
    run(async {
        let scene = Scene::new().await;
        let tag = scene.script_tag().replace("<script ", "<script data-launcher='.help, .ask' ");
        let page = Page::html(&tag).replacing_body("<button class='help'>Help</button>");
        scene.page.goto(&scene.site.put("/", page)).await;
        let says = |selector: &str, expanded: &str| {
            let one = format!("document.querySelector('{selector}')");
            format!("{one}.ariaHasPopup === 'dialog' && {one}.ariaExpanded === '{expanded}'")
        };
        scene.page.wait_for(&says(".help", "false")).await;
        scene.page.click(".help").await;
        scene.page.wait_for(&says(".help", "true")).await;
        scene.running().await;
        scene.page.eval("counterbell('close')").await;
        assert_eq!(scene.page.eval(&says(".help", "false")).await, true);
        // One that the page draws later says it as soon as somebody comes to it.
        scene.page.eval("(document.body.append(Object.assign(document.createElement('button'), {className: 'ask'})), true)").await;
        scene.page.focus(".ask").await;
        assert_eq!(scene.page.eval(&says(".ask", "false")).await, true);
        scene.page.eval("counterbell('destroy')").await;
        let left = "document.querySelectorAll('[aria-haspopup], [aria-expanded]').length";
        assert_eq!(scene.page.eval(left).await, 0);
        scene.page.close_quietly(&[]).await;
    });
}

#[test]
fn a_launcher_that_cannot_be_found_leaves_ours_and_the_console_in_peace() {
    run(async {
        for selector in ["#1", "a[", ""] {
            let scene = Scene::new().await;
            let tag = scene.script_tag().replace("<script ", &format!("<script data-launcher='{selector}' "));
            scene.page.goto(&scene.site.put("/", Page::html(&tag))).await;
            scene.page.wait_for_role("button", "Chat").await;
            scene.page.click("h1").await;
            scene.page.focus("a").await;
            scene.page.click_role("button", "Chat").await;
            scene.running().await;
            assert_eq!(scene.page.eval("counterbell('isOpen')").await, true, "{selector}");
            scene.page.close_quietly(&[]).await;
        }
    });
}

#[test]
fn colours_of_the_shop_are_readable_whatever_they_are() {
    run(async {
        // Pale yellow: white on it could not be read.
        let theme = "accent = \"#ffe066\"\nradius_px = 4\nfont_percent = 120";
        let contrast = "(() => {
            const of = colour => { const [r, g, b] = colour.match(/[\\d.]+/g).map(n => n / 255).map(n => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
            const style = getComputedStyle(document.querySelector('.mine .bubble'));
            const [a, b] = [of(style.color), of(style.backgroundColor)];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        })()";
        for scheme in ["light", "dark"] {
            let scene = Scene::with(ShopSetup::new().section("theme", theme), DESKTOP).await;
            scene.page.prefer(&[("prefers-color-scheme", scheme)]).await;
            let frame = scene.open().await;
            ask(&frame, "What does shipping cost?").await;
            see(&frame, "49 kr").await;
            let found = frame.eval(contrast).await.as_f64().unwrap_or_default();
            assert!(found >= 4.5, "{scheme}: {found}");
            assert_eq!(
                frame.eval_text("getComputedStyle(document.documentElement).fontSize").await,
                "19.2px"
            );
            assert_eq!(
                frame
                    .eval_text("getComputedStyle(document.querySelector('.bubble')).borderTopLeftRadius")
                    .await,
                "4px"
            );
            scene.page.screenshot(&format!("theme-{scheme}")).await;
        }
    });
}

#[test]
fn the_theme_of_the_tag_is_the_frames_too() {
    run(async {
        for (asked, preferred, expected) in [
            ("dark", "light", "rgb(22, 25, 28)"),
            ("light", "dark", "rgb(255, 255, 255)"),
            ("auto", "dark", "rgb(22, 25, 28)"),
        ] {
            let scene = Scene::new().await;
            scene.page.prefer(&[("prefers-color-scheme", preferred)]).await;
            let tag = scene.script_tag().replace("<script ", &format!("<script data-theme={asked} "));
            scene.page.goto(&scene.site.put("/", Page::html(&tag))).await;
            scene.page.click_role("button", "Chat").await;
            let frame = scene.running().await;
            frame
                .wait_for(&format!("getComputedStyle(document.body).backgroundColor === {}", json!(expected)))
                .await;
        }
    });
}
