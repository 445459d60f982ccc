//! Bare pointers at a place of the page: nothing is looked up, so nothing is slowed down that is measured.

use super::Page;
use serde_json::{Value, json};
use std::time::Duration;

/// In CSS pixels from the page's corner.
type Spot = (f64, f64);

impl Page {
    /// The pointer of a mouse comes and stays.
    pub async fn hover_at(&self, spot: Spot) {
        self.mouse("mouseMoved", spot).await;
    }

    /// The button of a mouse goes down and up at once, as no hand can do it.
    pub async fn press_at(&self, spot: Spot) {
        self.mouse("mousePressed", spot).await;
        self.mouse("mouseReleased", spot).await;
    }

    /// A finger touches, rests for a moment, and leaves.
    pub async fn tap_at(&self, (x, y): Spot, rest: Duration) {
        self.send(
            "Input.dispatchTouchEvent",
            json!({"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}),
        )
        .await;
        tokio::time::sleep(rest).await;
        self.send("Input.dispatchTouchEvent", json!({"type": "touchEnd", "touchPoints": []})).await;
    }

    async fn mouse(&self, kind: &str, (x, y): Spot) {
        let (button, count) = if kind == "mouseMoved" { ("none", 0) } else { ("left", 1) };
        let event = json!({"type": kind, "x": x, "y": y, "button": button, "clickCount": count});
        self.send("Input.dispatchMouseEvent", event).await;
    }

    async fn send(&self, method: &str, event: Value) {
        self.sessions.call(&self.sessions.root, method, event).await;
    }
}
