//! The plain form as a browser without script sends it, or as no browser would.

use crate::edge::Shop;
use crate::http::{Ask, Response};

/// A page of the form, as it came.
pub struct Page {
    pub edge: String,
    /// Where its form goes to.
    pub action: String,
    pub html: String,
    /// The page's own, that goes with what is sent.
    id: String,
}

/// What parts the fields; it stands in no file of the tests.
const BOUNDARY: &str = "----CounterbellTestBoundary7MA4YWxkTrZu0gW";

impl Page {
    pub async fn first(shop: &Shop) -> Self {
        Self::at(&shop.edge, &format!("/s/{}/form", shop.id)).await
    }

    pub async fn at(edge: &str, path: &str) -> Self {
        Self::of(edge, &Ask::get(format!("{edge}{path}")).send().await.expect(200).text())
    }

    /// The page that an answer is, or that it leads to.
    pub async fn after(&self, answer: &Response) -> Self {
        match answer.header("location") {
            Some(url) => Self::at(&self.edge, url.strip_prefix(&self.edge).unwrap_or(url)).await,
            None => Self::of(&self.edge, &answer.clone().expect(200).text()),
        }
    }

    fn of(edge: &str, html: &str) -> Self {
        let (action, id) = (between(html, "action=\"", "\""), between(html, "name=\"id\" value=\"", "\""));
        Self { edge: edge.to_owned(), action, html: html.to_owned(), id }
    }

    /// The shop's words for what went wrong.
    pub fn alert(&self) -> String {
        if self.html.contains("role=\"alert\"") {
            between(&self.html, "<p role=\"alert\">", "</p>")
        } else {
            String::new()
        }
    }

    /// What was said, as HTML.
    pub async fn log(&self) -> String {
        Ask::get(format!("{}{}/log", self.edge, self.action)).send().await.expect(200).text()
    }

    /// The request that sends it. A browser sends a file without name and bytes where none was chosen.
    pub fn send(&self, text: &str, button: &str, files: &[(&str, &[u8])]) -> Ask {
        let fields = [("id", self.id.as_str()), ("text", text)].map(|(name, value)| field(name, value));
        let chosen = if files.is_empty() { &[("", &b""[..])] } else { files };
        let files = chosen.iter().flat_map(|(name, bytes)| file(name, bytes));
        let end = format!("{}--{BOUNDARY}--\r\n", field("action", button)).into_bytes();
        let body: Vec<u8> = fields.concat().into_bytes().into_iter().chain(files).chain(end).collect();
        let way =
            if button == "person" { between(&self.html, "formaction=\"", "\"") } else { self.action.clone() };
        Ask::post(format!("{}{way}", self.edge))
            .header("origin", &self.edge)
            .header("content-type", &format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(body)
    }
}

fn field(name: &str, value: &str) -> String {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file(name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

/// What stands between the first `start` and the `end` after it.
#[track_caller]
pub fn between(text: &str, start: &str, end: &str) -> String {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("no {end} after {start}")).0.to_owned()
}
