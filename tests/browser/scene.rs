//! A shop page on `localhost`, its edge on `127.0.0.1`, a browser in between, and a person at the queue.

use tests::browser::{Browser, Frame, Page};
use tests::edge::{Edge, Shop, ShopSetup};
use tests::receiver::Receiver;
use tests::shop_page::{self, ShopSite};

pub const PHONE: (u32, u32) = (360, 740);
pub const DESKTOP: (u32, u32) = (1280, 800);

/// For [`Page::run_first`]: the launcher, which no page can look into, can be looked into.
pub const OPEN_SHADOWS: &str = "{ const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (how) { return attach.call(this, {...how, mode: 'open'}); }; }";

pub struct Scene {
    pub shop: Shop,
    pub site: ShopSite,
    pub page: Page,
    pub receiver: Receiver,
    language: Option<String>,
}

impl Scene {
    pub async fn new() -> Self {
        Self::with(ShopSetup::new(), DESKTOP).await
    }

    /// The page is not loaded yet.
    pub async fn with(setup: ShopSetup, (width_px, height_px): (u32, u32)) -> Self {
        let (site, receiver) = (ShopSite::start().await, Receiver::start().await);
        let setup = setup.origins(&[&site.origin()]).target(&receiver.url());
        let shop = Edge::shared().await.shop(setup).await;
        Self { receiver, ..Self::at(site, shop, (width_px, height_px)).await }
    }

    /// For a shop that is there already. Its deliveries go where it says.
    pub async fn at(site: ShopSite, shop: Shop, (width_px, height_px): (u32, u32)) -> Self {
        let page = Browser::shared().await.page().await;
        page.size(width_px, height_px).await;
        Self { shop, site, page, receiver: Receiver::start().await, language: None }
    }

    /// With a shop page that asks for a language.
    pub fn speaking(mut self, language: &str) -> Self {
        self.language = Some(language.to_owned());
        self
    }

    /// What the launcher is called: a shop's loader brings the word of the shop's own language alone, the frame has
    /// the others.
    pub fn launcher_name(&self) -> &'static str {
        "Chat"
    }

    /// The script tag as a merchant pastes it.
    pub fn script_tag(&self) -> String {
        let (edge, shop) = (&self.shop.edge, &self.shop.id);
        format!("<script async src=\"{edge}/s/{shop}/loader.js\"{}></script>", self.language_attribute())
    }

    /// The one that serves all shops of an edge.
    pub fn common_script_tag(&self) -> String {
        let (edge, shop) = (&self.shop.edge, &self.shop.id);
        format!(
            "<script async src=\"{edge}/loader.js\" data-shop=\"{shop}\"{}></script>",
            self.language_attribute()
        )
    }

    fn language_attribute(&self) -> String {
        self.language.as_ref().map(|code| format!(" data-language=\"{code}\"")).unwrap_or_default()
    }

    /// Loads a plain page with the script tag and waits for the launcher.
    pub async fn visit(&self) {
        let url = self.site.put("/", shop_page::Page::html(&self.script_tag()));
        self.page.goto(&url).await;
        self.page.wait_for_role("button", self.launcher_name()).await;
    }

    /// Loads the page and opens the chat, until Leptos runs.
    pub async fn open(&self) -> Frame {
        self.visit().await;
        self.page.click_role("button", self.launcher_name()).await;
        self.running().await
    }

    pub fn frame(&self) -> Frame {
        self.page.frame(&format!("/s/{}/frame", self.shop.id))
    }

    /// The frame, as soon as Leptos runs in it.
    pub async fn running(&self) -> Frame {
        let frame = self.frame();
        frame.wait_for("document.documentElement.dataset.state === 'ready'").await;
        frame
    }

    /// The conversation of this shop's only shopper who waits.
    pub async fn waiting(&self) -> String {
        let delivery = self.receiver.first("escalation.requested", tests::browser::PATIENCE).await;
        delivery.requested().about.conversation.to_string()
    }

    /// From a question over its answer and a person to the end of the conversation.
    pub async fn go_the_whole_way(&self, frame: &Frame) {
        ask(frame, "What does shipping cost?").await;
        see(frame, "49 kr").await;
        frame.click("#person").await;
        let conversation = self.waiting().await;
        see(frame, "You are in the queue").await;
        let held = self.shop.queue.claim(&conversation, "Mina").await;
        self.shop.queue.reply(&conversation, &held.claim, "Hello from Mina").await.expect(200);
        see(frame, "Hello from Mina").await;
        ask(frame, "Thank you!").await;
        self.shop.queue.held(&conversation, &held.claim, "resolve").await.expect(200);
        see(frame, "has ended the conversation").await;
    }
}

/// Types a question and sends it with Enter.
pub async fn ask(frame: &Frame, text: &str) {
    frame.click("#text").await;
    frame.insert(text).await;
    frame.press("Enter").await;
}

/// Waits until a text is seen: what only screen readers are told does not count.
pub async fn see(frame: &Frame, text: &str) {
    let text = serde_json::json!(text);
    let seen = format!(
        "[...document.querySelectorAll('#frame > :not([aria-live])')].some(part => part.innerText.includes({text}))"
    );
    frame.wait_for(&seen).await;
}
