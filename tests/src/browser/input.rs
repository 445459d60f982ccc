//! Real input: the browser moves the pointer and presses the keys, and finds out by itself which frame
//! gets them.

use super::frame::Frame;
use super::sessions::Place;
use super::{AxNode, PATIENCE};
use crate::poll;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Mutex;

/// Names of keys that are not the character they type: key, code, virtual key code, text.
const KEYS: [(&str, &str, u32, &str); 12] = [
    ("Enter", "Enter", 13, "\r"),
    ("Escape", "Escape", 27, ""),
    ("Tab", "Tab", 9, ""),
    ("Backspace", "Backspace", 8, ""),
    ("Delete", "Delete", 46, ""),
    ("ArrowUp", "ArrowUp", 38, ""),
    ("ArrowDown", "ArrowDown", 40, ""),
    ("ArrowLeft", "ArrowLeft", 37, ""),
    ("ArrowRight", "ArrowRight", 39, ""),
    ("Home", "Home", 36, ""),
    ("End", "End", 35, ""),
    (" ", "Space", 32, " "),
];

impl Frame {
    /// Clicks in the middle of the first element that a CSS selector finds, as soon as it has come to rest.
    pub async fn click(&self, selector: &str) {
        let centre = format!(
            "(() => {{ const element = deep({}); if (!element) return null;
               element.scrollIntoView({{block: 'nearest', behavior: 'instant'}});
               const box = element.getBoundingClientRect();
               return box.width && box.height && {{x: box.x + box.width / 2, y: box.y + box.height / 2}}; }})()",
            json!(selector)
        );
        let spot = self.at_rest(selector, || async { point(&self.try_eval(&centre).await.ok()?) }).await;
        self.click_at(spot).await;
    }

    /// Clicks what assistive technology knows by a role and (part of) a name.
    pub async fn click_role(&self, role: &str, name: &str) {
        let node = self.wait_for_role(role, name).await;
        let spot = self.at_rest(name, || self.middle_of(&node)).await;
        self.click_at(spot).await;
    }

    /// Moves the pointer over what [`Self::click_role`] would click.
    pub async fn hover_role(&self, role: &str, name: &str) {
        let node = self.wait_for_role(role, name).await;
        let (x, y) = self.at_rest(name, || self.middle_of(&node)).await;
        let (left, top) = self.offset().await;
        let event = json!({"type": "mouseMoved", "x": left + x, "y": top + y});
        self.sessions.call(&self.sessions.root, "Input.dispatchMouseEvent", event).await;
    }

    /// Gives the focus to an element, as a script would.
    pub async fn focus(&self, selector: &str) {
        self.wait_for(&format!("deep({0}) && (deep({0}).focus(), true)", json!(selector))).await;
    }

    /// Chooses files in a file field, as its dialogue would.
    pub async fn choose_files(&self, selector: &str, files: &[&Path]) {
        self.wait_for(&format!("deep({})", json!(selector))).await;
        let place = self.place().await;
        let expression = format!("document.querySelector({})", json!(selector));
        let ask = json!({"expression": expression, "uniqueContextId": place.context});
        let field = self.sessions.call(&place.session, "Runtime.evaluate", ask).await;
        let chosen = json!({"objectId": field["result"]["objectId"], "files": files});
        self.sessions.call(&place.session, "DOM.setFileInputFiles", chosen).await;
    }

    /// Puts text in at the cursor at once, as a keyboard of a phone would.
    pub async fn insert(&self, text: &str) {
        self.has_the_keyboard().await;
        self.sessions.call(&self.sessions.root, "Input.insertText", json!({"text": text})).await;
    }

    /// Types text key by key.
    pub async fn type_keys(&self, text: &str) {
        for character in text.chars() {
            self.press(&character.to_string()).await;
        }
    }

    /// Presses and releases a key, e.g. `a`, `Enter`, `Shift+Tab`, `Control+a`, once the focus is in this frame.
    pub async fn press(&self, combination: &str) {
        self.has_the_keyboard().await;
        let (modifiers, key) = modifiers(combination);
        let named = KEYS.iter().find(|(name, ..)| *name == key);
        let (code, number, text) = named.map_or_else(
            || (String::new(), key.to_ascii_uppercase().chars().next().map_or(0, u32::from), key.to_owned()),
            |(_, code, number, text)| ((*code).to_owned(), *number, (*text).to_owned()),
        );
        // With Control or Alt held, a key types nothing.
        let text = if modifiers & !SHIFT == 0 { text } else { String::new() };
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        for kind in [down, "keyUp"] {
            let mut event = json!({"type": kind, "modifiers": modifiers, "key": key, "code": code,
                "windowsVirtualKeyCode": number});
            if kind == "keyDown" {
                event["text"] = json!(text);
            }
            self.sessions.call(&self.sessions.root, "Input.dispatchKeyEvent", event).await;
        }
    }

    /// Waits until keys come to this frame and not to one within it. Whoever gives the focus away knows of it before
    /// the browser does, which until then sends keys to the frame that had it; when that one has been told, the
    /// browser knows too.
    async fn has_the_keyboard(&self) {
        let what = format!("keyboard in {}", self.part.as_deref().unwrap_or("the page"));
        poll::until(what, PATIENCE, || async {
            if self.part.is_some() {
                return (self.try_eval("document.hasFocus()").await.ok()? == true).then_some(());
            }
            let mut within = self.sessions.ids();
            within.retain(|session| *session != self.sessions.root);
            for session in within {
                let ask = json!({"expression": "document.hasFocus()", "returnByValue": true});
                // What has gone meanwhile, or is no document, has no focus.
                let answer =
                    self.sessions.try_call(&session, "Runtime.evaluate", ask).await.unwrap_or_default();
                if answer["result"]["value"] == true {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }

    /// Asks `look` until it gives the same point twice, so that nothing is clicked while it moves.
    async fn at_rest<F, Fut>(&self, what: &str, look: F) -> (f64, f64)
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Option<(f64, f64)>>,
    {
        let before = Mutex::new(None);
        poll::until(format!("place to click for {what}"), PATIENCE, || async {
            let now = look().await?;
            let before = before.lock().ok()?.replace(now);
            (before == Some(now)).then_some(now)
        })
        .await
    }

    async fn middle_of(&self, node: &AxNode) -> Option<(f64, f64)> {
        let session = self.place().await.session;
        let which = json!({"backendNodeId": node.backend_node});
        self.sessions.try_call(&session, "DOM.scrollIntoViewIfNeeded", which.clone()).await.ok()?;
        let quads = self.sessions.try_call(&session, "DOM.getContentQuads", which).await.ok()?;
        middle(&quads["quads"][0])
    }

    async fn click_at(&self, (x, y): (f64, f64)) {
        let (left, top) = self.offset().await;
        for (kind, count) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 1)] {
            let event = json!({"type": kind, "x": left + x, "y": top + y, "button": if count == 0 { "none" } else { "left" },
                "clickCount": count});
            self.sessions.call(&self.sessions.root, "Input.dispatchMouseEvent", event).await;
        }
    }

    /// Where this frame's corner is on the page. Coordinates inside a session are those of the topmost frame
    /// that it holds, so only the frames between that one and the page's top count.
    async fn offset(&self) -> (f64, f64) {
        let Place { mut session, .. } = self.place().await;
        let (mut left, mut top) = (0.0, 0.0);
        if self.part.is_some() {
            let place = self.place().await;
            if self.sessions.target(&session) != place.frame {
                (left, top) = self.corner(&session, &place.frame).await.unwrap_or_default();
            }
        }
        while session != self.sessions.root {
            let frame = self.sessions.target(&session);
            let Some((owner, (x, y))) = self.owner(&frame).await else { break };
            (left, top, session) = (left + x, top + y, owner);
        }
        (left, top)
    }

    /// The session that holds a frame's `<iframe>`, and where in it the frame begins.
    async fn owner(&self, frame: &str) -> Option<(String, (f64, f64))> {
        for session in self.sessions.ids() {
            if let Some(corner) = self.corner(&session, frame).await {
                return Some((session, corner));
            }
        }
        None
    }

    async fn corner(&self, session: &str, frame: &str) -> Option<(f64, f64)> {
        let owner =
            self.sessions.try_call(session, "DOM.getFrameOwner", json!({"frameId": frame})).await.ok()?;
        let which = json!({"backendNodeId": owner["backendNodeId"]});
        let shape = self.sessions.try_call(session, "DOM.getBoxModel", which).await.ok()?;
        let content = &shape["model"]["content"];
        Some((content[0].as_f64()?, content[1].as_f64()?))
    }
}

const SHIFT: u32 = 8;

fn modifiers(combination: &str) -> (u32, &str) {
    let Some((held, key)) = combination.rsplit_once('+').filter(|(held, _)| !held.is_empty()) else {
        return (0, combination);
    };
    let bit = |name: &str| match name {
        "Alt" => 1,
        "Control" => 2,
        "Meta" => 4,
        "Shift" => SHIFT,
        other => panic!("no such modifier: {other}"),
    };
    (held.split('+').map(bit).sum(), key)
}

fn point(value: &Value) -> Option<(f64, f64)> {
    Some((value["x"].as_f64()?, value["y"].as_f64()?))
}

fn middle(quad: &Value) -> Option<(f64, f64)> {
    let at = |index: usize| quad[index].as_f64();
    Some(((at(0)? + at(4)?) / 2.0, (at(1)? + at(5)?) / 2.0))
}
