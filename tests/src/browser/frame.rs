//! One frame of a page, found anew at each call, so that it survives navigation: evaluating, waiting, and
//! reading what assistive technology reads.

use super::sessions::{Place, Sessions};
use super::{LogEntry, PATIENCE};
use crate::poll;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Finds an element by CSS, looking into open shadow roots too.
pub(super) const DEEP: &str = r"const deep = (selector, root = document) => {
    const found = root.querySelector(selector);
    if (found) return found;
    for (const host of root.querySelectorAll('*')) {
        const inside = host.shadowRoot && deep(selector, host.shadowRoot);
        if (inside) return inside;
    }
    return null;
};";

/// The top of a page, or the first frame in it whose address contains a given part.
#[derive(Clone)]
pub struct Frame {
    pub(super) sessions: Arc<Sessions>,
    pub(super) part: Option<String>,
}

/// One node of the accessibility tree that is not ignored.
#[derive(Clone, Debug, PartialEq)]
pub struct AxNode {
    pub role: String,
    pub name: String,
    /// All properties, e.g. `focused`, `live`, `disabled`, `expanded`.
    pub properties: Vec<(String, Value)>,
    pub(super) backend_node: i64,
}

impl Frame {
    /// What an expression (or a promise of it) comes to. `deep(css)` finds through open shadow roots.
    pub async fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression).await.unwrap_or_else(|e| panic!("{e}\n  in {expression}"))
    }

    pub async fn try_eval(&self, expression: &str) -> Result<Value, String> {
        let place = self.place().await;
        let whole = format!("(() => {{ {DEEP} return ({expression}\n); }})()");
        let ask = json!({"expression": whole, "uniqueContextId": place.context, "awaitPromise": true,
            "returnByValue": true, "userGesture": true});
        let answer = self.sessions.try_call(&place.session, "Runtime.evaluate", ask).await?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(format!("{}", details["exception"]["description"])),
            None => Ok(answer["result"]["value"].clone()),
        }
    }

    pub async fn eval_text(&self, expression: &str) -> String {
        self.eval(expression).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an expression comes to something that is neither false, null, 0 nor empty.
    pub async fn wait_for(&self, expression: &str) -> Value {
        self.wait_within(expression, PATIENCE).await
    }

    pub async fn wait_within(&self, expression: &str, deadline: Duration) -> Value {
        let started = Instant::now();
        while started.elapsed() < deadline {
            // A frame that is just being navigated throws: it will be there at the next look.
            if let Ok(value) = self.try_eval(expression).await
                && is_truthy(&value)
            {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let shown = self.try_eval("document.body.innerText.slice(-2000)").await;
        let complaints: Vec<_> = self.sessions.log().into_iter().filter(LogEntry::is_error).collect();
        panic!("after {deadline:?} still no {expression}\nshown: {shown:?}\nconsole: {complaints:#?}")
    }

    /// Waits until the visible text of the frame contains `text`.
    pub async fn wait_for_text(&self, text: &str) {
        self.wait_for(&format!("document.body && document.body.innerText.includes({})", json!(text))).await;
    }

    pub async fn text(&self) -> String {
        self.eval_text("document.body.innerText").await
    }

    /// What the scripts and nodes of this frame's process hold once what nobody needs is gone.
    pub async fn heap_bytes(&self) -> f64 {
        let session = self.place().await.session;
        self.sessions.call(&session, "HeapProfiler.collectGarbage", json!({})).await;
        let usage = self.sessions.call(&session, "Runtime.getHeapUsage", json!({})).await;
        let parts = ["usedSize", "embedderHeapUsedSize", "backingStorageSize"];
        parts.iter().filter_map(|part| usage[*part].as_f64()).sum()
    }

    /// The accessibility tree, in its order, without ignored nodes.
    pub async fn ax_tree(&self) -> Vec<AxNode> {
        let place = self.place().await;
        let ask = json!({"frameId": place.frame});
        let tree = self.sessions.call(&place.session, "Accessibility.getFullAXTree", ask).await;
        tree["nodes"].as_array().into_iter().flatten().filter_map(AxNode::read).collect()
    }

    /// Waits for a node of a role whose name contains `name`.
    pub async fn wait_for_role(&self, role: &str, name: &str) -> AxNode {
        poll::until(format!("{role} named {name:?}"), PATIENCE, || async {
            self.ax_tree().await.into_iter().find(|node| node.role == role && node.name.contains(name))
        })
        .await
    }

    /// Where this frame is, as soon as its scripts can run.
    pub(super) async fn place(&self) -> Place {
        let what = format!("frame {}", self.part.as_deref().unwrap_or("at the top"));
        poll::until(what, PATIENCE, || self.sessions.place(self.part.as_deref())).await
    }
}

impl AxNode {
    pub fn property(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    pub fn is(&self, property: &str) -> bool {
        self.property(property).is_some_and(|value| value == true)
    }

    fn read(node: &Value) -> Option<Self> {
        if node["ignored"] == true {
            return None;
        }
        let properties = node["properties"].as_array().into_iter().flatten();
        Some(Self {
            role: node["role"]["value"].as_str().unwrap_or_default().to_owned(),
            name: node["name"]["value"].as_str().unwrap_or_default().to_owned(),
            properties: properties
                .map(|p| (p["name"].as_str().unwrap_or_default().to_owned(), p["value"]["value"].clone()))
                .collect(),
            backend_node: node["backendDOMNodeId"].as_i64().unwrap_or_default(),
        })
    }
}

fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
