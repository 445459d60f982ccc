//! Adding a file, as the frame does, and small files of each kind.

use super::Shopper;
use crate::http::{Ask, Response};
use counterbell_protocol::MessageId;

/// A whole PNG of one red pixel.
pub const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc\
    \xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82";

/// The beginning of each kind that is taken, and its type.
pub const KINDS: [(&[u8], &str); 5] = [
    (PNG, "image/png"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01", "image/jpeg"),
    (b"GIF89a\x01\0\x01\0\0\0\0;", "image/gif"),
    (b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0", "image/webp"),
    (b"%PDF-1.4\n%%EOF\n", "application/pdf"),
];

impl Shopper {
    /// The request that adds a file; `name` is percent-encoded by whoever calls.
    pub fn attachment(&self, id: &MessageId, name: &str, bytes: &[u8]) -> Ask {
        Ask::post(self.url("attachments"))
            .bearer(&self.token)
            .header("origin", &self.edge)
            .header("x-message-id", id.as_str())
            .header("x-file-name", name)
            .body(bytes)
    }

    /// The file, as the shopper gets it back.
    pub async fn file(&self, file: &str) -> Response {
        Ask::get(self.url(&format!("attachments/{file}"))).bearer(&self.token).send().await
    }
}
