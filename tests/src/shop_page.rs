//! Pages of other people's shops, on an origin of their own and with the headers that they choose.

use crate::wire::{self, Port, Step};
use std::sync::{Arc, Mutex};

/// A static site. Its origin is `http://localhost:PORT`: another site than the edge's `127.0.0.1`, so that
/// the browser treats the frame as a stranger's.
pub struct ShopSite {
    port: Port,
    pages: Pages,
}

type Pages = Arc<Mutex<Vec<(String, Page)>>>;

/// One page as it is served.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub body: String,
    pub headers: Vec<(String, String)>,
}

impl ShopSite {
    pub async fn start() -> Self {
        let pages = Pages::default();
        let shelf = pages.clone();
        let port = Port::open(move |request| {
            let pages = shelf.lock().expect("no test panics while it holds this lock");
            let path = request.path.split('?').next().unwrap_or_default();
            let found = pages.iter().find(|(at, _)| at == path).map(|(_, page)| page.serve());
            vec![Step::Send(found.unwrap_or_else(|| wire::answer(404, &[], "no such page")))]
        })
        .await;
        Self { port, pages }
    }

    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.port.port())
    }

    /// Puts a page at `path` (or replaces it) and returns its address.
    pub fn put(&self, path: &str, page: Page) -> String {
        let mut pages = self.pages.lock().expect("no test panics while it holds this lock");
        pages.retain(|(at, _)| at != path);
        pages.push((path.to_owned(), page));
        format!("{}{path}", self.origin())
    }
}

impl Page {
    /// A plain shop page around `head`, which is where the script tag goes.
    pub fn html(head: &str) -> Self {
        let body = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\">\
             <title>A shop</title>{head}</head>\
             <body><main><h1>A shop</h1><p><a href=\"#\">Blue coat</a></p></main></body></html>"
        );
        Self { body, headers: Vec::new() }.with("content-type", "text/html; charset=utf-8")
    }

    /// With this instead of the goods.
    #[must_use]
    pub fn replacing_body(mut self, body: &str) -> Self {
        let head = self.body.split("<body>").next().unwrap_or_default();
        self.body = format!("{head}<body>{body}</body></html>");
        self
    }

    pub fn script(body: &str) -> Self {
        Self { body: body.to_owned(), headers: Vec::new() }.with("content-type", "text/javascript")
    }

    /// With one more header, such as `content-security-policy`.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn serve(&self) -> Vec<u8> {
        let headers: Vec<_> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        wire::answer(200, &headers, &self.body)
    }
}
