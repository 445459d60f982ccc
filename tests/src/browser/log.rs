//! What a page said to the console and fetched over the network.

use serde_json::Value;

/// One line of the console, one uncaught exception, or one complaint of the browser itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// `error`, `warning`, `info`…
    pub level: String,
    pub text: String,
    pub url: String,
}

/// One request, of any frame of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requested {
    pub url: String,
    /// `Document`, `Script`, `Fetch`, `WebSocket`…
    pub kind: String,
}

impl LogEntry {
    pub fn is_error(&self) -> bool {
        self.level == "error"
    }

    /// Whether the browser complains that a content security policy was violated.
    pub fn is_csp_violation(&self) -> bool {
        self.text.contains("Content Security Policy") || self.text.contains("TrustedHTML")
    }

    pub(super) fn of(method: &str, params: &Value) -> Option<Self> {
        match method {
            "Runtime.consoleAPICalled" => Some(Self::console(params)),
            "Runtime.exceptionThrown" => Some(Self::exception(&params["exceptionDetails"])),
            "Log.entryAdded" => Some(Self::browser(&params["entry"])),
            _ => None,
        }
    }

    fn console(params: &Value) -> Self {
        let arguments = params["args"].as_array().map(Vec::as_slice).unwrap_or_default();
        let text = arguments.iter().map(plain).collect::<Vec<_>>().join(" ");
        let url = text_of(&params["stackTrace"]["callFrames"][0]["url"]);
        Self { level: text_of(&params["type"]), text, url }
    }

    fn exception(details: &Value) -> Self {
        let thrown = plain(&details["exception"]);
        let text = format!("{} {thrown}", text_of(&details["text"]));
        Self { level: "error".to_owned(), text, url: text_of(&details["url"]) }
    }

    fn browser(entry: &Value) -> Self {
        Self { level: text_of(&entry["level"]), text: text_of(&entry["text"]), url: text_of(&entry["url"]) }
    }
}

impl Requested {
    pub(super) fn of(method: &str, params: &Value) -> Option<Self> {
        match method {
            "Network.requestWillBeSent" => {
                Some(Self { url: text_of(&params["request"]["url"]), kind: text_of(&params["type"]) })
            }
            "Network.webSocketCreated" => {
                Some(Self { url: text_of(&params["url"]), kind: "WebSocket".to_owned() })
            }
            _ => None,
        }
    }
}

fn plain(argument: &Value) -> String {
    match &argument["value"] {
        Value::String(text) => text.clone(),
        Value::Null => text_of(&argument["description"]),
        other => other.to_string(),
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
