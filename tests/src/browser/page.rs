//! One tab: navigation, what the device is like, pictures, and what was said and fetched.

use super::frame::Frame;
use super::log::{LogEntry, Requested};
use super::sessions::Sessions;
use super::wire::Connection;
use base64::Engine as _;
use serde_json::json;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

/// A tab. It is also its top frame, so everything a [`Frame`] can do is done on it directly.
pub struct Page {
    top: Frame,
    context: String,
    target: String,
}

/// A network as a throttled one is described.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    pub latency_ms: u32,
    pub bytes_per_s: u32,
}

impl Network {
    /// 1.6 Mbit/s and 150 ms.
    pub const SLOW_4G: Self = Self { latency_ms: 150, bytes_per_s: 200_000 };
}

impl Page {
    pub(super) async fn open(connection: Arc<Connection>, context: String) -> Self {
        let make = json!({"url": "about:blank", "browserContextId": context, "newWindow": true});
        let made = connection.call(None, "Target.createTarget", make).await;
        let target = made["targetId"].as_str().unwrap_or_default().to_owned();
        let sessions = Sessions::attach(connection, &target).await;
        let page = Self { top: Frame { sessions, part: None }, context, target };
        // Several tabs at once, and each believes that it is looked at.
        let focus = json!({"enabled": true});
        page.top.sessions.tell_all("Emulation.setFocusEmulationEnabled", focus).await;
        page
    }

    /// A second tab that shares cookies and storage with this one.
    pub async fn second_tab(&self) -> Self {
        Self::open(self.top.sessions.connection.clone(), self.context.clone()).await
    }

    /// Goes to an address and waits until it has loaded.
    pub async fn goto(&self, url: &str) {
        self.set_out(url).await;
        self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'").await;
    }

    /// Goes to an address and waits for nothing.
    pub async fn set_out(&self, url: &str) {
        let answer =
            self.top.sessions.call(&self.top.sessions.root, "Page.navigate", json!({"url": url})).await;
        assert!(answer.get("errorText").is_none(), "{url}: {}", answer["errorText"]);
    }

    pub async fn reload(&self) {
        self.eval("(window.beforeReload = true)").await;
        self.tell("Page.reload", json!({})).await;
        self.wait_for("!window.beforeReload && document.readyState === 'complete'").await;
    }

    /// The first frame whose address contains `part`.
    pub fn frame(&self, part: &str) -> Frame {
        Frame { sessions: self.top.sessions.clone(), part: Some(part.to_owned()) }
    }

    pub async fn size(&self, width_px: u32, height_px: u32) {
        let phone = width_px < 600;
        let metrics = json!({"width": width_px, "height": height_px, "mobile": phone,
            "deviceScaleFactor": if phone { 2 } else { 1 }});
        self.tell("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// A desktop's window of so many pixels, zoomed: at 400 % a page has a quarter of them in CSS pixels.
    pub async fn zoom(&self, (width_px, height_px): (u32, u32), percent: u32) {
        let metrics = json!({"width": width_px * 100 / percent, "height": height_px * 100 / percent,
            "mobile": false, "deviceScaleFactor": f64::from(percent) / 100.0});
        self.tell("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// The parts of the screen, in CSS pixels from its edges, that a notch or a system bar lies over.
    pub async fn safe_area(&self, (top_px, bottom_px): (u32, u32)) {
        let insets = json!({"top": top_px, "bottom": bottom_px});
        self.tell("Emulation.setSafeAreaInsetsOverride", json!({"insets": insets})).await;
    }

    /// Media features such as `("prefers-color-scheme", "dark")`, for the page and every frame in it.
    pub async fn prefer(&self, features: &[(&str, &str)]) {
        let features: Vec<_> = features.iter().map(|(n, v)| json!({"name": n, "value": v})).collect();
        self.top.sessions.tell_all("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// Slows the page down, and every frame that it has or will have.
    pub async fn throttle(&self, cpu: f64, network: Network) {
        let rate = network.bytes_per_s;
        let conditions = json!({"offline": false, "latency": network.latency_ms, "downloadThroughput": rate,
            "uploadThroughput": rate});
        self.top.sessions.tell_all("Emulation.setCPUThrottlingRate", json!({"rate": cpu})).await;
        self.top.sessions.tell_all("Network.emulateNetworkConditions", conditions).await;
    }

    /// Runs a script in every document before its own scripts, in frames too.
    pub async fn run_first(&self, script: &str) {
        let source = json!({"source": script});
        self.top.sessions.tell_all("Page.addScriptToEvaluateOnNewDocument", source).await;
    }

    /// Cuts the network of the page and of every frame in it, or gives it back.
    pub async fn offline(&self, offline: bool) {
        for session in self.top.sessions.ids() {
            let conditions =
                json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
            self.top.sessions.call(&session, "Network.emulateNetworkConditions", conditions).await;
        }
    }

    /// The address that the platform in front of the edge would see.
    pub async fn comes_from(&self, address: &str) {
        let headers = json!({"headers": {"cf-connecting-ip": address}});
        self.top.sessions.tell_all("Network.setExtraHTTPHeaders", headers).await;
    }

    pub async fn without_script(&self) {
        self.tell("Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    }

    /// Requests whose address matches a pattern with `*` fail from here on, as an ad-blocker would have it:
    /// in this page, and in every frame that it is yet to have.
    pub async fn block(&self, patterns: &[&str]) {
        self.top.sessions.tell_all("Network.setBlockedURLs", json!({"urls": patterns})).await;
    }

    /// Requests whose address matches a pattern with `*` get no answer until [`Self::let_go`]: in this page, and
    /// in every frame that it is yet to have.
    pub async fn hold(&self, patterns: &[&str]) {
        let patterns: Vec<_> = patterns.iter().map(|pattern| json!({"urlPattern": pattern})).collect();
        self.top.sessions.tell_all("Fetch.enable", json!({"patterns": patterns})).await;
    }

    pub async fn let_go(&self) {
        self.top.sessions.tell_all("Fetch.disable", json!({})).await;
    }

    /// A picture of what is seen, as `tests/output/NAME.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let shot = json!({"format": "png"});
        let shot = self.top.sessions.call(&self.top.sessions.root, "Page.captureScreenshot", shot).await;
        let data = shot["data"].as_str().unwrap_or_default();
        let png = base64::engine::general_purpose::STANDARD.decode(data).expect("a picture in base64");
        let path = crate::output().join(format!("{name}.png"));
        std::fs::write(&path, png).expect("the output folder is writable");
        path
    }

    /// Everything the page and its frames said so far.
    pub fn log(&self) -> Vec<LogEntry> {
        self.top.sessions.log()
    }

    /// Everything the page and its frames fetched so far.
    pub fn requests(&self) -> Vec<Requested> {
        self.top.sessions.requests()
    }

    /// What all of that weighed, as it came over the network.
    pub fn received_bytes(&self) -> u64 {
        self.top.sessions.received_bytes()
    }

    /// Closes the tab and fails when it had complained, other than in the given ways.
    pub async fn close_quietly(self, expected: &[&str]) {
        let known = |entry: &LogEntry| expected.iter().any(|part| entry.text.contains(part));
        let complaints: Vec<_> = self.log().into_iter().filter(|e| e.is_error() && !known(e)).collect();
        assert!(complaints.is_empty(), "the console has errors: {complaints:#?}");
    }

    async fn tell(&self, method: &str, params: serde_json::Value) {
        self.top.sessions.call(&self.top.sessions.root, method, params).await;
    }
}

impl Deref for Page {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.top
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let close = json!({"targetId": self.target});
        drop(self.top.sessions.connection.post(None, "Target.closeTarget", &close));
    }
}
